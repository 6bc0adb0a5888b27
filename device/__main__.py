"""Mood Kiosk: reads a face, tells the mood, and plays five songs for it."""

import signal

if __name__ == "__main__" and signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while imports take their time, just end


import argparse
import dataclasses
import faulthandler
import functools
import logging
import math
import os
import sys
from pathlib import Path

from data import console
from device import config
from device.errors import KioskError, UsageError
from device.options import Config
from device.service import log, signals


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; returns the exit code.

    0: done. 1: a fault while running. 2: bad usage or config. 3: demanded hardware is missing.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    log.begin(logging.DEBUG if options.verbose else logging.INFO)
    try:
        return console.run(lambda: options.run_command(options))
    except KioskError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except Exception:
        logging.getLogger(__name__).exception("This is a fault of the kiosk itself")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m device", description=__doc__)
    parser.add_argument("--verbose", action="store_true", help="tell more in the log")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    configured = argparse.ArgumentParser(add_help=False)
    configured.add_argument("--config", type=Path, metavar="FILE", help="another config file")
    configured.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="SECTION.KEY=VALUE",
        help="one option in place of the config's; may be given several times",
    )
    shown = argparse.ArgumentParser(add_help=False, parents=[configured])
    shown.add_argument(
        "--source",
        metavar="SOURCE",
        help="auto, picamera2[:N], webcam[:N] or /dev/videoN, actor[:SEED], or a photo, folder or "
        "video",
    )
    shown.add_argument(
        "--headless",
        action="store_true",
        help="no screen and no sound, for a server: SDL's dummy drivers",
    )
    shown.add_argument(
        "--size", type=_size, metavar="WxH", help="of the window, such as 800x480 or 480x800"
    )
    shown.add_argument("--theme", choices=("dark", "light", "high-contrast"), help="the colours")
    shown.add_argument("--seconds", type=_seconds, metavar="N", help="end after so long")
    shown.add_argument(
        "--screenshots", type=Path, metavar="FOLDER", help="save a picture of each screen shown"
    )

    run = commands.add_parser("run", parents=[shown], help="the kiosk, fullscreen")
    run.set_defaults(run_command=_run, fullscreen=True)
    simulate = commands.add_parser("simulate", parents=[shown], help="the kiosk in a window")
    simulate.set_defaults(run_command=_run, fullscreen=False)

    look = commands.add_parser("look", parents=[configured], help="faces, mood and songs of photos")
    look.add_argument(
        "photos", nargs="+", type=Path, metavar="PHOTO", help="a photo, or a folder of photos"
    )
    look.add_argument("--json", action="store_true", help="one JSON object a line for each photo")
    look.set_defaults(run_command=_look)

    doctor = commands.add_parser(
        "doctor",
        parents=[configured],
        help="look at camera, sound, screen, model, songs and system, and say what to do",
    )
    doctor.add_argument("--json", action="store_true", help="one JSON object")
    doctor.add_argument("--silent", action="store_true", help="play no tone")
    doctor.add_argument(
        "--headless", action="store_true", help="of a kiosk that runs with --headless"
    )
    doctor.set_defaults(run_command=_doctor)

    bench = commands.add_parser(
        "bench", parents=[configured], help="how long the parts take on this machine"
    )
    bench.add_argument(
        "--screen",
        choices=("attract", "looking", "mood", "goodbye", "trouble", "reveal"),
        help="only draw this screen, or the way into the mood; without it, everything is measured",
    )
    bench.add_argument("--size", type=_size, default=(800, 480), metavar="WxH")
    bench.add_argument("--seconds", type=_seconds, default=5.0, metavar="N", help="for so long")
    bench.add_argument("--source", metavar="SOURCE", help="as of run; default: the visitor")
    bench.add_argument("--threads", type=int, choices=range(1, 5), help="of the model")
    bench.add_argument(
        "--baseline", choices=("classic",), help="compare with how a simple kiosk looks at a frame"
    )
    bench.add_argument("--json", action="store_true", help="one JSON object")
    bench.set_defaults(run_command=_bench)

    stats = commands.add_parser(
        "stats", help="how often each mood was told, and how each song was taken"
    )
    stats.add_argument("--csv", action="store_true", help="a table for programs")
    stats.set_defaults(run_command=_stats)

    show = commands.add_parser("config", parents=[configured], help="show or check the config")
    what = show.add_mutually_exclusive_group()
    what.add_argument("--effective", action="store_true", help="the values in force (default)")
    what.add_argument("--sample", action="store_true", help="a commented file with all defaults")
    what.add_argument("--check", action="store_true", help="only say whether it is right")
    show.set_defaults(run_command=_config)
    return parser


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise argparse.ArgumentTypeError(f"{text} is not a size such as 800x480")
    return int(width), int(height)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not (math.isfinite(seconds) and seconds > 0):
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds above 0")
    return seconds


# Pygame, OpenCV and the model's runtime are imported only by the commands that need them, after
# the environment says which drivers to use.


def _settings(options: argparse.Namespace) -> Config:
    """The config, with what the command line says in its place."""
    settings = config.load(options.config, options.set)
    if options.source:
        camera = dataclasses.replace(settings.camera, source=options.source)
        settings = dataclasses.replace(settings, camera=camera)
    if options.theme:
        display = dataclasses.replace(settings.display, theme=options.theme)
        settings = dataclasses.replace(settings, display=display)
    return settings


def _run(options: argparse.Namespace) -> int:
    settings: Config | None = _settings(options)
    _prepare_sdl(options.headless)
    from device.display.window import Window
    from device.kiosk import Kiosk
    from device.service.notify import Notifier

    if options.screenshots and options.screenshots.exists() and not options.screenshots.is_dir():
        raise UsageError(f"--screenshots {options.screenshots}: is a file, not a folder")
    fullscreen = options.fullscreen and not options.size
    # A terminal that closes sends SIGHUP, and so does ``systemctl reload``.
    reload = functools.partial(_settings, options) if "NOTIFY_SOCKET" in os.environ else None
    notifier = Notifier.from_environment()
    while settings is not None:
        window = Window(
            options.size,
            fullscreen,
            language=settings.display.language,
            palette=settings.display.theme,
            still=settings.display.reduced_motion,
            rotate=settings.display.rotate,
            formal=settings.display.formal,
        )
        kiosk = Kiosk(settings, window, options.seconds, options.screenshots, notifier, reload)
        settings = kiosk.run()
    return 0


def _prepare_sdl(headless: bool) -> None:
    if headless:
        os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
        os.environ.setdefault("SDL_AUDIODRIVER", "dummy")
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")


def _doctor(options: argparse.Namespace) -> int:
    settings = config.load(options.config, options.set)
    _prepare_sdl(options.headless)
    from device.doctor.report import doctor

    return doctor(settings, options.json, tone=not options.silent)


def _look(options: argparse.Namespace) -> int:
    from device.look import look

    settings = config.load(options.config, options.set)
    return look(options.photos, options.json, settings.vision)


def _bench(options: argparse.Namespace) -> int:
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    if options.screen is None:
        from device.measure import measure

        settings = config.load(options.config, options.set)
        camera = dataclasses.replace(settings.camera, source=options.source or "actor")
        vision = settings.vision
        if options.threads:
            vision = dataclasses.replace(vision, threads=options.threads)
        settings = dataclasses.replace(settings, camera=camera, vision=vision)
        baseline = options.baseline is not None
        return measure(settings, options.seconds, options.size, baseline, options.json)
    from device.bench import bench

    return bench(options.screen, options.size, options.seconds, options.json)


def _stats(options: argparse.Namespace) -> int:
    from device.stats import stats

    return stats(options.csv)


def _config(options: argparse.Namespace) -> int:
    if options.sample:
        print(config.sample(), end="")
        return 0
    settings = config.load(options.config, options.set)
    if options.check:
        from device.cameras.sources import open_source

        open_source(settings.camera.source)  # refused here as the kiosk would refuse it
        print("The config is right.")
    else:
        print(config.sample(settings), end="")
    return 0


if __name__ == "__main__":
    faulthandler.enable()
    signals.begin()
    sys.exit(main())
