"""Tables as spreadsheets save them: with commas, semicolons or tabs, in UTF-8 or UTF-16."""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator

_SEPARATORS = (",", ";", "\t", "|")
_SEP_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_LINE_END = re.compile(r"\r\n|\r|\n")
_LONGEST_ROW = 20  # lines, of one row with line breaks in its texts


def decode(content: bytes) -> str:
    """UTF-8, or UTF-16 where a byte order mark or zeros tell. Raises UnicodeDecodeError."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16")
    if len(content) > 1 and not len(content) % 2 and 0 in content[:2] and any(content[:2]):
        return content.decode("utf-16-be" if content[0] == 0 else "utf-16-le")
    return content.decode("utf-8-sig")


def split(
    text: str, is_header: Callable[[list[str]], bool]
) -> tuple[list[str], str, int, list[str]]:
    """(header, separator, the header's line, lines after it) of a table's text.

    is_header: whether those are the names of columns that are looked for; the first separator for
    which they are counts, else the one that makes the most columns. A first line ``sep=;``, which
    spreadsheets write and obey, decides alone. Raises csv.Error for a header that is no CSV.
    """
    lines = _LINE_END.split(text)
    at, separators = 0, _SEPARATORS
    if told := _SEP_LINE.fullmatch(lines[0]):
        at, separators = 1, (told[1],)
    while at < len(lines) - 1 and not lines[at].strip():
        at += 1
    headers: dict[str, list[str]] = {}
    for separator in separators:
        try:
            headers[separator] = [name.strip() for name in fields(lines[at], separator)]
        except csv.Error:  # "a","b" has no semicolon after a quote
            continue
        if is_header(headers[separator]):
            return headers[separator], separator, at + 1, lines[at + 1 :]
    if not headers:
        fields(lines[at], separators[0])
    separator = max(headers, key=lambda each: len(headers[each]))
    return headers[separator], separator, at + 1, lines[at + 1 :]


def fields(line: str, separator: str = ",") -> list[str]:
    """The fields of one row. Raises csv.Error, also for a quote that is not closed."""
    return next(csv.reader([line], delimiter=separator, strict=True), [])


def rows(
    lines: list[str], first: int, separator: str, width: int
) -> Iterator[tuple[int, list[str], str]]:
    """(line, fields, fault) of each row that is not empty; with a fault there are no fields.

    first: the first line's number; width: how many fields a row has, to which short ones are
    filled up. A text in quotes may go over several lines; a quote that is never closed costs its
    own line alone.
    """
    at = 0
    while at < len(lines):
        line, length = first + at, 1
        if lines[at].strip():
            found, fault = _row(lines[at], separator, width)
            if fault and lines[at].count('"') % 2:
                for more in range(2, 1 + min(_LONGEST_ROW, len(lines) - at)):
                    joined, worse = _row("\n".join(lines[at : at + more]), separator, width)
                    if not worse and len(joined) == width:
                        found, fault, length = joined, "", more
                        break
            yield line, [text.strip() for text in found], fault
        at += length


def number(text: str) -> float:
    """A number with a point or a decimal comma, with or without "%". Raises ValueError."""
    plain = text.strip().removesuffix("%").rstrip()
    return float(plain if "." in plain else plain.replace(",", "."))


def _row(text: str, separator: str, width: int) -> tuple[list[str], str]:
    try:
        found = fields(text, separator)
    except csv.Error as error:
        if "unexpected end" in str(error):
            return [], "has a quote that is not closed"
        # Something after a quote, as in "7" Single": right if the row then has all its fields.
        found = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
        if len(found) != width or "\n" in text:
            return [], f"is not CSV: {error}"
    while len(found) > width and not found[-1].strip():
        found.pop()
    if len(found) > width:
        return [], f"has {len(found)} fields in place of {width}"
    return found + [""] * (width - len(found)), ""
