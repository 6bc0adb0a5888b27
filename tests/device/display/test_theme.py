import pytest

from data.emotions import EMOTIONS
from device.display import theme
from device.display.mood import ground
from device.display.theme import ACCENTS, IDLE, INK, MUTED, RAISED, SURFACE, TEXT, Theme

# WCAG 2.2, success criterion 1.4.3, for text; 1.4.11 for signs and parts of controls.
READABLE = 4.5
VISIBLE = 3.0


@pytest.mark.parametrize("color", [TEXT, MUTED])
@pytest.mark.parametrize(
    "back", [INK, SURFACE, RAISED, *(ground(ACCENTS[e], True) for e in EMOTIONS)]
)
def test_text_can_be_read(color, back):
    assert theme.contrast(color, back) >= READABLE


@pytest.mark.parametrize("accent", [*ACCENTS.values(), IDLE])
def test_accents_can_be_read_on_the_ground_and_under_ink(accent):
    assert theme.contrast(accent, INK) >= READABLE


@pytest.mark.parametrize("accent", ACCENTS.values())
def test_the_chosen_card_and_its_progress_stand_out(accent):
    back = ground(accent, True)
    assert theme.contrast(accent, back) >= VISIBLE


def test_contrast_is_that_of_the_standard():
    assert theme.contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert theme.contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)
    assert theme.contrast(INK, INK) == 1


@pytest.mark.parametrize(
    ("size", "unit", "portrait"),
    [
        ((800, 480), 8, False),
        ((480, 800), 8, True),
        ((1920, 1080), 18, False),
        ((40, 30), 1, False),
    ],
)
def test_the_unit_grows_with_the_window(size, unit, portrait):
    measures = Theme(*size)
    assert measures.unit == unit
    assert measures.portrait is portrait
    assert measures.px(2.5) == round(2.5 * unit)


def test_every_emotion_has_an_accent_of_its_own():
    assert tuple(ACCENTS) == EMOTIONS
    assert len(set(ACCENTS.values())) == 7
    assert theme.accent(None) not in ACCENTS.values()


def test_mix_goes_from_one_colour_to_the_other():
    assert theme.mix((0, 100, 200), (100, 0, 200), 0) == (0, 100, 200)
    assert theme.mix((0, 100, 200), (100, 0, 200), 0.25) == (25, 75, 200)
    assert theme.mix((0, 100, 200), (100, 0, 200), 1) == (100, 0, 200)
