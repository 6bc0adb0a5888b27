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
# A no-break space holds together what stands on either side of it, and so does one between what is
# shortened or in capitals and its number: Op. 27, BWV 565.
_SPACE = r"[^\S\u00a0\u202f]+"
_GAP = regex.compile(rf"(?<!\b(?:\p{{L}}{{1,3}}\.|\p{{Lu}}{{2,4}})){_SPACE}|{_SPACE}(?!\d)")
# A sentence ends with such a sign, or with a point that shortens no word.
_END = r"[!?…।]|\b\p{Ll}\p{L}+\.|\p{L}{4}\."
# Better not torn: the number of a movement and its name (I. Allegro), a word of one letter and the
# next one, and the first two words of a sentence, of which one alone says nothing.
_LOOSE_GAP, _TORN_GAP = (
    regex.compile(
        rf"(?<!(?:^|\s)\p{{L}})(?<!\b[IVX]+\.)(?<!(?:^|(?:{_END})\s+)[^\s,;:]{word})(?:{_GAP.pattern})"
    )
    # A longer first word can stand alone better than the sentence can be smaller.
    for word in ("+", "{1,3}")
)
# A clause ends with such a sign, or as a sentence does.
_CLAUSE_GAP = regex.compile(rf"(?<=[,;:]|{_END}){_SPACE}")
# Where a text may be broken, by words and within them; the first way that needs no more lines than
# the last is the best.
_WAYS = ((_CLAUSE_GAP, _BREAK_AT_SIGNS), (_LOOSE_GAP, _BREAK), (_GAP, _BREAK))
_SENTENCE_GAP = regex.compile(rf"(?<={_END}){_SPACE}|(?<=[。！？])(?=[^。！？”』」）\s])")
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
        parts = _parts(paragraph, *_WAYS[-1])
        filled = _fill(parts, width, measure)
        if apart := by_sentences(paragraph, width, len(filled), measure):
            filled = apart
        elif len(filled) > 1:
            for way in _WAYS[:-1]:
                better = _parts(paragraph, *way)
                rows_so = _fill(better, width, measure)
                if len(rows_so) <= len(filled) and all(measure(row) <= width for row in rows_so):
                    parts, filled = better, rows_so
                    break
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


def by_sentences(paragraph: str, width: int | None, lines: int, measure: Width) -> list[str] | None:
    """Break ``paragraph`` into rows that each belong to one sentence.

    None where there is but one sentence, or one line, or where ``lines`` rows do not hold them.
    """
    sentences = _SENTENCE_GAP.split(paragraph.strip())
    if lines == 1 or len(sentences) == 1:
        return None
    rows: list[str] = []
    for sentence in sentences:
        those, whole = wrap(sentence, width, lines, measure)
        rows += those
        if not whole or len(rows) > lines:
            return None
    return rows


def is_torn(text: str, rows: list[str]) -> bool:
    """Return whether a row of ``text`` ends where it had better not, though the sense goes on."""
    ends = {0}
    for paragraph in text.replace("\0", " ").split("\n"):
        parts = (part for _, part in _parts(paragraph, _TORN_GAP, _BREAK))
        ends |= {max(ends) + end for end in itertools.accumulate(map(_letters, parts))}
    return not ends.issuperset(itertools.accumulate(map(_letters, rows)))


def _letters(text: str) -> int:
    """How many letters there are in ``text`` besides spaces."""
    return sum(not letter.isspace() for letter in text)


def _parts(paragraph: str, gap: regex.Pattern, breaks: regex.Pattern) -> list[tuple[str, str]]:
    """What must stay on one line, each with what joins it to the one before: a space or nothing.

    gap: what is between two words. breaks: where a word may be broken.
    """
    return [
        (" " if first else "", part)
        for word in gap.split(paragraph.strip())
        for first, part in zip(
            itertools.chain([True], itertools.repeat(False)), breaks.split(word), strict=False
        )
        if part
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
