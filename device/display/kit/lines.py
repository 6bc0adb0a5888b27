"""Where a text may be broken into lines, and where it may end."""

import itertools
from collections.abc import Callable

import regex

from device.display.kit.fonts import clusters

# Chinese and Japanese break between any two characters, but no line begins with a sign that
# closes and none ends with one that opens (UAX 14, classes ID, CL, NS and OP).
_SIGNS = "，。、！？；：）」》”"
_BEFORE = r"(?=[\p{Han}\p{Hiragana}\p{Katakana}（「《“])"
_BREAK = regex.compile(rf"(?<=[\p{{Han}}\p{{Hiragana}}\p{{Katakana}}{_SIGNS}]){_BEFORE}")
_BREAK_AT_SIGNS = regex.compile(rf"(?<=[{_SIGNS}]){_BEFORE}")
# A no-break space holds together what stands on either side of it.
_WORD = regex.compile(r"[^\s\u00a0\u202f]+(?:[\u00a0\u202f]+[^\s\u00a0\u202f]+)*")
Width = Callable[[str], int]


def wrap(text: str, width: int | None, lines: int, measure: Width) -> tuple[list[str], bool]:
    """Break ``text`` into at most ``lines`` rows; the bool tells whether all of it is there.

    Rows are made about equally long, so that no last word stands alone. width: in pixels, None
    for any. measure: tells how many pixels wide a row gets.
    """
    rows: list[str] = []
    whole = True
    # No font can render the letter NUL, which tags of music files may end in.
    for paragraph in text.replace("\0", " ").split("\n"):
        parts = _parts(paragraph, _BREAK)
        filled = _fill(parts, width, measure)
        if len(filled) > 1:
            # Where it costs no line more, no word is torn: a line ends where a clause does.
            clauses = _parts(paragraph, _BREAK_AT_SIGNS)
            by_clause = _fill(clauses, width, measure)
            if len(by_clause) <= len(filled) and all(measure(row) <= width for row in by_clause):
                parts, filled = clauses, by_clause
            low, high = min(max(measure(part) for _, part in parts), width), width
            while low < high:
                middle = (low + high) // 2
                if len(_fill(parts, middle, measure)) > len(filled):
                    low = middle + 1
                else:
                    high = middle
            if len(rows) + len(filled) <= lines:
                filled = _fill(parts, high, measure)
        rows += filled
    if len(rows) > lines:
        rest = " ".join(rows[lines - 1 :])
        rows, whole = [*rows[: lines - 1], rest], False
    if width is not None:
        for index, row in enumerate(rows):
            if measure(row) > width:
                rows[index], whole = _shorten(row, width, measure), False
    return rows, whole


def _parts(paragraph: str, breaks: regex.Pattern) -> list[tuple[str, str]]:
    """What must stay on one line, each with what joins it to the one before: a space or nothing.

    breaks: where a word may be broken.
    """
    return [
        (" " if first else "", part)
        for word in _WORD.findall(paragraph)
        for first, part in zip(
            itertools.chain([True], itertools.repeat(False)), breaks.split(word), strict=False
        )
    ]


def _fill(parts: list[tuple[str, str]], width: int | None, measure: Width) -> list[str]:
    """Fill rows of ``width`` pixels one after the other; a part that is wider overflows."""
    rows = [""]
    for joint, part in parts:
        row = f"{rows[-1]}{joint}{part}".lstrip()
        if width is None or not rows[-1] or measure(row) <= width:
            rows[-1] = row
        else:
            rows.append(part)
    return rows


def _shorten(row: str, width: int, measure: Width) -> str:
    """Take letters off the end of ``row`` until it fits with an ellipsis."""
    letters = clusters(row)
    low, high = 0, len(letters)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(_ellipsis("".join(letters[:middle]))) <= width:
            low = middle
        else:
            high = middle - 1
    return _ellipsis("".join(letters[:low]))


def _ellipsis(text: str) -> str:
    return text.rstrip(" ,.;:–-，。、；：") + "…"
