"""Every word the visitor reads, one TOML file a language, named by its ISO 639-1 code."""

import dataclasses
import tomllib
from pathlib import Path

from device.errors import DisplayError

FOLDER = Path(__file__).parent


@dataclasses.dataclass(frozen=True)
class Strings:
    """The texts of one language by dotted key, such as ``attract.headline``."""

    language: str
    texts: dict[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of ``key`` with ``values`` in its gaps. Raises KeyError."""
        return self.texts[key].format(**values)


def load(language: str = "en") -> Strings:
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
