"""Scores in ABC notation (standard 2.1, abcnotation.com), and abc2midi, which plays them.

abc2midi is part of Debian's ``abcmidi``. It always exits with 0 and writes what it made of the
score, so its messages are the only proof that the score is sound: each of them is a fault here.
"""

import dataclasses
import hashlib
import re
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from data.errors import DataError, Fault, FaultyFile

_MESSAGE = re.compile(r"(?:Error|Warning) in line-char (\d+)-\d+ : (.*)")
_BAR = re.compile(
    r"Track (\d+) Bar (\d+) has (\S+) time units while the time signature has (\S+)( in repeat)?$"
)
_ENDS_APART = re.compile(r"Track (\d+) is (\S+) quarter notes long not (\S+)$")
_IDENTIFIER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclasses.dataclass(frozen=True)
class Score:
    """One ``scores/<id>.abc``. text: all of it; sha256: of its bytes, in hex."""

    id: str
    path: Path
    text: str
    title: str
    composer: str
    sha256: str


def find(folder: Path, ids: Iterable[str] = ()) -> list[Path]:
    """The scores of a data folder, sorted by id; only the given ids if there are any.

    Raises DataError for an id without a score.
    """
    scores = folder / "scores"
    wanted = sorted(set(ids))
    if not wanted:
        return sorted(scores.glob("*.abc"))
    unknown = [name for name in wanted if not (scores / f"{name}.abc").is_file()]
    if unknown:
        raise DataError(f"No score {', '.join(f'{name}.abc' for name in unknown)} in {scores}")
    return [scores / f"{name}.abc" for name in wanted]


def read(path: Path) -> Score:
    """Reads one score. Raises FaultyFile if its text or its header cannot be used."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FaultyFile((Fault(path, line, "is not UTF-8"),)) from error
    faults = []
    if not _IDENTIFIER.fullmatch(path.stem):
        faults.append(Fault(path, None, "the name must be small letters, digits and hyphens"))
    fields: dict[str, list[str]] = {}
    for line in text.splitlines():
        if match := re.match(r"([A-Z]):\s*(.*?)\s*(?:%.*)?$", line):
            fields.setdefault(match[1], []).append(match[2])
    for letter, meaning in (("T", "title"), ("C", "composer"), ("M", "metre"), ("K", "key")):
        if not any(fields.get(letter, ())):
            faults.append(Fault(path, None, f"has no {letter}: field (the {meaning})"))
    if len(fields.get("X", ())) != 1:
        faults.append(Fault(path, None, "must hold one tune, so exactly one X: field"))
    if faults:
        raise FaultyFile(tuple(faults))
    digest = hashlib.sha256(content).hexdigest()
    return Score(path.stem, path, text, fields["T"][0], fields["C"][0], digest)


def to_midi(score: Score, target: Path, text: str | None = None) -> None:
    """Has abc2midi write the score as MIDI.

    text: played instead of the score's own, if given; it must have the same lines.
    Raises FaultyFile with what abc2midi finds wrong, such as a bar of the wrong length.
    """
    source = target.with_suffix(".abc")
    source.write_text(score.text if text is None else text, encoding="utf-8")
    target.unlink(missing_ok=True)
    run = subprocess.run(
        ["abc2midi", source.name, "-o", target.name],
        cwd=target.parent,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    faults = messages(score.path, run.stdout + run.stderr)
    if not target.is_file() and not faults:
        faults = (Fault(score.path, None, f"abc2midi made nothing of it: {run.stdout.strip()}"),)
    if faults:
        raise FaultyFile(faults)


def check(score: Score) -> None:
    """Raises FaultyFile with what abc2midi finds wrong."""
    with tempfile.TemporaryDirectory(prefix="score-") as temporary:
        to_midi(score, Path(temporary) / "score.mid")


def messages(path: Path, output: str) -> tuple[Fault, ...]:
    """What abc2midi complains of, each complaint once."""
    faults = {}
    for line in output.splitlines():
        if match := _MESSAGE.match(line):
            faults[Fault(path, int(match[1]), _in_plain_words(match[2].strip()))] = None
        elif re.match(r"(?i)(error|warning)", line):
            faults[Fault(path, None, line.strip())] = None
    return tuple(faults)


def _in_plain_words(message: str) -> str:
    """abc2midi counts bars from 0 and voices from 1, or from 0 if there is one alone."""
    if match := _BAR.match(message):
        track, bar, length, right, repeated = match.groups()
        reason = (
            f"bar {int(bar) + 1} of voice {max(1, int(track))}, an upbeat counted, "
            f"has {length} beats in place of {right}"
        )
        if repeated:
            reason += " when it is repeated; is there a |: where the repeat begins?"
        return reason
    if match := _ENDS_APART.match(message):
        track, length, right = match.groups()
        return (
            f"voice {max(1, int(track))} lasts {float(length):.4g} quarters, but another one "
            f"{float(right):.4g}; fill up with rests"
        )
    return message
