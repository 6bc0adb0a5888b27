"""What a picture consists of, so that only what differs from the one before is drawn."""

import contextlib
import dataclasses
import itertools
from collections.abc import Iterator

import pygame

from device.display.kit.theme import Color

# Where more than this share of the picture has changed, all of it is drawn.
NEARLY_ALL = 0.85

Place = pygame.Rect | tuple[float, float]


@dataclasses.dataclass(frozen=True, eq=False)
class _Step:
    """One thing to draw. area: what it covers; look: what makes it another picture."""

    area: pygame.Rect
    look: tuple
    source: pygame.Surface | None
    part: pygame.Rect | None
    color: Color | None
    flags: int
    alpha: int | None
    clip: pygame.Rect | None


class Canvas:
    """Takes what a screen draws, as a surface does, and draws it when ``show`` is called.

    Then it is compared, step by step, with the picture before; where they differ, and nowhere
    else, all steps are drawn anew. A surface that was drawn must not change its pixels afterwards.
    target: the surface that keeps the picture from one time to the next.
    """

    def __init__(self, target: pygame.Surface) -> None:
        self.target = target
        self.size = target.size
        self._steps: list[_Step] = []
        # Holding on to the surfaces also keeps their ids from being given to others.
        self._shown: list[_Step] | None = None
        self._clip: pygame.Rect | None = None
        self._rise, self._opacity = 0, 1.0

    def get_rect(self) -> pygame.Rect:
        """The area of the picture."""
        return self.target.get_rect()

    def get_width(self) -> int:
        """The width of the picture in pixels."""
        return self.target.width

    def copy(self, area: pygame.Rect | None = None) -> pygame.Surface:
        """The picture that was shown last, or ``area`` of it."""
        return self.target.subsurface(area or self.get_rect()).copy()

    def set_clip(self, area: pygame.Rect | None) -> None:
        """Confines what follows to ``area``, or, with None, no longer."""
        self._clip = area and pygame.Rect(area)

    @contextlib.contextmanager
    def coming(self, share: float, rise: int = 0) -> Iterator[None]:
        """Draws what is blitted within as far as it has come in: ``share``, 0 to 1.

        It comes out of nothing and from ``rise`` pixels below its place.
        """
        before = self._rise, self._opacity
        self._rise += round(rise * (1 - share))
        self._opacity *= share
        try:
            yield
        finally:
            self._rise, self._opacity = before

    def fill(self, color: Color, area: pygame.Rect | None = None, special_flags: int = 0) -> None:
        """As ``pygame.Surface.fill``."""
        area = self.get_rect() if area is None else pygame.Rect(area)
        self._add(area, (tuple(color), special_flags), color=color, flags=special_flags)

    def blit(
        self,
        source: pygame.Surface,
        place: Place,
        part: tuple | None = None,
        alpha: int | None = None,
    ) -> None:
        """As ``pygame.Surface.blit``. alpha: opacity of the whole ``source``, 0 to 255."""
        part = source.get_rect() if part is None else pygame.Rect(part).clip(source.get_rect())
        if self._opacity < 1:
            alpha = round(self._opacity * (255 if alpha is None else alpha))
        if alpha == 255:
            alpha = None  # which costs a fraction
        area = pygame.Rect((int(place[0]), int(place[1]) + self._rise), part.size)
        look = (id(source), alpha, tuple(part))
        self._add(area, look, source=source, part=part, alpha=alpha)

    def forget(self) -> None:
        """Has the whole picture drawn next time, since what was on the screen is lost."""
        self._shown = None

    def show(self) -> list[pygame.Rect]:
        """Draws what has changed, ends the picture, and returns the areas that were drawn."""
        whole = self.get_rect()
        changed = [whole] if self._shown is None else self._changes()
        drawn = sum(area.width * area.height for area in changed)
        if drawn > NEARLY_ALL * whole.width * whole.height:
            changed = [whole]
        for dirty in changed:
            for step in self._steps:
                if step.area.colliderect(dirty):
                    self._draw(step, dirty)
        self.target.set_clip(None)
        self._shown, self._steps, self._clip = self._steps, [], None
        return changed

    def _add(
        self,
        area: pygame.Rect,
        look: tuple,
        source: pygame.Surface | None = None,
        part: pygame.Rect | None = None,
        color: Color | None = None,
        flags: int = 0,
        alpha: int | None = None,
    ) -> None:
        clip = self._clip
        look = (*look, tuple(area), clip and tuple(clip))
        self._steps.append(_Step(area, look, source, part, color, flags, alpha, clip))

    def _changes(self) -> list[pygame.Rect]:
        found: list[pygame.Rect] = []
        for new, old in itertools.zip_longest(self._steps, self._shown):
            if new is None or old is None or new.look != old.look:
                found += [step.area.clip(self.get_rect()) for step in (new, old) if step]
        return _joined([area for area in found if area.width and area.height])

    def _draw(self, step: _Step, dirty: pygame.Rect) -> None:
        self.target.set_clip(dirty if step.clip is None else dirty.clip(step.clip))
        if step.source is None:
            self.target.fill(step.color, step.area, step.flags)
            return
        if step.alpha == 0:
            return
        before = step.source.get_alpha()
        if step.alpha is not None:
            step.source.set_alpha(step.alpha)
        self.target.blit(step.source, step.area, step.part)
        if step.alpha is not None:
            step.source.set_alpha(before)


def _joined(areas: list[pygame.Rect]) -> list[pygame.Rect]:
    """The same areas as rectangles that do not overlap, so that nothing is drawn twice."""
    apart: list[pygame.Rect] = []
    for area in areas:
        joined = area
        while (hit := joined.collidelist(apart)) >= 0:
            joined = joined.union(apart.pop(hit))
        apart.append(joined)
    return apart
