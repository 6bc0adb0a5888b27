"""Why a face is hard to read: on photographs and drawn rooms, through the whole of vision."""

import cv2
import numpy as np
import pytest

from device.cameras.visitor.actor import Actor, paint_room
from device.contracts import Face, Hindrance
from device.options import VisionOptions
from device.vision.quality import LEAST_SCORE, SteadyHindrance, hindrance_of, several
from device.vision.sight import Sight
from device.vision.watch import Watch

SHAPE = (480, 640)
FACE = Face((260, 180, 120, 120))


@pytest.fixture(scope="module")
def watch(network):
    """Shows one picture after the other, the last for a second; what is seen in its last frame."""
    sight = Sight.of(VisionOptions(finder="network"))

    def watch(*images):
        watch = Watch(sight)
        for number, image in enumerate([*images, *[images[-1]] * 9]):
            seen = watch.look(image, number * 0.11)
        return seen

    return watch


@pytest.fixture(scope="module")
def scene(astronaut):
    """The astronaut's head in a room, so large and there: uint8 BGR (480, 640, 3)."""
    head = astronaut[10:230, 120:340]

    def scene(x=320, y=240, side=280, head=head):
        image = paint_room((640, 480))
        head = cv2.resize(head, (side, side), interpolation=cv2.INTER_AREA)
        left, top = x - side // 2, y - side // 2
        room = image[max(0, top) : top + side, max(0, left) : left + side]
        down, right = max(0, -top), max(0, -left)
        room[:] = head[down : down + room.shape[0], right : right + room.shape[1]]
        return image

    return scene


def test_a_clear_face_is_hindered_by_nothing(watch, scene):
    seen = watch(scene())
    assert seen.hindrance is None
    assert seen.reading is not None


def test_far(watch, scene):
    seen = watch(scene(side=150))
    assert 48 <= seen.face.box[2] < 83
    assert seen.hindrance is Hindrance.FAR
    assert seen.reading is not None
    small = watch(scene(side=80))
    if small.face is not None:
        assert small.hindrance is Hindrance.FAR
        assert small.reading is None


def test_dark_is_told_and_read_all_the_same(watch, scene):
    seen = watch(scene() // 10)
    assert seen.hindrance is Hindrance.DARK
    assert seen.reading is not None


def test_blurred(watch, scene):
    seen = watch(*(cv2.GaussianBlur(scene(), (0, 0), sigma) for sigma in (1, 2, 3, 4, 5, 6)))
    assert seen.face is not None
    assert seen.hindrance is Hindrance.BLURRED
    assert seen.reading is None


def test_cut_off(watch, scene):
    seen = watch(*(scene(x=x) for x in range(120, 10, -12)))
    assert seen.face is not None
    assert seen.hindrance is Hindrance.CUT
    assert seen.reading is None


def test_turned_away(watch, scene):
    from skimage import data

    man = cv2.cvtColor(data.camera()[30:250, 110:330], cv2.COLOR_GRAY2BGR)
    seen = watch(scene(head=man))
    assert seen.face is not None
    assert seen.hindrance is Hindrance.TURNED
    assert seen.reading is None


def test_several(watch, scene, astronaut):
    image = scene(x=180)
    image[130:350, 400:620] = astronaut[10:230, 120:340]
    seen = watch(image)
    assert len(seen.others) == 1
    assert seen.hindrance is Hindrance.SEVERAL
    assert seen.reading is not None


def test_a_poster_is_not_one_of_several():
    assert several((FACE,))
    assert not several((Face(FACE.box, still_s=60.0),))


def test_a_new_visitor_is_not_told_what_hindered_the_last_one(network, scene):
    watch, dark, at = Watch(Sight.of(VisionOptions(finder="network"))), scene() // 10, 0.0
    told = []
    for image in [dark] * 15 + [dark * 0] * 20 + [scene()]:
        at += 0.11
        told.append(watch.look(image, at))
    # Nor do the words change while somebody is out of sight for a moment.
    assert told[14].hindrance is told[16].hindrance is Hindrance.DARK
    assert told[-1].visitor == 2
    assert told[-1].hindrance is None


def test_the_drawn_visitor_is_read_in_nearly_every_frame():
    sight, actor = Sight.of(VisionOptions()), Actor()
    watch, hindrances, looks = Watch(sight), [], 0
    for frame in range(150):
        seen = watch.look(actor.render(frame / 10), frame / 10)
        if actor.act_at(frame / 10).still:
            looks += 1
            hindrances.append(seen.hindrance)
    assert looks > 60
    assert set(hindrances) <= {None}


def test_the_faces_the_model_is_made_for_can_be_read(real_faces):
    images = real_faces["PublicTest"].images
    told = [hindrance_of(image, FACE, SHAPE) for image in images]
    assert np.mean([readable for _, readable in told]) > 0.998
    blurred = [
        hindrance_of(cv2.GaussianBlur(image, (0, 0), 2.0), FACE, SHAPE) for image in images[:300]
    ]
    assert np.mean([hindrance is Hindrance.BLURRED for hindrance, _ in blurred]) > 0.98


@pytest.mark.parametrize(
    ("level", "dark", "hindrance"),
    [(20, True, Hindrance.DARK), (60, False, Hindrance.DARK), (240, False, None)],
)
def test_a_face_without_contrast_is_not_read(level, dark, hindrance):
    crop = np.random.default_rng(1).normal(level, 4, (48, 48)).clip(0, 255).astype(np.uint8)
    assert hindrance_of(crop, FACE, SHAPE, dark) == (hindrance, False)


def test_what_is_hardly_a_face_any_more_is_turned_away(portrait_photo):
    crop = cv2.resize(portrait_photo[140:260, 265:385], (48, 48), interpolation=cv2.INTER_AREA)
    assert hindrance_of(crop, FACE, SHAPE) == (None, True)
    hardly = Face(FACE.box, score=LEAST_SCORE - 0.05)
    assert hindrance_of(crop, hardly, SHAPE) == (Hindrance.TURNED, False)


def test_words_do_not_flicker():
    steady = SteadyHindrance()
    told = [steady.update(Hindrance.BLURRED if n % 3 == 0 else None, n / 10) for n in range(30)]
    assert set(told) == {None}
    told = [steady.update(Hindrance.FAR, 3 + n / 10) for n in range(10)]
    assert told.index(Hindrance.FAR) in (4, 5, 6)
    assert steady.update(None, 4.0) is Hindrance.FAR
    assert steady.update(None, 4.6) is None
