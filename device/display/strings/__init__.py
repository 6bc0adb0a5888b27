"""Every word the visitor reads, one TOML file a language, named by its ISO 639-1 code."""

import dataclasses
import functools
import logging
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

from device.display.kit import fonts
from device.errors import DisplayError

LOG = logging.getLogger(__name__)

FOLDER = Path(__file__).parent
# The folder of what reads otherwise where visitors are addressed formally. Languages without a
# file there make no difference, or always do so.
FORMAL = "formal"
FALLBACK = "en"
# As the C library looks them up for messages (POSIX, environment variables of a locale).
LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")


@dataclasses.dataclass(frozen=True)
class Strings:
    """The texts of one language by dotted key, such as ``attract.headline``."""

    language: str
    texts: dict[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of ``key`` with ``values`` in its gaps. Raises KeyError."""
        return self.texts[key].format(**values)


def load(language: str = FALLBACK, formal: bool = False) -> Strings:
    """Read the texts of ``language``. Raises DisplayError for an unknown or broken file.

    formal: whether they address visitors formally, as German does with "Sie".
    """
    if language not in languages():
        known = ", ".join(languages())
        raise DisplayError(f"No texts for the language {language!r}; there are: {known}")
    texts = _read(FOLDER / f"{language}.toml")
    other = FOLDER / FORMAL / f"{language}.toml"
    if formal and other.exists():
        texts |= _read(other)
    return Strings(language, texts)


def _read(path: Path) -> dict[str, str]:
    """The texts of a file by dotted key. Raises DisplayError."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DisplayError(f"{path.relative_to(FOLDER)}: {error}") from error
    return {f"{table}.{key}": text for table, rows in tables.items() for key, text in rows.items()}


def languages() -> tuple[str, ...]:
    """Return the codes of all languages there are texts for."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@functools.lru_cache(maxsize=2)
def writable(formal: bool = False) -> dict[str, Strings]:
    """Return the texts of every language that the fonts of this machine can write, by code."""
    found = (load(language, formal) for language in languages())
    return {texts.language: texts for texts in found if fonts.can_write(texts.texts.values())}


def choose(
    wanted: str, formal: bool = False, environment: Mapping[str, str] = os.environ
) -> Strings:
    """Return the texts of ``wanted``; for "auto" of the system's language, else English.

    English also stands in for a language that no font here can write, with a warning: a kiosk
    that speaks the wrong language is better than none. Raises DisplayError for one without texts.
    """
    if wanted == "auto":
        locale = next((environment[name] for name in LOCALE if environment.get(name)), FALLBACK)
        wanted = locale[:2].lower()
        if wanted not in languages():
            wanted = FALLBACK
    texts = load(wanted, formal)
    if wanted not in writable(formal):
        LOG.warning(
            "No font here can write the language %r, so the kiosk speaks English; install the "
            "packages fonts-noto-core and fonts-noto-cjk",
            wanted,
        )
        return load(FALLBACK)
    return texts
