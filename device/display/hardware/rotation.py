"""A screen that is mounted on its side or upside down: where things of the picture are on it."""

import dataclasses

import pygame

ANGLES = (0, 90, 180, 270)


@dataclasses.dataclass(frozen=True)
class Rotation:
    """The picture is turned clockwise by ``angle`` degrees, one of ANGLES, to be seen upright.

    screen: width and height of the screen as the system knows it, in pixels.
    """

    angle: int
    screen: tuple[int, int]

    @property
    def picture(self) -> tuple[int, int]:
        """Width and height of the picture, in pixels."""
        return self.screen[::-1] if self.angle in (90, 270) else self.screen

    def on_screen(self, area: pygame.Rect) -> pygame.Rect:
        """Where ``area`` of the picture is on the screen."""
        width, height = self.picture
        match self.angle:
            case 90:
                return pygame.Rect(height - area.bottom, area.left, area.height, area.width)
            case 180:
                return pygame.Rect(width - area.right, height - area.bottom, *area.size)
            case 270:
                return pygame.Rect(area.top, width - area.right, area.height, area.width)
        return area

    def in_picture(self, point: tuple[float, float]) -> tuple[float, float]:
        """Where ``point`` of the screen is in the picture."""
        x, y = point
        width, height = self.picture
        match self.angle:
            case 90:
                return y, height - x
            case 180:
                return width - x, height - y
            case 270:
                return width - y, x
        return point

    def turned(self, part: pygame.Surface) -> pygame.Surface:
        """A part of the picture as the screen shows it."""
        return pygame.transform.rotate(part, -self.angle) if self.angle else part
