"""Colours, sizes and the type scale: every screen takes its look from here.

Sizes are told in units. A unit is 8 px on the 7-inch 800 × 480 display and grows with the window,
so that a layout that is right there is right on a large screen, too.
"""

import dataclasses
import functools

from data.emotions import EMOTIONS

Color = tuple[int, int, int]

# The colours of what is drawn as a picture: the kiosk's face and the covers, in every theme alike.
NIGHT: Color = (13, 15, 21)
CHALK: Color = (243, 243, 247)
# They differ in lightness where hues do not tell them apart for everybody.
ACCENTS: dict[str, Color] = {
    "angry": (255, 116, 96),
    "disgust": (174, 207, 98),
    "fear": (178, 150, 255),
    "happy": (250, 198, 62),
    "sad": (150, 192, 255),
    "surprise": (255, 162, 208),
    "neutral": (92, 186, 170),
}
assert tuple(ACCENTS) == EMOTIONS


@dataclasses.dataclass(frozen=True)
class Palette:
    """The colours of one theme.

    ink: the ground. surface, raised: of cards and of buttons on it. text, muted: to read on all
    three. edge: around cards and buttons, or None. idle: the accent while there is no emotion.
    accents: of areas, by emotion. words: of texts and thin lines, by emotion. glow: the share of
    light behind a face. halo: the share of a word's colour in the halo; track: of the text's in the
    part of a ring that is not filled. tint: the shares of an emotion's accent in ink, surface and
    raised while it is told. letters: how large texts are, of the type scale, where they fit.
    """

    ink: Color
    surface: Color
    raised: Color
    text: Color
    muted: Color
    edge: Color | None
    idle: Color
    idle_word: Color
    accents: dict[str, Color]
    words: dict[str, Color]
    glow: float
    halo: float
    track: float
    tint: tuple[float, float, float]
    letters: float = 1.0

    def lit(self, emotion: str | None) -> "Palette":
        """Return the palette of a room that the colour of ``emotion`` lights."""
        accent = self.accent(emotion)
        if emotion is None or not any(self.tint):
            return self
        grounds = (self.ink, self.surface, self.raised)
        ink, surface, raised = (
            mix(ground, accent, share) for ground, share in zip(grounds, self.tint, strict=True)
        )
        # The grounds have come nearer to the quiet text, which stays as readable as it was.
        muted = mix(self.muted, self.text, 0.5)
        return dataclasses.replace(self, ink=ink, surface=surface, raised=raised, muted=muted)

    def accent(self, emotion: str | None) -> Color:
        """Return the colour of areas for ``emotion``; a quiet one while there is none."""
        return self.idle if emotion is None else self.accents[emotion]

    def word(self, emotion: str | None) -> Color:
        """Return the colour of texts and thin lines for ``emotion``."""
        return self.idle_word if emotion is None else self.words[emotion]

    def around(self, emotion: str | None) -> Color:
        """Return the colour of the halo around a face."""
        return mix(self.ink, self.word(emotion), self.halo)

    def chosen(self, emotion: str | None) -> Color:
        """Return what lies under the texts of a chosen card."""
        return mix(self.surface, self.accent(emotion), 0.14)


def mix(a: Color, b: Color, share: float) -> Color:
    """Return ``a`` with ``share`` (0 to 1) of it replaced by ``b``."""
    return tuple(round(x + (y - x) * share) for x, y in zip(a, b, strict=True))


PALETTES: dict[str, Palette] = {
    "dark": Palette(
        ink=NIGHT,
        surface=(27, 30, 40),
        raised=(43, 47, 61),
        text=CHALK,
        muted=(174, 179, 194),
        edge=None,
        idle=(168, 190, 226),
        idle_word=(168, 190, 226),
        accents=ACCENTS,
        words=ACCENTS,
        glow=1.0,
        halo=0.60,
        track=0.37,
        tint=(0.16, 0.24, 0.12),
    ),
    "light": Palette(
        ink=(244, 242, 237),
        surface=(255, 255, 255),
        raised=(227, 224, 216),
        text=(24, 26, 34),
        muted=(82, 85, 97),
        edge=None,
        idle=(150, 178, 222),
        idle_word=(46, 84, 150),
        accents=ACCENTS,
        words={
            "angry": (171, 20, 33),
            "disgust": (53, 77, 0),
            "fear": (98, 64, 227),
            "happy": (174, 79, 2),
            "sad": (7, 85, 170),
            "surprise": (170, 25, 114),
            "neutral": (5, 88, 77),
        },
        glow=1.6,
        halo=0.75,
        track=0.49,
        tint=(0.16, 0.06, 0.10),
    ),
    "high-contrast": Palette(
        ink=(0, 0, 0),
        surface=(0, 0, 0),
        raised=(0, 0, 0),
        text=(255, 255, 255),
        muted=(236, 236, 240),
        edge=(200, 200, 206),
        idle=(255, 255, 255),
        idle_word=(255, 255, 255),
        accents=ACCENTS,
        words=ACCENTS,
        glow=0.0,
        halo=0.75,
        track=0.45,
        tint=(0.0, 0.0, 0.0),
        letters=1.2,
    ),
}

# Of the 7-inch display: 800 px on 154.1 mm (Raspberry Pi Touch Display, product brief).
PIXELS_PER_MM_AT_8 = 800 / 154.1


@dataclasses.dataclass(frozen=True)
class Type:
    """One step of the type scale.

    size: in units. weight: as the font family names it. leading: from line to line, in sizes.
    """

    size: float
    weight: str
    leading: float


# No text is smaller, in units: 16 pixels on the 7-inch display, 3 mm.
SMALLEST = 2.0
# 20 pixels there: 16 arcminutes at 60 cm, from where a touch screen is read.
CAPTION = Type(2.5, "Medium", 1.25)
BODY = Type(2.6, "Medium", 1.35)
LABEL = Type(2.5, "SemiBold", 1.15)
TITLE = Type(2.75, "SemiBold", 1.15)
LARGE_TITLE = Type(3.2, "Bold", 1.15)
HEADING = Type(4.2, "Bold", 1.2)
DISPLAY = Type(6.0, "ExtraBold", 1.15)
# To be read from two metres: 9, 4 and 3 mm high on the 7-inch display, capitals.
CALL, OFFER, PROMISE = (
    Type(9.5, "ExtraBold", 1.1),
    Type(3.6, "Medium", 1.3),
    Type(2.8, "Medium", 1.3),
)
LONG_WORD = Type(3.3, "ExtraBold", 1.1)


@dataclasses.dataclass(frozen=True)
class Theme:
    """The measures of one window. width, height: its size in pixels."""

    width: int
    height: int

    @property
    def portrait(self) -> bool:
        """Whether the window is higher than wide."""
        return self.height > self.width

    @functools.cached_property
    def unit(self) -> float:
        """The unit of all measures, in pixels."""
        long, short = max(self.width, self.height), min(self.width, self.height)
        return max(1.0, min(long / 100, short / 60))

    def px(self, units: float) -> int:
        """Return ``units`` in whole pixels."""
        return round(units * self.unit)


def luminance(color: Color) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2, definition of relative luminance)."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (channel / 255 for channel in color)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: Color, b: Color) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
