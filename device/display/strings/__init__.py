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


def load(language: str = FALLBACK) -> Strings:
    """Read the texts of ``language``. Raises DisplayError for an unknown or broken file."""
    path = FOLDER / f"{language}.toml"
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        known = ", ".join(languages())
        raise DisplayError(f"No texts for the language {language!r}; there are: {known}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DisplayError(f"{path.name}: {error}") from error
    texts = {f"{table}.{key}": text for table, rows in tables.items() for key, text in rows.items()}
    return Strings(language, texts)


def languages() -> tuple[str, ...]:
    """Return the codes of all languages there are texts for."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@functools.cache
def writable() -> dict[str, Strings]:
    """Return the texts of every language that the fonts of this machine can write, by code."""
    found = (load(language) for language in languages())
    return {texts.language: texts for texts in found if fonts.can_write(texts.texts.values())}


def choose(wanted: str, environment: Mapping[str, str] = os.environ) -> Strings:
    """Return the texts of ``wanted``; for "auto" of the system's language, else English.

    English also stands in for a language that no font here can write, with a warning: a kiosk
    that speaks the wrong language is better than none. Raises DisplayError for one without texts.
    """
    if wanted == "auto":
        locale = next((environment[name] for name in LOCALE if environment.get(name)), FALLBACK)
        wanted = locale[:2].lower()
        if wanted not in languages():
            wanted = FALLBACK
    texts = load(wanted)
    if wanted not in writable():
        LOG.warning(
            "No font here can write the language %r, so the kiosk speaks English; install the "
            "packages fonts-noto-core and fonts-noto-cjk",
            wanted,
        )
        return load(FALLBACK)
    return texts
