"""The way into the mood: one motion, in which face and mirror are the same things all the time."""

import dataclasses

import numpy as np
import pygame
import pytest

from data.emotions import EMOTIONS
from device.actions import Choose, Correct, Press
from device.contracts import Face, Frame
from device.display.kit import faces, paint, picture, widgets
from device.display.kit.canvas import Canvas
from device.display.kit.covers import cover
from device.display.kit.theme import PALETTES, mix
from device.display.screens import looking, menus, mood, reveal
from device.display.strings import load, writable
from device.display.window import Window
from device.states import Menu

FRAMES = [number / 30 for number in range(round(reveal.SECONDS * 30) + 2)]
SIZES = [(800, 480), (480, 800), (1920, 1080), (1080, 1920), (1024, 600)]


def at(view, passed, began=100.0):
    """The view ``passed`` seconds after its screen has begun."""
    state = dataclasses.replace(view.state, since=began)
    return dataclasses.replace(view, state=state, now=began + passed)


@pytest.fixture
def scenes(views):
    """Makes the two scenes of a way from one of ``views`` to another."""

    def make(size, before, after, tile=None):
        kit = widgets.Kit(size, load(), languages=writable())
        area = pygame.Rect(0, 0, *size)
        return tuple(reveal.scene(kit, area, views[name], tile) for name in (before, after))

    return make


def one_way(values):
    """Whether ``values`` never turn back, and how far they come."""
    steps = np.diff(values)
    return bool((steps >= -1e-9).all() or (steps <= 1e-9).all())


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("emotion", EMOTIONS)
def test_face_and_mirror_go_straight_to_their_places(scenes, size, emotion):
    start, end = scenes(size, "looking", f"mood {emotion}")
    faces = [reveal.face_at(start, end, passed) for passed in FRAMES]
    mirrors = np.array([reveal.mirror_at(start, end, passed) for passed in FRAMES])
    assert (faces[0].middle, faces[0].radius) == (start.face.middle, start.face.radius)
    assert (faces[-1].middle, faces[-1].radius) == (end.face.middle, end.face.radius)
    assert tuple(mirrors[0]) == start.mirror and tuple(mirrors[-1]) == end.mirror
    for axis in (0, 1):
        assert one_way([face.middle[axis] for face in faces])
        assert one_way(mirrors[:, axis] + mirrors[:, axis + 2] / 2), "its middle"
    radii = [face.radius for face in faces]
    assert radii == sorted(radii) and radii[-1] > 1.1 * radii[0], "the face grows"
    assert one_way(mirrors[:, 2]) and one_way(mirrors[:, 3]) and mirrors[-1, 2] < mirrors[0, 2]
    # No picture goes more than a fifth of the way, so that it is seen as one motion.
    ways = np.abs(np.diff([face.middle for face in faces], axis=0)).max(axis=1)
    whole = np.abs(np.subtract(end.face.middle, start.face.middle)).max()
    assert ways.max() < 0.2 * whole


def test_the_ring_closes_in_the_moods_colour_before_the_face_leaves(scenes):
    start, end = scenes((800, 480), "looking", "mood happy")
    first, closed = (reveal.face_at(start, end, passed) for passed in (0.0, 0.15))
    assert first.ring == start.face.ring and first.ring.share == 0.5
    assert (closed.ring.share, closed.ring.color) == (1.0, end.face.color)
    assert closed.middle == first.middle
    assert reveal.face_at(start, end, 0.7).ring is None


def test_the_face_becomes_the_emotion(scenes):
    start, end = scenes((800, 480), "looking", "mood sad")
    curves = [reveal.face_at(start, end, passed).expression.curve for passed in FRAMES]
    assert curves == sorted(curves, reverse=True)
    assert curves[0] == start.face.expression.curve
    assert reveal.face_at(start, end, reveal.SECONDS).expression == end.face.expression


@pytest.mark.parametrize("size", [(800, 480), (480, 800)], ids=str)
def test_what_is_drawn_moves_one_way(views, shown, size):
    """Finds the face by its colour and the mirror by its red and blue halves, 30 times a second."""
    window = Window(size)
    window.open()
    try:
        window.draw(at(views["looking"], -0.1))
        faces, mirrors = [], []
        kit = widgets.Kit(size, load())
        area = pygame.Rect(0, 0, *size)
        ends = [reveal.scene(kit, area, views[name]) for name in ("looking", "mood happy")]
        for passed in FRAMES:
            window.draw(at(views["mood happy"], passed))
            image = shown().astype(int)
            color = reveal.face_at(*ends, passed).color
            same = (image == color).all(axis=2)
            halves = np.abs(image[..., 0] - image[..., 2]) > 190
            for mask, found in ((same, faces), (halves, mirrors)):
                rows, columns = np.nonzero(mask)
                found.append((columns.min(), rows.min(), np.ptp(columns), np.ptp(rows)))
        faces, mirrors = np.array(faces), np.array(mirrors)
        move = faces[:, 0] if size[0] > size[1] else faces[:, 1]
        moving = slice(0, 19)  # then words and cards of the same colour come in
        assert one_way(move[moving]) and move[18] < move[0] - 0.3 * max(size)
        shrunk = mirrors[:15, 2] * mirrors[:15, 3]
        assert one_way(shrunk) and shrunk[-1] < 0.05 * shrunk[0]
    finally:
        window.close()


def test_all_is_there_in_the_end(views, shown):
    """The last picture of the way and the first of the screen by itself differ by nothing."""
    window = Window((800, 480))
    window.open()
    try:
        window.draw(at(views["looking"], -0.1))
        window.draw(at(views["mood happy"], 0.0))
        window.draw(at(views["mood happy"], reveal.SECONDS - 0.01))
        last = shown().astype(int)
        assert {Choose(0), Choose(4), Press.DONE} <= {hit.action for hit in window.hits}
        window.draw(at(views["mood happy"], reveal.SECONDS + 0.01))
        apart = np.abs(shown().astype(int) - last).max(axis=2)
    finally:
        window.close()
    assert (apart > 60).mean() < 0.002, "more than the halo and the equalizer have moved"


def test_nothing_can_be_touched_before_it_is_in_its_place(small_window, views):
    small_window.draw(at(views["looking"], -0.1))
    small_window.draw(at(views["mood happy"], 0.0))
    small_window.draw(at(views["mood happy"], 0.3))
    assert {hit.action for hit in small_window.hits} == {Press.TAP}
    small_window.draw(at(views["mood happy"], 0.62))
    there = {hit.action for hit in small_window.hits}
    assert Choose(3) in there and Choose(4) not in there, "it comes a moment later"
    small_window.draw(at(views["mood happy"], 0.7))
    assert Choose(4) in {hit.action for hit in small_window.hits}


def test_no_picture_makes_more_than_one_cover(small_window, views, monkeypatch):
    made = []
    monkeypatch.setattr(
        "device.display.screens.cards.cover", lambda *how: made.append(how) or cover(*how)
    )
    small_window.draw(at(views["looking"], -0.1))
    counts = []
    for passed in FRAMES:
        before = len(made)
        small_window.draw(at(views["mood happy"], passed))
        counts.append(len(made) - before)
    assert max(counts) == 1
    assert sum(counts) >= 5


@pytest.mark.parametrize("size", [(800, 480), (1920, 1080)], ids=str)
def test_no_picture_paints_much_more_than_it_shows(views, monkeypatch, size):
    """Counted in pixels, which cost the same on every machine; ``device bench`` measures times.

    painted: on the screen, where what is blended as a whole takes more than twice as long. shaped:
    in layers, which OpenCV draws on.
    """
    painted, shaped = [0], [0]
    draw, layer = Canvas._draw, paint.Layer.__init__

    def counting(canvas, step, dirty):
        area = step.area.clip(dirty)
        weight = 0 if step.alpha == 0 else 1 if step.alpha is None else 2.4
        painted[-1] += area.width * area.height * weight
        draw(canvas, step, dirty)

    def shaping(self, width, height):
        shaped[-1] += width * height
        layer(self, width, height)

    monkeypatch.setattr(Canvas, "_draw", counting)
    monkeypatch.setattr(paint.Layer, "__init__", shaping)
    window = Window(size)
    window.open()
    try:
        # Once before, so that what is kept is there.
        for name, moments in (
            ("looking", [-0.1]),
            ("mood happy", [*FRAMES, 2.0, 2.03]),
            ("looking", [1.9]),
            ("mood happy", FRAMES),
        ):
            for passed in moments:
                painted.append(0)
                shaped.append(0)
                window.draw(at(views[name], passed))
    finally:
        window.close()
    mood_shaped, way = shaped[len(FRAMES) + 3], slice(-len(FRAMES), None)
    assert mood_shaped > 0
    assert max(painted[way]) < 3.8 * size[0] * size[1]
    # While the ring closes, the brackets are there, too; then there is the face alone.
    assert max(shaped[way][6:]) <= 1.1 * mood_shaped


def test_a_change_of_mood_is_the_same_motion(scenes, small_window, views, shown):
    start, end = scenes((800, 480), "mood changing", "mood surprise")
    radii = [reveal.face_at(start, end, passed).radius for passed in FRAMES]
    assert radii == sorted(radii) and radii[-1] > radii[0], "the offer had taken its room"
    small_window.draw(at(views["mood changing"], 5.0, 90.0))
    grounds = []
    for passed in FRAMES:
        small_window.draw(at(views["mood surprise"], passed))
        grounds.append(tuple(map(int, shown()[2, 790])))
    lit = [PALETTES["dark"].lit(emotion).ink for emotion in ("happy", "surprise")]
    assert (grounds[0], grounds[-1]) == tuple(lit)
    assert all(one_way(channel) for channel in np.array(grounds).T)
    assert mix(*lit, 0.5) != lit[0]


@pytest.mark.parametrize(("tile", "name"), [("sad", "mood sad"), (None, "mood unsaid")])
def test_a_mood_that_is_chosen_comes_out_of_its_tile(scenes, small_window, views, tile, name):
    start, end = scenes((800, 480), "menu of moods", name, tile)
    small_window.draw(views["menu of moods"])
    place = next(hit.area for hit in small_window.hits if hit.action == Correct(tile))
    assert place.collidepoint(start.face.middle)
    assert start.face.expression == faces.EXPRESSIONS.get(tile, faces.ASLEEP)
    assert reveal.mirror_at(start, end, 0.3) is None
    small_window.draw(at(views[name], 0.0))
    small_window.draw(at(views[name], 0.4))
    assert small_window._reveal.start.face.middle == start.face.middle


@pytest.mark.parametrize("name", ["bars", "mood with a code"])
def test_what_takes_the_faces_place_ends_the_way(small_window, views, name):
    small_window.draw(at(views["looking"], -0.1))
    small_window.draw(at(views["mood happy"], 0.0))
    small_window.draw(at(views[name], 0.2))
    assert small_window._reveal is None


@pytest.mark.parametrize("name", ["attract", "trouble", "menu of languages", "bars"])
def test_from_elsewhere_the_mood_fades_in(small_window, views, name):
    small_window.draw(views[name])
    small_window.draw(at(views["mood sad"], 0.0))
    assert small_window._reveal is None and small_window._before is not None


def test_reduced_motion_fades(views, shown):
    window = Window((800, 480), still=True)
    window.open()
    try:
        window.draw(at(views["looking"], -0.1))
        before = shown().astype(int)
        steps = []
        for passed in (0.0, 0.1, 0.2, 0.4):
            window.draw(at(views["mood happy"], passed))
            steps.append(np.abs(shown().astype(int) - before).mean())
        assert window._reveal is None
        assert steps[0] == 0 and steps == sorted(set(steps))
    finally:
        window.close()


def test_without_a_picture_or_a_face_it_goes_on(small_window, views):
    for seen in ({"frame": None, "face": None}, {"face": None}):
        small_window.draw(at(views["looking"], -0.1))
        for passed in (0.0, 0.1, 0.3, 0.6, 1.1, 1.3):
            view = at(views["mood happy"], passed)
            snapshot = dataclasses.replace(view.snapshot, **seen)
            small_window.draw(dataclasses.replace(view, snapshot=snapshot))
            assert (small_window._reveal is None) == (passed == 1.3)


def test_the_close_up_of_the_badge_is_reached(scenes, views):
    """What the mirror shows at the end of the way is what the badge shows after it."""
    _, end = scenes((800, 480), "looking", "mood happy")
    image = np.zeros((480, 640, 3), np.uint8)
    size = (round(end.mirror[2]), round(end.mirror[3]))
    box = Face((250, 150, 140, 140)).box
    live = picture.LivePicture()
    _, crop = live.surface(Frame(image, 0.0).image, size, size[0] / 2, box)
    assert crop == picture.close_up(box, picture.cover((640, 480), size), picture.ROOM)


def test_tiles_are_where_they_can_be_touched(any_window, views):
    view = dataclasses.replace(
        views["menu of moods"],
        state=dataclasses.replace(views["menu of moods"].state, menu=Menu.MOODS),
    )
    any_window.draw(view)
    screen = pygame.display.get_surface()
    places = menus.places(widgets.Kit(screen.size, load()), screen.get_rect(), view)
    hits = {hit.action: hit.area for hit in any_window.hits}
    assert {Correct(name): place for name, place in places.items()}.items() <= hits.items()


def test_the_places_of_both_screens_lie_in_the_window(any_window, views):
    any_window.draw(views["looking"])
    screen = pygame.display.get_surface()
    kit, area = widgets.Kit(screen.size, load()), screen.get_rect()
    one, other = looking.places(kit, area), mood.places(kit, area, views["mood happy"])
    for place in (one.mirror, one.ring, one.headline, one.hint, other.songs, other.buttons):
        assert area.contains(place)
    assert area.contains(mood.badge(other.stage))
