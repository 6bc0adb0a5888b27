"""What the name of a music file says, as players, shops and downloaders write it."""

import dataclasses
import functools
import re
from pathlib import Path

# Numbers that stand before a title and are none of it.
_DISC_AND_TRACK = re.compile(
    r"^(?:(?:cd|dis[ck])\s*\d{1,2}\s*[-. ]\s*\d{1,3}|\d{1,2}-\d{2})(?:\s*[-._)]\s*|\s+)(?=\S)",
    re.IGNORECASE,
)
_SIDE = re.compile(r"^[A-F]0?[1-9]\s*[-.]\s+(?=\S)")  # of a record; not D12, E17 or U2
_TRACK = re.compile(
    r"^(?:0\d{1,2}\s*[-.)]?\s*(?=[^\W\d_])|0\d{1,2}(?:\s*[-.)]\s*|\s+)(?=\S)"
    r"|\d{1,2}(?:\s+-\s+|\s*[.)]\s+|[.)](?=[^\W\d_]))(?=\S)|\d{2}-(?=[^\W\d_])"
    r"|\d{3}\s*[-.)]\s+(?=\S.* - ))"
)
_COUNTED = re.compile(r"^(\d{2})\s+(?=\S)")  # a track number only where the folder counts up
_DASH = re.compile(r"\s+[-–—−]\s+")
_VIDEO_ID = re.compile(r"\s*\[(?=[^\]]*(?:[\d_-]|[a-z][A-Z]))[\w-]{11}\]\s*$", re.ASCII)
_ABOUT_THE_VIDEO = re.compile(
    r"\s*[(\[](?:official\b[^)\]]*|(?:with )?lyrics?(?: video)?|(?:(?:music|hd|4k|full) )?video"
    r"|audio|hd|hq|4k|\d{3,4}p|visuali[sz]er)[)\]]\s*$",
    re.IGNORECASE,
)
_DISC_FOLDER = re.compile(r"^(?:cd|dis[ck])\s*\d{1,2}$", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class Guess:
    """title, artist and album as far as a name tells them; the others are empty."""

    title: str
    artist: str = ""
    album: str = ""


def guess(path: str, root: str | None = None) -> Guess:
    """Reads a name such as ``03 - Artist - Title.mp3``.

    root: of a collection; a name that tells no artist may lie in it as ``artist/album/01 Title``.
    """
    name = _DASH.sub(" - ", " ".join(Path(path).stem.replace("_", " ").split()))
    for pattern in (_VIDEO_ID, _ABOUT_THE_VIDEO, _ABOUT_THE_VIDEO):
        name = pattern.sub("", name) or name
    bare = _without_number(name, Path(path).parent)
    artist, dash, title = (part.strip() for part in bare.partition(" - "))
    if dash and artist and title:
        return Guess(title, artist)
    folders = Path(path).parent.relative_to(root).parts if root and path.startswith(root) else ()
    if len(folders) > 2 and _DISC_FOLDER.match(folders[-1]):
        folders = folders[:-1]
    if bare != name and len(folders) >= 2:
        return Guess(bare, folders[-2], folders[-1])
    return Guess(bare)


def _without_number(name: str, folder: Path) -> str:
    for pattern in (_DISC_AND_TRACK, _SIDE, _TRACK):
        if pattern.match(name):
            return pattern.sub("", name)
    counted = _COUNTED.match(name)
    if counted and {1, int(counted[1]) - 1} <= _numbers(folder):
        return _COUNTED.sub("", name)
    return name


@functools.lru_cache(maxsize=8)
def _numbers(folder: Path) -> frozenset[int]:
    """The numbers with which the names in a folder begin."""
    try:
        found = (re.match(r"\d{1,3}(?!\d)", path.name) for path in folder.iterdir())
        return frozenset(int(number[0]) for number in found if number)
    except OSError:
        return frozenset()
