import pytest

from device.display.kit.lines import is_torn, wrap


def rows(text: str, width: int, lines: int = 4) -> list[str]:
    """The rows of ``text`` where every letter is one wide."""
    return wrap(text, width, lines, len)[0]


@pytest.mark.parametrize(
    ("text", "together"),
    [
        ("Piano Sonata No. 14 in C-sharp minor, Op. 27 No. 2: I. Adagio sostenuto", "Op. 27"),
        ("Piano Sonata No. 14 in C-sharp minor, Op. 27 No. 2: I. Adagio sostenuto", "No. 14"),
        ("Toccata and Fugue in D minor, BWV 565", "BWV 565"),
        ("Sûr\u202f? Lautstärke 80\u00a0% Op.\u00a027", "Sûr\u202f?"),
        ("Sûr\u202f? Lautstärke 80\u00a0% Op.\u00a027", "80\u00a0%"),
    ],
)
def test_a_number_is_never_torn_from_what_it_counts(text, together):
    for width in range(len(together), len(text)):
        assert any(together in row for row in wrap(text, width, 20, len)[0])


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("I cannot read faces", 12, ["I cannot", "read faces"]),
        ("Ich lese gerade nichts", 13, ["Ich lese", "gerade nichts"]),
        ("Leo la emoción de tu cara", 14, ["Leo la emoción", "de tu cara"]),
        ("Where is a little hat", 14, ["Where is", "a little hat"]),
        ("Two stay with you, three lead on", 20, ["Two stay with you,", "three lead on"]),
        ("Das Bild ist da. Bleib doch", 17, ["Das Bild ist da.", "Bleib doch"]),
        ("Sonata “Moon”: I. Adagio", 18, ["Sonata “Moon”:", "I. Adagio"]),
        ("Song No. 8 “Moon”: I. Allegro", 10, ["Song No. 8", "“Moon”:", "I. Allegro"]),
    ],
)
def test_a_line_ends_where_the_sense_does(text, width, expected):
    assert rows(text, width) == expected


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("我看不出来。请你再靠近我一点。", 7, ["我看不出来。", "请你再靠近", "我一点。"]),
        ("I see. Please come a little closer", 15, ["I see.", "Please come", "a little closer"]),
        ("No. 14 in C-sharp, Op. 27. Slow", 18, ["No. 14 in C-sharp,", "Op. 27. Slow"]),
    ],
)
def test_a_sentence_begins_a_line_where_that_costs_none(text, width, expected):
    assert rows(text, width) == expected


@pytest.mark.parametrize(
    ("lines", "torn"),
    [
        (["Que", "ressentez-vous ?"], True),
        (["Je vois. Que", "ressentez-vous ?"], True),
        (["Je vois.", "Que ressentez-vous ?"], False),
        (["Sonata: I.", "Allegro"], True),
        (["Encore", "une fois"], False),
    ],
)
def test_what_better_stays_together_is_known(lines, torn):
    assert is_torn(" ".join(lines), lines) == torn
    assert not is_torn(" ".join(lines), [" ".join(lines)])
    assert not is_torn("我看不出来。", ["我看不", "出来。"])


def test_sense_costs_no_line():
    assert rows("One, two three four five six", 15) == ["One, two three", "four five six"]
    assert rows("I am", 3) == ["I", "am"]


def test_spaces_at_the_ends_and_between_words_are_one():
    assert rows("  two   words ", 20) == ["two words"]
    assert rows("", 20) == [""]
