"""The visitor is kept: scripted walks with figures, and the rules one by one."""

import math

import numpy as np
import pytest

from device.contracts import Face
from device.vision.finder import Effort
from device.vision.follower import ALONE_FOR_S, Follower
from tests.benchmarks import scenes, sequences

# Sequences of each walk.
EACH_OF_ONE, EACH_OF_TWO = 2, 4
OF_ONE, OF_TWO = ("approach", "leave", "fast", "sway"), ("behind", "in front", "two")


@pytest.fixture(scope="session")
def tallies(network, real_faces):
    """What the follower makes of a few sequences of each walk, by walk."""
    images = real_faces["PublicTest"].images
    plays = [(walk, number) for walk in OF_ONE for number in range(EACH_OF_ONE)]
    plays += [(walk, number) for walk in OF_TWO for number in range(EACH_OF_TWO)]
    faces = sequences.findable(network, images, 2 * len(plays))
    told = {walk: sequences.Tally() for walk in sequences.WALKS}
    for walk, number in plays:
        sequences.run(walk, [faces.pop(), faces.pop()], number, network, told[walk])
    return told


def test_the_visitor_is_followed_in_nearly_all_visible_frames(tallies):
    right = sum(tally.right for tally in tallies.values())
    visible = sum(tally.visible for tally in tallies.values())
    assert visible > 900
    assert right / visible >= 0.97


def test_somebody_who_crosses_in_front_does_not_take_over(tallies):
    assert tallies["in front"].right / tallies["in front"].visible >= 0.90
    assert sum(tallies[walk].switches for walk in OF_TWO) <= 1


def test_one_person_is_one_visitor(tallies):
    for walk in OF_ONE:
        assert tallies[walk].other == tallies[walk].switches == 0
    assert sum(tallies[walk].visitors for walk in OF_ONE) <= EACH_OF_ONE * len(OF_ONE) + 1


class Script:
    """A finder that sees the faces it is told of."""

    name = "script"

    def __init__(self):
        self.faces = []
        self.searches = 0

    def find(self, grey, effort=Effort.THOROUGH):
        self.searches += 1
        return list(self.faces)

    def near(self, grey, face, pattern):
        def distance(other):
            return math.dist(other.box[:2], face.box[:2])

        return [other for other in self.faces if distance(other) < face.box[2]]


@pytest.fixture
def script():
    return Script()


@pytest.fixture
def stage(script):
    """Shows faces at a time; the visitor that is followed."""
    follower = Follower(script)
    grey = np.add.outer(np.arange(480), np.arange(640)).astype(np.float32)  # alike everywhere
    grey = (grey / 5).astype(np.uint8)

    def stage(at, *faces):
        script.faces = list(faces)
        if not follower.follow(grey, at):
            follower.search(grey, at, Effort.QUICK)
        return follower

    return stage


NEAR, FAR = Face((250, 150, 140, 140)), Face((60, 150, 70, 70))


def test_the_nearest_most_central_is_chosen_and_the_others_told(stage):
    follower = stage(0.0, FAR, NEAR)
    assert follower.face.box == NEAR.box
    assert [face.box for face in follower.others] == [FAR.box]


def test_the_visitor_is_kept_when_a_nearer_one_comes(stage):
    stage(0.0, NEAR)
    nearer = Face((420, 100, 210, 210))
    for frame in range(1, 30):
        follower = stage(frame / 15, NEAR, nearer)
        assert follower.face.box == NEAR.box
    assert [face.box for face in follower.others] == [nearer.box]
    assert follower.visitors == 1


def test_a_lost_visitor_is_searched_for_in_the_same_frame(stage, script):
    stage(0.0, NEAR)
    before = script.searches
    assert stage(0.1).face is None
    assert script.searches == before + 1
    assert stage(0.2, NEAR).face.box == NEAR.box


def test_nobody_else_takes_over_at_once_but_after_a_while(stage):
    stage(0.0, NEAR)
    stage(0.1, NEAR)
    assert stage(0.2, FAR).face is None
    assert stage(0.1 + ALONE_FOR_S - 0.05, FAR).face is None
    follower = stage(0.1 + ALONE_FOR_S + 0.05, FAR)
    assert follower.face.box == FAR.box
    assert follower.visitors == 2


def test_who_is_away_for_longer_is_a_new_visitor(stage):
    assert stage(0.0, NEAR).visitors == 1
    for frame in range(1, 30):
        stage(frame / 10)
    assert stage(3.0, NEAR).visitors == 2


def test_a_face_that_never_moves_is_told_as_still(stage):
    for frame in range(60):
        follower = stage(frame / 10, NEAR)
    assert follower.face.still_s == pytest.approx(5.9)
    assert stage(6.0, Face((262, 150, 140, 140))).face.still_s > 0  # a finder's box may jump
    assert stage(6.1, Face((262, 150, 140, 140))).face.still_s == 0


POSTER = Face((400, 80, 200, 200))


def swaying(frame):
    """Somebody smaller and further aside than the poster, who does not keep still."""
    return Face((60 + 12 * (frame % 3), 200, 100, 100))


def test_somebody_alive_is_preferred_to_a_nearer_poster(stage):
    for frame in range(120):
        follower = stage(frame / 10, POSTER)
    assert follower.face.box == POSTER.box
    for frame in range(120, 150):
        follower = stage(frame / 10, POSTER, swaying(frame))
    assert follower.face.box == swaying(149).box
    assert [face.box for face in follower.others] == [POSTER.box]
    assert follower.others[0].still_s > 13
    assert follower.visitors == 2


def test_two_posters_are_not_swapped(stage):
    second = Face((60, 200, 100, 100))
    for frame in range(300):
        follower = stage(frame / 10, POSTER, second)
    assert follower.face.box == POSTER.box
    assert follower.visitors == 1


def test_a_visitor_who_moves_is_kept_however_others_move(stage):
    for frame in range(300):
        nearer = Face((400 + 20 * (frame % 2), 80, 200, 200))
        follower = stage(frame / 10, *[swaying(frame), nearer][: 1 + (frame > 5)])
    assert follower.face.box == swaying(299).box
    assert follower.visitors == 1


def test_a_poster_is_known_again_after_somebody_hid_it(stage):
    for frame in range(120):
        stage(frame / 10, POSTER)
    for frame in range(120, 140):  # half hidden, and then all
        stage(frame / 10)
    for frame in range(140, 200):
        follower = stage(frame / 10, Face((300 + 40 * (frame % 3), 50, 380, 380)))
    assert follower.face.still_s < 1
    for frame in range(200, 208):  # goes away to the left
        stage(frame / 10, Face((300 - 60 * (frame - 200), 50, 380, 380)), POSTER)
    for frame in range(208, 240):
        follower = stage(frame / 10, POSTER)
    assert follower.face.box == POSTER.box
    assert follower.face.still_s > 20


def test_somebody_real_is_preferred_to_a_real_poster(network, real_faces):
    """A printed face, large and in the middle; after 12 s somebody smaller comes beside it."""
    images = real_faces["PublicTest"].images
    poster, person = sequences.findable(network, images, 2)
    random, follower, rate = np.random.default_rng(1), Follower(network), 8
    wall = scenes.paste(scenes.room(False, random), poster, (420, 240), 190, 0)
    followed = []
    for frame in range(16 * rate):
        at, image = frame / rate, wall
        if at > 12:
            image = scenes.paste(wall, person, (130 + 25 * np.sin(3 * at), 260), 140, 0)
        image = (image + random.normal(0, 2.5, image.shape)).clip(0, 255).astype(np.uint8)
        if not follower.follow(image, at):
            follower.search(image, at, Effort.QUICK)
        followed.append((at, follower.face))
    assert all(face.box[0] > 300 for at, face in followed if at < 12)
    assert followed[12 * rate][1].still_s > 11
    assert all(face.box[0] < 200 for at, face in followed if at > 15)
    assert follower.others[0].still_s > 14
