"""What the commands need beside Python: programs of Debian's packages, and packages of pip's."""

import importlib.util
import shutil
from collections.abc import Iterable
from pathlib import Path

from data.errors import DataError

DEBIAN_PACKAGES = {
    "abc2midi": "abcmidi",
    "ffmpeg": "ffmpeg",
    "fluidsynth": "fluidsynth",
    "oggenc": "vorbis-tools",
}
# Decoding, measuring and encoding sound, in data/requirements.txt.
SOUND = ("soundfile", "scipy", "pyloudnorm")


def lacking(
    programs: Iterable[str] = (),
    packages: Iterable[str] = (),
    files: Iterable[tuple[Path, str]] = (),
) -> str:
    """One sentence that names all that is missing and the command that brings it, or nothing.

    programs: keys of ``DEBIAN_PACKAGES``; packages: modules that data/requirements.txt brings;
    files: a path and the Debian package that brings it.
    """
    missing = [(name, DEBIAN_PACKAGES[name]) for name in programs if shutil.which(name) is None]
    missing += [(str(path), package) for path, package in files if not path.is_file()]
    modules = [name for name in packages if not _is_installed(name)]
    things = ", ".join([thing for thing, _ in missing] + [f"Python's {name}" for name in modules])
    commands = []
    if missing:
        debian = " ".join(sorted({package for _, package in missing}))
        commands.append(f"sudo apt install {debian}")
    if modules:
        commands.append("pip install -r data/requirements.txt")
    return f"Missing: {things}; install with: {' && '.join(commands)}" if things else ""


def require(
    programs: Iterable[str] = (),
    packages: Iterable[str] = (),
    files: Iterable[tuple[Path, str]] = (),
) -> None:
    """Raises DataError with what ``lacking`` says, if it says anything."""
    if told := lacking(programs, packages, files):
        raise DataError(told)


def _is_installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ValueError:  # it is there in name only
        return False
