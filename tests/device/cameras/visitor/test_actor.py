"""The built-in visitor's visit: the same again from the same seed, seen by cascades and model."""

import itertools
from pathlib import Path

import cv2
import numpy as np
import pytest

from data.emotions import EMOTIONS
from device.cameras.visitor.actor import Act, Actor, portrait
from device.contracts import Box
from device.errors import CameraError
from device.vision.cascade import cascade_path
from device.vision.crop import crop_face
from device.vision.emotion import EmotionModel
from device.vision.finders import choose_finder

CASCADES = ("alt2", "default")
GOLDEN = Path(__file__).parent / "visitors.png"


@pytest.fixture(scope="module")
def actor() -> Actor:
    return Actor(seed=1)


def moments(actor: Actor, step_s: float) -> list[tuple[float, Act]]:
    times = np.arange(step_s / 2, actor.visit_s, step_s).tolist()
    return [(t, actor.act_at(t)) for t in times]


def found(cascade: cv2.CascadeClassifier, image: np.ndarray) -> list[Box]:
    """Boxes in pixels of the image, which the cascade sees in grey at half its size."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    half = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    boxes = cascade.detectMultiScale(half, scaleFactor=1.1, minNeighbors=3, minSize=(40, 40))
    return [tuple(2 * int(n) for n in box) for box in boxes]


def overlap(a: Box, b: Box) -> float:
    """Intersection over union."""
    wide = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    high = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    common = max(wide, 0) * max(high, 0)
    return common / (a[2] * a[3] + b[2] * b[3] - common)


def cascade_of(name: str) -> cv2.CascadeClassifier:
    path = cascade_path().with_name(f"haarcascade_frontalface_{name}.xml")
    cascade = cv2.CascadeClassifier(str(path))
    assert not cascade.empty()
    return cascade


def test_the_same_seed_and_time_give_the_same_picture() -> None:
    one, two = Actor(seed=4), Actor(seed=4)
    for t in (0.5, 2.7, 6.0, 12.34):
        first = one.render(t)
        portrait.cache_clear()
        assert np.array_equal(first, two.render(t))


def test_the_pictures_stay_what_they_are(request: pytest.FixtureRequest) -> None:
    """Means of 8 × 8 pixels: other builds of OpenCV and numpy round single pixels otherwise."""
    moments = [(1, 1.0), (1, 3.0), (1, 12.34), (2, 17.5), (5, 28.0), (5, 38.9)]
    rows = [Actor(seed=seed).render(t) for seed, t in moments]
    now = cv2.resize(np.vstack(rows), None, fx=1 / 8, fy=1 / 8, interpolation=cv2.INTER_AREA)
    if request.config.getoption("--renew-goldens"):
        cv2.imwrite(str(GOLDEN), now)
    assert np.abs(cv2.imread(str(GOLDEN)).astype(int) - now).max() <= 1


def test_another_seed_gives_another_visitor() -> None:
    one, two = Actor(seed=4).render(6.0), Actor(seed=5).render(6.0)
    assert np.abs(one.astype(int) - two).mean() > 3


def test_the_picture_keeps_the_contract_in_every_size() -> None:
    for size in ((640, 480), (800, 600), (321, 240)):
        image = Actor(size=size).render(6.0)
        assert image.dtype == np.uint8
        assert image.shape == (size[1], size[0], 3)
        box = Actor(size=size).act_at(6.0).face_box
        assert box is not None
        assert 0.4 < box[3] / size[1] < 0.55


def test_a_visit_goes_from_an_empty_room_to_an_empty_room(actor: Actor) -> None:
    acts = [act for _, act in moments(actor, 0.25)]
    shown = [act.emotion for act in acts if act.emotion]
    assert set(shown) == set(EMOTIONS)
    assert shown == sorted(shown, key=shown.index), "each emotion once, without a break"
    assert all(18 <= shown.count(emotion) <= 22 for emotion in EMOTIONS), "about five seconds each"
    assert all(act.present and act.face_box for act in acts if act.still)
    assert not acts[0].present
    assert not acts[-1].present
    assert any(act.present and not act.still for act in acts)
    assert all(act.face_box is None for act in acts if not act.present)


def test_the_visitor_comes_nearer(actor: Actor) -> None:
    widths = [actor.act_at(t).face_box[2] for t in np.arange(3.0, 3.45, 0.1)]
    assert widths == sorted(widths)
    assert widths[0] < widths[-1]


def test_the_next_visitor_is_another_one(actor: Actor) -> None:
    first, second = actor.render(6.0), actor.render(6.0 + actor.visit_s)
    assert actor.act_at(6.0 + actor.visit_s).still
    assert np.abs(first.astype(int) - second).mean() > 3


def test_speed_shortens_the_visit(actor: Actor) -> None:
    quick = Actor(seed=1, speed=4.0)
    assert quick.visit_s == pytest.approx(actor.visit_s / 4)
    assert quick.act_at(3.0) == actor.act_at(12.0)


def test_the_emotions_and_their_order_can_be_chosen() -> None:
    actor = Actor(emotions=("sad", "happy"))
    shown = [act.emotion for _, act in moments(actor, 0.5) if act.emotion]
    assert list(dict.fromkeys(shown)) == ["sad", "happy"]


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({"emotions": ("joy",)}, "joy"),
        ({"emotions": ()}, "none"),
        ({"fps": 0}, "fps"),
        ({"speed": -1}, "speed"),
        ({"size": (0, 480)}, "size"),
    ],
)
def test_a_wrong_option_is_named(options: dict, names: str) -> None:
    with pytest.raises(ValueError, match=names):
        Actor(**options)


@pytest.fixture(scope="module")
def standing(actor: Actor) -> list[tuple[np.ndarray, Act]]:
    return [(actor.render(t), act) for t, act in moments(actor, 1.0) if act.still]


@pytest.mark.parametrize("name", CASCADES)
def test_the_cascade_finds_the_standing_visitor(
    name: str, standing: list[tuple[np.ndarray, Act]]
) -> None:
    cascade = cascade_of(name)
    hits = []
    for image, act in standing:
        boxes = found(cascade, image)
        hits.append(max((overlap(box, act.face_box) for box in boxes), default=0.0))
    assert len(hits) >= 35
    assert np.mean([hit > 0.5 for hit in hits]) >= 0.95
    assert np.median(hits) > 0.75


@pytest.mark.parametrize("name", CASCADES)
def test_nobody_is_found_in_the_empty_room(name: str, actor: Actor) -> None:
    cascade = cascade_of(name)
    times = [t for t, act in moments(actor, 0.4) if not act.present]
    assert len(times) >= 10
    assert not any(found(cascade, actor.render(t)) for t in times)


def test_the_shipped_model_reads_the_visitors_faces() -> None:
    """Frames of whole visits by several people, found and cropped as the kiosk does it."""
    model = EmotionModel.load()
    finder = choose_finder("auto", model.runtime)
    size = model.card.width, model.card.height
    right: dict[str, list[bool]] = {emotion: [] for emotion in EMOTIONS}
    for seed in (1, 9, 18, 22):
        actor = Actor(seed=seed)
        for t, act in moments(actor, 0.7):
            if not act.still or actor.act_at(t - 0.5).emotion != act.emotion:
                continue
            grey = cv2.cvtColor(actor.render(t), cv2.COLOR_BGR2GRAY)
            faces = finder.find(grey)
            if faces:
                face = max(faces, key=lambda face: overlap(face.box, act.face_box))
                crop = crop_face(grey, face.box, size, model.card.margin, face.tilt)
                read = EMOTIONS[int(model.read(crop).argmax())]
                right[act.emotion].append(read == act.emotion)
    rates = {emotion: float(np.mean(hits)) for emotion, hits in right.items()}
    assert min(len(hits) for hits in right.values()) >= 15
    assert min(rates.values()) >= 0.5, rates
    assert min(rates[plain] for plain in ("happy", "surprise", "neutral")) >= 0.9, rates


def test_frames_come_one_after_the_other_and_differ() -> None:
    with Actor(fps=50, speed=10) as camera:
        frames = [camera.read() for _ in range(4)]
    times = [frame.captured_at for frame in frames]
    assert times == sorted(set(times))
    for one, next_one in itertools.pairwise(frames):
        assert not np.array_equal(one.image, next_one.image)
    assert "640x480" in Actor().describe()


def test_reading_needs_an_open_camera_and_keeps_its_time_limit() -> None:
    camera = Actor(fps=1.0)
    with pytest.raises(CameraError, match="not open"):
        camera.read()
    camera.open()
    camera.read()
    with pytest.raises(CameraError, match="no frame within"):
        camera.read(timeout_s=0.01)
    camera.close()
    camera.close()
    with pytest.raises(CameraError, match="not open"):
        camera.read()
