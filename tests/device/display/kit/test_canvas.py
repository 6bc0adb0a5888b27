import pygame
import pytest

from device.display.kit.canvas import Canvas

NIGHT, DAY = (10, 20, 30), (200, 210, 220)


@pytest.fixture
def target() -> pygame.Surface:
    return pygame.Surface((100, 60))


def patch(color, size=(10, 10)) -> pygame.Surface:
    surface = pygame.Surface(size, pygame.SRCALPHA)
    surface.fill(color)
    return surface


def test_the_first_picture_is_drawn_whole(target):
    canvas = Canvas(target)
    canvas.fill(NIGHT)
    canvas.blit(patch(DAY), (5, 5))
    assert canvas.show() == [pygame.Rect(0, 0, 100, 60)]
    assert target.get_at((4, 4))[:3] == NIGHT
    assert target.get_at((5, 5))[:3] == DAY


def test_nothing_is_drawn_of_a_picture_that_is_the_same(target):
    canvas, sign = Canvas(target), patch(DAY)
    for _ in range(2):
        canvas.fill(NIGHT)
        canvas.blit(sign, (5, 5))
        drawn = canvas.show()
    assert drawn == []


def test_only_what_changed_is_drawn(target):
    canvas, still = Canvas(target), patch(DAY)
    for left in (50, 70):
        canvas.fill(NIGHT)
        canvas.blit(still, (5, 5))
        canvas.blit(patch((255, 0, 0)), (left, 40))
        drawn = canvas.show()
        target.fill((1, 2, 3), (0, 0, 20, 20))  # would be painted over if it were drawn again
    assert sorted(map(tuple, drawn)) == [(50, 40, 10, 10), (70, 40, 10, 10)]
    assert target.get_at((55, 45))[:3] == NIGHT
    assert target.get_at((75, 45))[:3] == (255, 0, 0)
    assert target.get_at((5, 5))[:3] == (1, 2, 3)


def test_what_lies_over_a_change_stays_over_it(target):
    canvas, glass = Canvas(target), patch((0, 0, 255, 128), (30, 30))
    for color in ((255, 0, 0), (0, 255, 0)):
        canvas.fill(NIGHT)
        canvas.blit(patch(color), (10, 10))
        canvas.blit(glass, (0, 0))
        drawn = canvas.show()
    assert drawn == [pygame.Rect(10, 10, 10, 10)]
    red, green, blue, _ = target.get_at((12, 12))
    assert red < 5 and 110 < green < 145 and 110 < blue < 145
    assert target.get_at((2, 2))[2] > 100  # the glass itself, from the first picture


def test_a_clip_holds_for_what_follows_it(target):
    canvas = Canvas(target)
    canvas.fill(NIGHT)
    canvas.set_clip(pygame.Rect(0, 0, 50, 60))
    canvas.blit(patch(DAY, (100, 10)), (0, 0))
    canvas.set_clip(None)
    canvas.blit(patch(DAY, (100, 10)), (0, 20))
    canvas.show()
    assert [target.get_at(point)[:3] for point in ((49, 5), (50, 5), (99, 25))] == [
        DAY,
        NIGHT,
        DAY,
    ]


def test_opacity_belongs_to_the_step_and_not_to_the_surface(target):
    canvas, sign = Canvas(target), patch((200, 200, 200))
    for alpha in (0, 128):
        canvas.fill((0, 0, 0))
        canvas.blit(sign, (5, 5), alpha=alpha)
        canvas.blit(sign, (25, 5))
        drawn = canvas.show()
    assert drawn == [pygame.Rect(5, 5, 10, 10)]
    assert 90 < target.get_at((6, 6))[0] < 110
    assert target.get_at((26, 6))[0] == 200


def test_a_lost_picture_is_drawn_whole(target):
    canvas = Canvas(target)
    canvas.fill(NIGHT)
    canvas.show()
    canvas.forget()
    canvas.fill(NIGHT)
    assert canvas.show() == [pygame.Rect(0, 0, 100, 60)]
