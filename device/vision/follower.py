"""Keeps to one visitor: in the next frame it looks where the face was, and knows it again."""

import math

import numpy as np

from device.contracts import Face
from device.vision.boxes import centre, overlap, prominence
from device.vision.finder import Effort, Finder
from device.vision.track import Track, look_of, pattern_of

# How unlike the last one a face may be, as ``Track.unlike`` counts it.
SAME_BELOW = 0.8
# Where there is one face alone, and a frame ago there was one alone, it is hardly another one.
JUST_NOW_S, ALONE_SAME_BELOW = 0.15, 1.5
# A lost visitor may come back near the old place for so long; nobody else takes over sooner than
# after the second time.
RETURNS_WITHIN_S, ALONE_FOR_S = 1.0, 0.5
# Somebody who steps in front of the visitor covers the place; the clocks stand still for so long.
COVERED_FOR_S = 2.5
# The whole picture is searched so often while a face is followed, to see who else is there, and
# who is not seen for the second time has gone.
OTHERS_EVERY_S, OTHERS_GONE_S = 0.5, 1.2


# A picture that was hidden for long, as by a visitor before it, is known again if it is this like;
# so many are kept in mind.
PICTURE_UNLIKE, PICTURES = 0.3, 8

# Near the visitor the finder tells what it hardly believes; that makes nobody else.
OTHER_SCORE = 0.5
NEWCOMER = 0.5


class Follower:
    """Follows the visitor, the nearest and most central face, for as long as it is seen.

    Where that turns out to be a picture of a face, somebody who moves takes its place.

    face: the visitor in the last frame, or None. visitors: how many there were so far; a new one
    counts one more. seen_at: when the visitor, or the one before, was seen last; minus infinity
    before the first.
    """

    def __init__(self, finder: Finder):
        self._finder = finder
        self.face: Face | None = None
        self.visitors = 0
        self.seen_at = -math.inf
        self._visitor: Track | None = None
        self._others: list[Track] = []
        self._pictures: list[Track] = []
        self._searched_at = -math.inf
        self._covered_s = self._last = 0.0

    @property
    def others(self) -> tuple[Face, ...]:
        """The faces beside the visitor's."""
        return tuple(track.face for track in self._others)

    def follow(self, grey: np.ndarray, at: float) -> bool:
        """Looks for the visitor near the place in the last frame; whether the face is there.

        grey: uint8 (H, W), brightened. at: when it was captured, in seconds.
        """
        if self.face is None or self._visitor is None:
            return False
        faces = self._finder.near(grey, self._visitor.expected(at), self._visitor.pattern)
        if at - self._searched_at >= OTHERS_EVERY_S:
            self._searched_at = at
            faces += [
                face
                for face in self._finder.find(grey, Effort.QUICK)
                if all(_apart(face, other) for other in faces)
            ]
        self._assign(grey, faces, at, searched=False)
        if self.face is not None and self._visitor.picture:
            alive = [track for track in self._others if track.alive and track.seen_at == at]
            if alive:
                self._others.append(self._visitor)
                self._choose(grey, at, alive)
        return self.face is not None

    def search(self, grey: np.ndarray, at: float, effort: Effort) -> bool:
        """Looks for the visitor, or a new one, in the whole picture; whether there is one."""
        self._searched_at = at
        faces = self._finder.find(grey, effort)
        if faces and self._visitor is not None and self._last < at and self._waits(at):
            # Whom the search found may stand before the visitor, who comes out where it was.
            expected = self._visitor.expected(at)
            near = self._finder.near(grey, expected, self._visitor.pattern)
            faces += [face for face in near if all(_apart(face, other) for other in faces)]
        self._assign(grey, faces, at)
        if self.face is None and not self._waits(at):
            self._forget(self._visitor)
            self._visitor = None
            present = [track for track in self._others if track.seen_at == at]
            self._choose(grey, at, [each for each in present if not each.picture] or present)
        return self.face is not None

    def _assign(
        self, grey: np.ndarray, faces: list[Face], at: float, searched: bool = True
    ) -> None:
        """Says which face belongs to whom: the least unlike pair first."""
        patterns = [pattern_of(grey, face) for face in faces]
        looks = [look_of(pattern) for pattern in patterns]
        tracks = [*([self._visitor] if self._visitor else []), *self._others]
        pairs = sorted(
            (track.unlike(face, looks[number], at) + self._doubt(track), number, which)
            for number, face in enumerate(faces)
            for which, track in enumerate(tracks)
        )
        faces_left, tracks_left = set(range(len(faces))), set(range(len(tracks)))
        sure = sum(face.score >= OTHER_SCORE for face in faces)
        alone = sure <= 1 == len(tracks) and at - tracks[0].seen_at < JUST_NOW_S
        least = ALONE_SAME_BELOW if alone else SAME_BELOW
        for cost, number, which in pairs:
            if cost < least and number in faces_left and which in tracks_left:
                others = [track.face for track in tracks if track is not tracks[which]]
                clear = not any(_in_front(other, faces[number]) for other in others)
                tracks[which].keep(faces[number], patterns[number], at, clear)
                faces_left.discard(number)
                tracks_left.discard(which)
        seen = self._visitor is not None and 0 not in tracks_left
        self.face = self._visitor.face if seen else None
        if seen:
            self.seen_at, self._covered_s = at, 0.0
        gone = [track for track in self._others if at - track.seen_at >= OTHERS_GONE_S]
        for track in gone:
            self._others.remove(track)
            self._forget(track)
        told = [track.face for track in self._others] + ([self.face] if seen else [])
        # Where the visitor is missing, the search in the same frame says who else is there.
        for number in sorted(faces_left) if seen or searched else ():
            sure = faces[number].score >= OTHER_SCORE
            if sure and all(_apart(faces[number], other) for other in told):
                self._others.append(self._newcomer(faces[number], patterns[number], at))
        covered = self._visitor is not None and any(
            overlap(track.face.box, self._visitor.face.box) > 0 for track in self._others
        )
        if covered and not seen:
            self._covered_s += at - self._last
        self._last = at

    def _doubt(self, track: Track) -> float:
        """Who appears only after the visitor was lost may well be the visitor, half covered."""
        return NEWCOMER if track is not self._visitor and track.born_at > self.seen_at else 0.0

    def _waits(self, at: float) -> bool:
        """Whether the place is still kept for a visitor who was lost."""
        if self._visitor is None:
            return False
        gone_for = at - self.seen_at - min(self._covered_s, COVERED_FOR_S)
        return gone_for < (ALONE_FOR_S if self._others else RETURNS_WITHIN_S)

    def _forget(self, track: Track | None) -> None:
        """Keeps no more of a face that has gone than that it was a picture's."""
        if track is not None and track.picture:
            self._pictures = [*self._pictures, track][-PICTURES:]

    def _newcomer(self, face: Face, pattern: np.ndarray, at: float) -> Track:
        """A track for a face that nobody has: a new one, but a picture keeps its old one."""
        for track in self._pictures:
            if track.unlike(face, look_of(pattern), at) < PICTURE_UNLIKE:
                self._pictures.remove(track)
                track.keep(face, pattern, at)
                return track
        return Track(face, pattern, at)

    def _choose(self, grey: np.ndarray, at: float, tracks: list[Track]) -> None:
        """Makes the nearest, most central of some of the others the visitor."""
        if not tracks:
            return
        self._visitor = max(tracks, key=lambda track: prominence(track.face.box, grey.shape))
        self._others.remove(self._visitor)
        self.face, self.seen_at = self._visitor.face, at
        self.visitors += 1
        self._covered_s = 0.0


def _in_front(a: Face, b: Face) -> bool:
    """Whether one face may cover the other: they touch, and it is the larger, so the nearer."""
    return overlap(a.box, b.box) > 0 and a.box[2] > b.box[2]


def _apart(a: Face, b: Face) -> bool:
    distance = float(np.hypot(*(centre(a.box) - centre(b.box))))
    return distance > 0.5 * min(a.box[2], b.box[2])
