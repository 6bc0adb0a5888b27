import itertools

import cv2
import numpy as np
import pytest

from data.emotions import EMOTIONS
from device.display.kit import theme
from device.display.kit.theme import ACCENTS, NIGHT, PALETTES, Theme

# WCAG 2.2, success criterion 1.4.3, for text; 1.4.11 for signs and parts of controls.
READABLE = 4.5
VISIBLE = 3.0

every_theme = pytest.mark.parametrize("colors", PALETTES.values(), ids=PALETTES)
every_light = pytest.mark.parametrize("light", [False, True], ids=["plain", "lit"])
every_emotion = pytest.mark.parametrize("emotion", [*EMOTIONS, None])


@every_theme
@every_emotion
@every_light
def test_text_can_be_read(colors, emotion, light):
    colors = colors.lit(emotion) if light else colors
    for back in (colors.ink, colors.surface, colors.raised, colors.chosen(emotion)):
        for text in (colors.text, colors.muted):
            assert theme.contrast(text, back) >= READABLE, (text, back)


@every_theme
@every_emotion
@every_light
def test_the_emotion_can_be_read_and_its_heart_and_bars_be_seen(colors, emotion, light):
    colors = colors.lit(emotion) if light else colors
    assert theme.contrast(colors.word(emotion), colors.ink) >= READABLE
    for back in (colors.surface, colors.raised, colors.chosen(emotion)):
        assert theme.contrast(colors.word(emotion), back) >= VISIBLE


def test_a_mood_lights_the_room_but_where_contrast_counts_most():
    grounds = {PALETTES["dark"].lit(emotion).ink for emotion in EMOTIONS}
    assert len(grounds) == 7 and NIGHT not in grounds
    assert PALETTES["dark"].lit(None) is PALETTES["dark"]
    assert PALETTES["high-contrast"].lit("sad") is PALETTES["high-contrast"]


@every_theme
@every_emotion
@every_light
def test_halo_and_ring_can_be_seen(colors, emotion, light):
    colors = colors.lit(emotion) if light else colors
    assert theme.contrast(colors.around(emotion), colors.ink) >= VISIBLE
    track = theme.mix(colors.ink, colors.text, colors.track)
    assert theme.contrast(track, colors.ink) >= VISIBLE
    assert theme.contrast(track, colors.text) >= VISIBLE, "how far it is filled"


# What a colour becomes for somebody without one kind of cones: linear RGB (Machado, Oliveira and
# Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency", 2009,
# severity 1.0).
SEEN = {
    "protanope": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranope": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanope": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
# A difference of 10 in CIE 1976 L*a*b* is seen at a glance.
APART = 10


def lab(color, seen) -> np.ndarray:
    """L*a*b* of ``color`` as somebody sees it, float32 (3,)."""
    share = np.array(color) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.array(seen) @ linear, 0, 1)
    shown = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return cv2.cvtColor(np.float32([[shown]]), cv2.COLOR_RGB2LAB)[0, 0]


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("colors", [ACCENTS, PALETTES["light"].words], ids=["areas", "words"])
def test_emotions_differ_for_the_colour_blind(colors, seen):
    labs = {emotion: lab(color, SEEN[seen]) for emotion, color in colors.items()}
    for one, other in itertools.combinations(EMOTIONS, 2):
        assert np.linalg.norm(labs[one] - labs[other]) >= APART, (one, other)


@every_theme
@every_emotion
def test_signs_on_an_accent_stand_out(colors, emotion):
    assert theme.contrast(NIGHT, colors.accent(emotion)) >= READABLE


def test_high_contrast_is_higher():
    high, dark = PALETTES["high-contrast"], PALETTES["dark"]
    assert theme.contrast(high.text, high.ink) == pytest.approx(21)
    assert theme.contrast(high.muted, high.surface) > theme.contrast(dark.muted, dark.surface) + 5
    assert theme.contrast(high.edge, high.ink) >= READABLE
    assert high.letters > dark.letters


def test_contrast_is_that_of_the_standard():
    assert theme.contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert theme.contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)
    assert theme.contrast(NIGHT, NIGHT) == 1


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


@every_theme
def test_every_emotion_has_an_accent_of_its_own(colors):
    assert tuple(colors.accents) == tuple(colors.words) == EMOTIONS
    assert len(set(ACCENTS.values())) == len(set(colors.words.values())) == 7
    assert colors.accent(None) not in colors.accents.values()


def test_mix_goes_from_one_colour_to_the_other():
    assert theme.mix((0, 100, 200), (100, 0, 200), 0) == (0, 100, 200)
    assert theme.mix((0, 100, 200), (100, 0, 200), 0.25) == (25, 75, 200)
    assert theme.mix((0, 100, 200), (100, 0, 200), 1) == (100, 0, 200)
