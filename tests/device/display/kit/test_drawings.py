import dataclasses

import cv2
import numpy as np
import pygame
import pytest

from data.emotions import EMOTIONS
from device.display import strings
from device.display.kit import covers, faces, icons, paint
from device.display.kit.theme import ACCENTS
from device.display.kit.theme import CHALK as TEXT
from device.display.kit.widgets import Kit


def pixels(surface: pygame.Surface) -> np.ndarray:
    return pygame.surfarray.array3d(surface)


def face(expression: faces.Expression, **more) -> np.ndarray:
    layer = paint.Layer(120, 120)
    faces.draw(layer, (60, 60), 46, expression, ACCENTS["happy"], now=0.0, **more)
    return layer.pixels()


def test_seven_emotions_are_seven_faces():
    assert tuple(faces.EXPRESSIONS) == EMOTIONS
    drawn = {emotion: face(expression) for emotion, expression in faces.EXPRESSIONS.items()}
    for one in EMOTIONS:
        for other in EMOTIONS:
            if one < other:
                changed = np.any(drawn[one] != drawn[other], axis=-1).sum()
                assert changed > 150, (one, other)


def test_expressions_flow_into_each_other():
    happy, sad = faces.EXPRESSIONS["happy"], faces.EXPRESSIONS["sad"]
    assert happy.towards(sad, 0) == happy
    assert happy.towards(sad, 1) == sad
    assert happy.towards(sad, 0.5).curve == pytest.approx((happy.curve + sad.curve) / 2)


def test_the_eyes_follow_the_gaze():
    def darkest(picture):
        """The mean column of the eyes, which are the darkest in the upper half."""
        return np.nonzero(picture[20:60, 25:95, :3].sum(axis=-1) < 150)[1].mean()

    neutral = faces.EXPRESSIONS["neutral"]
    left, ahead, right = (darkest(face(neutral, gaze=(x, 0.0))) for x in (-1.0, 0.0, 1.0))
    assert left < ahead - 2
    assert right > ahead + 2


def test_it_blinks_shortly_and_now_and_then():
    moments = np.arange(0, 41, 0.01)
    closed = np.array([faces.blinking(moment) < 0.5 for moment in moments])
    assert 0.01 < closed.mean() < 0.05
    assert np.count_nonzero(np.diff(closed.astype(int)) == 1) == 10


def test_the_halo_moves_and_rests():
    def ring(now, level):
        layer = paint.Layer(150, 150)
        faces.halo(layer, (75, 75), 50, 20, TEXT, now=now, level=level)
        return layer.pixels()[..., 3]

    assert not np.array_equal(ring(0.0, 1.0), ring(0.5, 1.0))
    assert np.array_equal(ring(0.0, 0.0), ring(0.5, 0.0))
    assert ring(0.0, 1.0).sum() > 1.5 * ring(0.0, 0.0).sum()


def test_a_song_always_has_the_same_cover(make_song):
    one, again = (covers.cover(make_song(1), 64, 8) for _ in range(2))
    assert np.array_equal(pixels(one), pixels(again))
    assert one.get_at((0, 0)).a == 0
    assert one.get_at((32, 32)).a == 255


def test_songs_differ_in_their_covers(make_song):
    drawn = {
        covers.cover(make_song(1, id=f"song-{number}"), 48, 6).get_buffer().raw
        for number in range(40)
    }
    assert len(drawn) == 40


@pytest.mark.parametrize("arousal", [0.0, 1.0])
def test_the_nearest_ridge_of_a_cover_is_the_melody(make_song, arousal):
    rising = make_song(1, contour="".join(chr(ord("a") + at // 2) for at in range(48)))
    rising = dataclasses.replace(rising, arousal=arousal)
    falling = dataclasses.replace(rising, contour=rising.contour[::-1])

    def ground(song):
        """How high the ground reaches, from left to right."""
        picture = pixels(covers.cover(song, 100, 0)).swapaxes(0, 1).astype(int)
        return (np.abs(picture - picture[-1, -1]).max(axis=2) < 8).sum(axis=0)

    assert ground(rising)[90] > ground(rising)[50] + 10 > ground(rising)[10] + 20
    assert ground(falling)[10] > ground(falling)[50] + 10 > ground(falling)[90] + 20


def test_the_dot_runs_on_the_ridge_from_edge_to_edge(make_song):
    song = make_song(1, contour="aaaaaaaaaaaazzzzzzzzzzzz")
    picture = pixels(covers.cover(song, 100, 0)).swapaxes(0, 1).astype(int)
    places = [covers.spot(song, share) for share in np.linspace(0, 1, 21)]
    across = [x for x, _ in places]
    assert across == sorted(across)
    for x, y in places:
        light = picture[:, int(100 * x)].sum(axis=1)
        ridge = np.flatnonzero(light > light.max() - 30)
        assert ridge.min() - 3 <= 100 * y <= ridge.max() + 3
        assert 0.07 < x < 0.93


def test_a_flat_melody_stays_flat(make_song):
    heights = {covers.spot(make_song(1, contour=48 * "k"), share)[1] for share in (0, 0.3, 1)}
    assert max(heights) - min(heights) < 1e-9


@pytest.mark.parametrize("name", icons.SIGNS)
def test_every_sign_is_seen_and_keeps_its_margin(name):
    kit = Kit((800, 480), strings.load())
    alpha = pygame.surfarray.array_alpha(icons.icon(kit, name, 5, TEXT))
    assert 0.05 < (alpha > 128).mean() < 0.7
    assert not alpha[0].any()
    assert not alpha[-1].any()
    assert not alpha[:, 0].any()
    assert not alpha[:, -1].any()


def test_edges_are_smooth():
    layer = paint.Layer(60, 60)
    layer.ellipse((30, 30), 20, 20, TEXT)
    alpha = layer.pixels()[..., 3].astype(float) / 255
    assert alpha.sum() == pytest.approx(np.pi * 20**2, rel=0.02)
    assert np.any((alpha > 0.2) & (alpha < 0.8))
    assert np.allclose(alpha, alpha[::-1], atol=0.3)
    assert layer.pixels()[30, 30].tolist() == [*TEXT[::-1], 255]


def test_an_edge_has_the_colour_of_what_it_is_the_edge_of():
    layer = paint.Layer(60, 60)
    layer.ellipse((20, 30), 15, 15, TEXT)
    layer.stroke([(45, 10), (45, 50)], 12, ACCENTS["angry"])
    pixels = layer.pixels()
    edges = (pixels[..., 3] > 60) & (pixels[..., 3] < 255)
    for part, color in ((slice(0, 37), TEXT), (slice(37, 60), ACCENTS["angry"])):
        found = pixels[:, part][edges[:, part]][:, 2::-1].astype(int)
        assert len(found) > 20
        assert np.abs(found - color).max() <= 4


def test_a_thin_arc_is_round_to_less_than_half_a_pixel():
    """Of the headband at 1920 x 1080, whose outer edge is looked at from its middle."""
    layer, radius = paint.Layer(450, 450), 188.0
    layer.arc((225, 225), radius, 17, TEXT, start=188, end=352)
    alpha = layer.pixels()[..., 3] / 255
    for angle in np.radians(np.arange(200, 340, 0.5)):
        along = radius + np.arange(0, 16, 0.1)
        x, y = 225 + along * np.cos(angle) - 0.5, 225 + along * np.sin(angle) - 0.5
        seen = cv2.remap(
            np.float32(alpha), np.float32(x)[None], np.float32(y)[None], cv2.INTER_LINEAR
        )[0]
        edge = along[np.argmax(seen < 0.5)] - radius
        assert edge == pytest.approx(8.75, abs=0.4), np.degrees(angle)


def test_an_arc_covers_its_share_of_the_ring():
    def area(end):
        layer = paint.Layer(90, 90)
        layer.arc((45, 45), 35, 6, TEXT, start=0, end=end)
        return layer.pixels()[..., 3].sum() / 255

    whole = 2 * np.pi * 35 * 6
    assert area(0) == 0
    assert area(180) == pytest.approx(whole / 2, rel=0.1)
    assert area(360) == pytest.approx(whole, rel=0.05)


@pytest.mark.parametrize("radius", [0, 4, 7.5, 100])
def test_round_corners(radius):
    mask = paint.rounded_mask(40, 20, radius)
    assert mask.shape == (20, 40)
    assert mask[10, 20] == 255
    assert bool(mask[0, 0] == 255) is (radius == 0)
    assert np.array_equal(mask, mask[::-1, ::-1])
    real = min(radius, 10)
    assert mask.sum() / 255 == pytest.approx(800 - (4 - np.pi) * real**2, rel=0.02)
