import pygame
import pytest

from device.display import strings
from device.display.kit.fonts import clusters
from device.display.kit.theme import BODY, HEADING
from device.display.kit.theme import CHALK as TEXT
from device.display.kit.widgets import Cache, Kit

LONG = "Piano Sonata No. 14 in C♯ minor, Op. 27 No. 2 “Moonlight”: I. Adagio sostenuto"
WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmützenmarsch"


@pytest.fixture
def kit():
    return Kit((800, 480), strings.load())


@pytest.mark.parametrize("text", [LONG, WORD, "Air", "", "交響曲 第五番", "a\nb", "a\0b"])
@pytest.mark.parametrize("width", [40, 90, 200, 333])
@pytest.mark.parametrize("lines", [1, 2, 4])
def test_text_never_leaves_its_room(kit, text, width, lines):
    surface = kit.text(text, BODY, TEXT, width, lines)
    assert surface.width <= width
    step = round(kit.px(BODY.size) * BODY.leading)
    first = text.replace("\0", " ").split("\n")[0] or " "
    line = kit.fonts.render(first, "Medium", kit.px(BODY.size), TEXT)
    assert surface.height <= (lines - 1) * step + line.height


def test_what_does_not_fit_ends_in_an_ellipsis(kit):
    rows, whole = kit.wrap(LONG, "Medium", 20, 300, 2)
    assert not whole
    assert len(rows) == 2
    assert rows[1].endswith("…")
    # What is left of it is the beginning of the text, letter by letter.
    assert LONG.startswith(" ".join(rows)[:-1])


def test_what_fits_is_told_in_full(kit):
    assert kit.wrap(LONG, "Medium", 20, None, 1) == ([LONG], True)
    rows, whole = kit.wrap(LONG, "Medium", 20, 300, 9)
    assert whole
    assert " ".join(rows) == LONG


def test_no_last_word_stands_alone(kit):
    text = "Come closer and show me your face"
    width = kit.fonts.width("Come closer and show me your", "Medium", 20)
    rows, _ = kit.wrap(text, "Medium", 20, width, 3)
    assert len(rows) == 2
    widths = [kit.fonts.width(row, "Medium", 20) for row in rows]
    assert min(widths) > 0.6 * max(widths)


def test_a_line_break_is_kept(kit):
    assert kit.wrap("One.\nTwo.", "Medium", 20, 500, 2) == (["One.", "Two."], True)


def test_what_would_be_torn_gets_a_little_smaller_where_that_helps(kit):
    text = "Que ressentez-vous\xa0?"
    width = kit.fonts.width(text, HEADING.weight, kit.size(HEADING)) - 5
    rows, size, whole = kit.fit(text, HEADING, width, 2, 0.7)
    assert (rows, whole) == ([text], True) and 0.85 * kit.size(HEADING) <= size < kit.size(HEADING)
    rows, size, _ = kit.fit(text, HEADING, width // 2, 2, 0.7)
    assert len(rows) == 2
    assert kit.fit(text, HEADING, width, 2, 1.0)[1] == kit.size(HEADING)


def test_a_sentence_begins_a_line_where_there_is_one_more(kit):
    text = "La imagen está borrosa. No te muevas un momento."
    width = kit.fonts.width("La imagen está bor", BODY.weight, kit.size(BODY))
    rows, _, whole = kit.fit(text, BODY, width, 4, 1.0)
    assert whole and rows == ["La imagen", "está borrosa.", "No te muevas", "un momento."]
    assert len(kit.fit(text, BODY, width, 3, 1.0)[0]) == 3
    assert kit.fit(text, BODY, 2000, 4, 1.0)[0] == [text]


def test_text_gets_smaller_before_it_is_cut(kit):
    width = kit.fonts.width("Surprised", HEADING.weight, kit.px(HEADING.size)) - 5
    surface = kit.text("Surprised", HEADING, TEXT, width, 1, 0.6)
    cut = kit.text("Surprised", HEADING, TEXT, width)
    assert surface.height < cut.height


def test_the_same_text_is_made_once(kit):
    assert kit.text("Air", BODY, TEXT) is kit.text("Air", BODY, TEXT)
    assert kit.text("Air", BODY, TEXT) is not kit.text("Air", BODY, TEXT, 20)


def test_the_cache_is_bounded_and_keeps_what_is_used():
    made = []

    def surface(key):
        def make():
            made.append(key)
            return pygame.Surface((10, 10), 0, 32)

        return make

    cache = Cache(limit=3 * 400)
    for key in "abcabcadae":
        cache.get(key, surface(key))
        assert cache.size <= 3 * 400
    assert made == ["a", "b", "c", "d", "e"]
    cache.get("b", surface("b"))
    assert made[-1] == "b"


def test_one_surface_larger_than_the_cache_is_still_given():
    cache = Cache(limit=10)
    assert cache.get("a", lambda: pygame.Surface((10, 10))).size == (10, 10)


def test_chinese_breaks_anywhere_but_before_a_closing_sign(kit):
    text = "一切都留在这台设备上，不保存任何图像。"
    for width in range(60, 240, 7):
        rows, whole = kit.wrap(text, "Medium", 20, width, 99)
        assert whole
        assert "".join(rows) == text
        assert not any(row[0] in "，。" for row in rows)


def test_chinese_breaks_between_clauses_where_that_takes_no_more_lines(kit):
    text = "一切都留在这台设备上。不保存任何图像。"
    whole = kit.fonts.width(text, "Medium", 20)
    rows, _ = kit.wrap(text, "Medium", 20, round(whole * 0.7), 2)
    assert rows == ["一切都留在这台设备上。", "不保存任何图像。"]


@pytest.mark.parametrize("text", ["e\u0301" * 30, "क्षत्रिय" * 9, "👩‍👩‍👧" * 20])
def test_a_text_is_never_cut_within_a_letter(kit, text):
    letters = clusters(text)
    for width in range(30, 300, 11):
        (row,), _ = kit.wrap(text, "Medium", 20, width, 1)
        kept = clusters(row.removesuffix("…"))
        assert kept == letters[: len(kept)]
