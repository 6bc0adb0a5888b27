"""How sure the kiosk is: a bar for each of the seven probabilities."""

import dataclasses

import pygame

from data.emotions import EMOTIONS
from device.display.kit.canvas import Canvas
from device.display.kit.theme import CAPTION, LABEL, Type, mix
from device.display.kit.widgets import Kit
from device.display.screens import words
from device.display.view import View
from device.states import OFFERED

# In so many seconds a bar goes most of the way to its probability.
FOLLOWED = 0.08
# What is left for the bars beside the longest word, in units.
SHORTEST_BAR = 8


def draw(canvas: Canvas, kit: Kit, area: pygame.Rect, view: View) -> None:
    """A bar for each of the seven probabilities; the word, not the colour, says which."""
    kicker, emotion = words.told(kit, view, area.width)
    used = words.stacked(canvas, kit, area.topleft, kicker, emotion) + kit.px(1)
    area = pygame.Rect(area.left, area.top + used, area.width, area.height - used)
    mood = view.snapshot.mood
    values = (0.0,) * len(EMOTIONS) if mood is None else mood.probabilities
    moods = [mood for mood in OFFERED if mood]
    step = min(kit.px(4), area.height / len(moods))
    # Rows that are close have smaller letters, and so do words that leave the bars no room.
    tight = min(1.0, step / kit.size(CAPTION) / CAPTION.leading)
    bold = dataclasses.replace(CAPTION, size=CAPTION.size * tight, weight=LABEL.weight)
    percent_width = _width(kit, [kit.strings("mood.percent", value=100)], bold) + kit.px(0.8)
    most = area.width - percent_width - kit.px(SHORTEST_BAR) - kit.px(1.5)
    longest = _width(kit, [kit.strings(f"label.{mood}") for mood in moods], bold)
    bold = dataclasses.replace(bold, size=bold.size * min(1.0, most / longest))
    plain = dataclasses.replace(bold, weight=CAPTION.weight)
    label_width = min(most, longest) + kit.px(1.5)
    for index, emotion in enumerate(moods):
        value = values[EMOTIONS.index(emotion)]
        middle = round(area.top + step * (index + 0.5))
        told = emotion == view.state.emotion and not view.state.unsaid
        color = kit.colors.text if told else kit.colors.muted
        style, room = bold if told else plain, label_width - kit.px(0.4)
        label = kit.text(kit.strings(f"label.{emotion}"), style, color, room, 1, 0.7)
        canvas.blit(label, label.get_rect(midleft=(area.left, middle)))
        bar = pygame.Rect(area.left + label_width, 0, 0, max(4, kit.px(0.9)))
        bar.width, bar.centery = area.right - percent_width - bar.left, middle
        track = mix(kit.colors.ink, kit.colors.muted, 0.3)
        key = ("bar", emotion)
        share = kit.motion.follow(key, (value,), view.now, FOLLOWED, start=(0.0,))[0]
        kit.progress(canvas, bar, share, kit.colors.word(emotion), track)
        percent = kit.text(kit.strings("mood.percent", value=round(value * 100)), plain, color)
        canvas.blit(percent, percent.get_rect(midright=(area.right, middle)))


def _width(kit: Kit, texts: list[str], style: Type) -> int:
    """How wide the widest of ``texts`` is, in pixels."""
    return max(kit.text(text, style, kit.colors.text).width for text in texts)
