"""``python -m data``: render, check and proof-read our songs; import and keep one's own."""

import signal

if __name__ == "__main__" and signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while imports take their time, just end


import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from data import console, needs
from data.errors import DataError
from data.library import commands as library

_HERE = Path(__file__).resolve().parent


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        code = console.run(lambda: options.command(options))
    except DataError as error:
        print(error, file=sys.stderr)
        return 1
    if code == console.INTERRUPTED:
        print("\nInterrupted.", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m data", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--folder", type=Path, default=_HERE, help="data folder (default: %(default)s)"
    )

    render = commands.add_parser(
        "render", parents=[shared], help="make previews of the scores that lack a current one"
    )
    render.set_defaults(command=_render)
    render.add_argument("ids", nargs="*", metavar="ID", help="scores (default: all)")
    render.add_argument("--force", action="store_true", help="render what is current as well")
    render.add_argument("--jobs", type=_count, default=1, help="how many at once (default: 1)")
    render.add_argument(
        "--soundfont", type=Path, help="in place of FluidR3 GM, where Debian has it"
    )

    check = commands.add_parser("check", help="find all faults of the data")
    check.set_defaults(command=_check)
    check.add_argument(
        "--folder", type=Path, help="data folder (default: the shipped one and the operator's own)"
    )
    depth = check.add_mutually_exclusive_group()
    depth.add_argument(
        "--deep",
        dest="deep",
        action="store_true",
        default=True,
        help="play the scores, decode and measure the previews (the default)",
    )
    depth.add_argument(
        "--shallow", dest="deep", action="store_false", help="as the kiosk does at start: quick"
    )

    proofread = commands.add_parser(
        "proofread", parents=[shared], help="compare the scores' melodies with reference MIDI files"
    )
    proofread.set_defaults(command=_proofread)
    proofread.add_argument("ids", nargs="*", metavar="ID", help="scores (default: all)")
    proofread.add_argument(
        "--reference", type=Path, required=True, help="folder with MIDI files and catalogue.csv"
    )
    proofread.add_argument(
        "--min", type=_share, default=0.0, help="fail below this share of agreement, such as 0.9"
    )
    library.add_to(commands)
    return parser


def _render(options: argparse.Namespace) -> int:
    needs.require(packages=["tqdm"])
    from tqdm import tqdm

    from data import render, scores

    soundfont = options.soundfont or render.SOUNDFONT
    render.require(soundfont)
    paths = scores.find(options.folder, options.ids)
    todo = paths if options.force else render.outdated(options.folder, paths)
    with tqdm(total=len(todo), unit="preview", disable=None) as bar:

        def done(line: str) -> None:
            bar.write(line)
            bar.update()

        faults = render.render_all(options.folder, todo, soundfont, options.jobs, done)
    faults += render.fill_in_contours(options.folder, [path for path in paths if path not in todo])
    for fault in faults:
        print(fault, file=sys.stderr)
    failed = len({fault.file for fault in faults})
    print(f"{len(todo) - failed} rendered, {failed} failed, {len(paths) - len(todo)} were current")
    return 1 if faults else 0


def _check(options: argparse.Namespace) -> int:
    from data import places
    from data.check import check

    faults, totals, unchecked = check(
        [options.folder] if options.folder else places.song_folders(), options.deep, _bar
    )
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        print(f"{len(faults)} faults", file=sys.stderr)
    if unchecked:
        print("\n".join(unchecked), file=sys.stderr)
    if faults or unchecked:
        return 1
    print(f"{'emotion':10} {'songs':>5} {'seconds':>8} {'MB':>6}")
    for name, songs, seconds, size in [
        *((each.emotion, each.songs, each.seconds, each.size) for each in totals),
        (
            "all",
            sum(each.songs for each in totals),
            sum(each.seconds for each in totals),
            sum(each.size for each in totals),
        ),
    ]:
        print(f"{name:10} {songs:5} {seconds:8.1f} {size / 1e6:6.2f}")
    return 0


def _bar(each: Iterable, total: int) -> Iterable:
    """Shows how far it is, where there is a terminal and the package to draw with."""
    try:
        from tqdm import tqdm
    except ImportError:
        return each
    return tqdm(each, total=total, unit="file", disable=None, leave=False)


def _proofread(options: argparse.Namespace) -> int:
    needs.require(packages=["mido"])
    from data import proofread

    return proofread.proofread(options.folder, options.ids, options.reference, options.min)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 1")
    return value


if __name__ == "__main__":
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(main())
