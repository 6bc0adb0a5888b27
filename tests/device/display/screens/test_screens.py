import dataclasses

import numpy as np
import pygame
import pytest

from data.emotions import EMOTIONS
from device.actions import Choose, Correct, Press, Speak
from device.contracts import Face, Frame, Hindrance, Trouble
from device.display import strings
from device.display.kit import widgets
from device.display.kit.canvas import Canvas
from device.display.kit.theme import ACCENTS, PALETTES, PIXELS_PER_MM_AT_8
from device.display.kit.theme import NIGHT as INK
from device.display.screens import attract, cards, goodbye, looking, menus, mood, overlay, trouble
from device.display.strings import Strings
from device.display.window import Window

pytestmark = pytest.mark.usefixtures("no_fading")


def count(picture: np.ndarray, color) -> int:
    red, green, blue = color
    same = (picture[..., 0] == red) & (picture[..., 1] == green) & (picture[..., 2] == blue)
    return int(np.count_nonzero(same))


def test_every_screen_draws_at_every_size(any_window, views, shown):
    for name, view in views.items():
        any_window.draw(view)
        picture = shown()
        drawn = picture.shape[0] * picture.shape[1] - count(picture, INK)
        assert drawn > 0.02 * picture.shape[0] * picture.shape[1], name


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_every_mood_has_its_accent(window, mood_view, shown, emotion):
    window.draw(mood_view(emotion))
    picture = shown()
    area = picture.shape[0] * picture.shape[1]
    assert count(picture, ACCENTS[emotion]) > 0.01 * area
    for other in set(EMOTIONS) - {emotion}:
        assert count(picture, ACCENTS[other]) < 0.001 * area


def test_everything_that_can_be_touched_is_large_enough(window, views):
    least = 9 * PIXELS_PER_MM_AT_8
    for name, view in views.items():
        window.draw(view)
        for hit in window.hits:
            assert min(hit.area.size) >= max(48, least), (name, hit)


def test_an_offer_can_be_taken_and_the_end_answered(window, views):
    def offered(name):
        window.draw(views[name])
        return {hit.action for hit in window.hits}

    assert Press.ACCEPT not in offered("mood happy")
    assert Press.ACCEPT in offered("mood changing")
    assert offered("mood ended") >= {Press.AGAIN, Press.DONE, Choose(0), Choose(4)}
    assert not offered("mood ended") & {Press.NEXT, Press.LIKE}, "what does nothing"


def test_the_first_screen_speaks_one_language_after_the_other(small_window, views):
    alone = views["attract"]
    offered = []
    for turn in range(2 * len(strings.writable())):
        small_window.draw(dataclasses.replace(alone, now=alone.state.since + 6 * turn + 1))
        spoken = [hit.action for hit in small_window.hits if isinstance(hit.action, Speak)]
        offered.append(spoken[0].language if spoken else "en")
    assert offered == 2 * ["en", *(each for each in strings.writable() if each != "en")]


def test_silence_does_not_dance(small_window, views, shown):
    def moved(view):
        pictures = []
        for now in (100.0, 100.35):
            small_window.draw(dataclasses.replace(view, now=now))
            pictures.append(shown().astype(int))
        # The cards, where the equalizer is; beside them the face goes on to blink.
        return np.abs(pictures[0] - pictures[1])[:, 290:].max()

    heard = views["mood happy"]
    assert moved(heard) > 0
    for name in ("mood silent", "mood turned off", "mood paused"):
        assert moved(views[name]) == 0, name


def test_trouble_goes_dark_and_names_whom_to_tell(small_window, views, shown):
    small_window.draw(views["trouble"])
    plain = shown().copy()
    small_window.draw(views["trouble with a contact"])
    assert (shown() != plain).any()
    small_window.draw(dataclasses.replace(views["trouble"], light=0.45))
    assert shown().mean() < 0.6 * plain.mean()
    small_window.draw(dataclasses.replace(views["trouble"], light=0.0))
    assert shown().max() == 0


def test_what_can_be_touched_lies_in_the_window_and_apart(window, mood_view):
    window.draw(mood_view())
    areas = [hit.area for hit in window.hits]
    screen = pygame.display.get_surface().get_rect()
    assert {hit.action for hit in window.hits} == {
        *(Choose(index) for index in range(5)),
        Press.TOGGLE_PAUSE,
        Press.NEXT,
        Press.LIKE,
        Press.SHOW_VOLUME,
        Press.TOGGLE_BARS,
        Press.LANGUAGES,
        Press.NOT_ME,
        Press.DONE,
    }
    for index, area in enumerate(areas):
        assert screen.contains(area)
        assert area.collidelist(areas[index + 1 :]) == -1


def test_the_live_picture_is_a_mirror(window, views, shown):
    window.draw(views["looking at nobody"])
    picture = shown().astype(int)
    middle = picture[picture.shape[0] // 3]
    red = np.flatnonzero(middle[:, 0] - middle[:, 2] > 100)
    blue = np.flatnonzero(middle[:, 2] - middle[:, 0] > 100)
    assert min(red.size, blue.size) > 0.2 * picture.shape[1]
    # Red is the left half of what the camera sees, so it is on the right of a mirror.
    assert blue.max() < red.min()


def test_the_ring_fills_as_the_mood_settles(small_window, views, shown):
    view = views["looking"]
    light = []
    for settled in (0.0, 0.3, 0.6, 1.0):
        found = dataclasses.replace(view.snapshot.mood, settled=settled)
        small_window.draw(
            dataclasses.replace(view, snapshot=dataclasses.replace(view.snapshot, mood=found))
        )
        light.append(int(shown()[:, 520:].astype(int).sum()))
    assert light == sorted(set(light))


def test_the_progress_grows_with_the_preview(small_window, mood_view, shown):
    view = mood_view("sad", chosen=4)
    found = []
    for position in (0.0, 10.0, 25.0, 99.0):
        played = dataclasses.replace(view.playback, position_s=position)
        small_window.draw(dataclasses.replace(view, playback=played))
        card = next(hit.area for hit in small_window.hits if hit.action == Choose(4))
        # Beneath the words, beside the cover and the sign that it plays.
        bar = shown()[card.bottom - 24 : card.bottom - 12, card.left + 145 : card.right - 60]
        found.append(count(bar, ACCENTS["sad"]))
    assert found[0] < found[1] < found[2] == found[3]


def test_the_goodbye_ends_in_the_dark(small_window, views, shown):
    view = dataclasses.replace(views["goodbye"], now=views["goodbye"].state.since + 2.5)
    small_window.draw(view)
    assert count(shown(), INK) == 800 * 480


def test_a_kiosk_left_alone_dims_and_goes_black(small_window, views, shown):
    light = []
    for share in (1.0, 0.45, 0.0):
        small_window.draw(dataclasses.replace(views["attract"], light=share))
        light.append(int(shown().sum()))
    assert light[0] > 1.8 * light[1] > light[2] == 0
    # The first touch of a dark screen only wakes it.
    assert [hit.action for hit in small_window.hits] == [Press.TAP]


def test_a_kiosk_left_alone_for_long_sleeps_and_its_face_breathes(any_window, views, shown):
    asleep = dataclasses.replace(views["attract"], light=0.45, repose=1.0)
    pictures = []
    for now in (99.75, 103.25, 400.0):  # a breath in, a breath out, and minutes later
        any_window.draw(dataclasses.replace(asleep, now=now))
        pictures.append(shown().astype(int))
        assert [hit.action for hit in any_window.hits] == [Press.TAP]
    lights = [(picture.sum(axis=2) > 60).mean() for picture in pictures]
    assert min(lights) > 0.01 and max(lights) < 0.15, "a face alone, on black"
    assert all(picture.max() < 0.5 * 255 for picture in pictures), "dim"
    assert lights[0] > 1.05 * lights[1], "it breathes"
    middles = [np.argwhere(p.sum(axis=2) > 60).mean(axis=0) for p in (pictures[0], pictures[2])]
    assert np.abs(middles[0] - middles[1]).max() > 0.02 * pictures[0].shape[0], "it drifts"


def test_the_first_face_looks_at_whoever_is_there_and_returns_a_smile(
    small_window, views, visitor, monkeypatch
):
    drawn = []
    draw = attract.faces.draw

    def noted(layer, middle, radius, expression, color, **more):
        drawn.append((expression, more["gaze"]))
        draw(layer, middle, radius, expression, color, **more)

    monkeypatch.setattr(attract.faces, "draw", noted)

    def look(x, y, happy=0.1):
        drawn.clear()
        mood = dataclasses.replace(
            visitor.mood, probabilities=(0.0, 0.0, 0.0, happy, 0.0, 0.0, 0.0)
        )
        seen = dataclasses.replace(visitor, face=Face((x, y, 40, 40)), mood=mood)
        for number in range(30):
            view = dataclasses.replace(views["attract"], now=100 + number / 30, snapshot=seen)
            small_window.draw(view)
        return drawn[-1]

    assert look(0, 0)[1] == pytest.approx((0.94, -0.92), abs=0.02), "as in a mirror"
    assert look(600, 440)[1] == pytest.approx((-0.94, 0.92), abs=0.02)
    assert look(300, 200, happy=0.9)[0].blush > 0.9
    assert look(300, 200)[0].blush < 0.1


def test_the_words_go_before_the_face_lies_down(small_window, views, shown):
    place = None
    for share in (0.0, 0.25, 0.5):
        small_window.draw(dataclasses.replace(views["attract"], repose=share))
        picture = shown().astype(int)
        words = (picture[60:340, 390:640].min(axis=2) > 40).sum()
        found = np.argwhere(picture[:, :390].sum(axis=2) > 500)
        place = found[:, 1].mean() if place is None else place
        assert abs(found[:, 1].mean() - place) < 12, "the face is where it was"
    assert words == 0


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("looking", "looking.calm"),
        ("looking for long", "looking.unsure"),
        ("looking at nobody", "looking.nobody"),
        ("looking at nothing", "looking.nobody"),
        ("looking at a picture without a face", "looking.faceless"),
        ("looking in the dark", "looking.dark"),
        ("looking far", "looking.far"),
        ("looking at several", "looking.several"),
    ],
)
def test_the_hint_says_what_helps(views, name, key):
    view = views[name]
    found = looking.hint(view.snapshot, view.now - view.state.since, view.state.dropped)
    assert found == key


@pytest.mark.parametrize("hindrance", Hindrance)
def test_each_hindrance_has_a_hint_in_every_language(visitor, hindrance):
    key = looking.hint(dataclasses.replace(visitor, hindrance=hindrance), 1.0)
    assert len({strings.load(language)(key) for language in strings.languages()}) == 6


@pytest.mark.parametrize(
    ("hindrance", "key"), [(Hindrance.CUT, "cut"), (Hindrance.SEVERAL, "unsure")]
)
def test_what_helps_is_said_before_that_nothing_is_sure(visitor, hindrance, key):
    after_long = looking.hint(dataclasses.replace(visitor, hindrance=hindrance), 60.0)
    assert after_long == f"looking.{key}"


def looks_on(view, seconds, **seen):
    """The view after ``seconds``, of a snapshot in which something is different."""
    snapshot = dataclasses.replace(view.snapshot, **seen)
    return dataclasses.replace(view, now=view.now + seconds, snapshot=snapshot)


def test_who_has_gone_leaves_no_piece_of_wall_in_the_badge(any_window, views, shown):
    here = views["mood happy"]
    gone = dataclasses.replace(here, snapshot=dataclasses.replace(here.snapshot, face=None))
    wall = dataclasses.replace(
        gone,
        snapshot=dataclasses.replace(
            gone.snapshot, frame=Frame(np.full((480, 640, 3), 90, np.uint8), 99.0)
        ),
    )
    any_window.draw(gone)
    before = shown()
    any_window.draw(wall)
    assert np.array_equal(before, shown())


def test_ring_and_headline_stay_whatever_the_hint(any_window, views, shown):
    calm = views["looking"]
    any_window.draw(calm)
    screen = pygame.display.get_surface()
    at = looking.places(widgets.Kit(screen.size, strings.load()), screen.get_rect())
    assert screen.get_rect().contains(at.hint)

    def parts():
        return [shown()[r.top : r.bottom, r.left : r.right].copy() for r in (at.ring, at.headline)]

    before, hints = parts(), set()
    for name in ("looking in the dark", "looking for long", "looking at several"):
        any_window.draw(views[name])
        assert all(map(np.array_equal, parts(), before)), name
        r = at.hint
        hints.add(shown()[r.top : r.bottom, r.left : r.right].tobytes())
    assert len(hints) == 3


def test_another_hint_waits_and_fades_in(small_window, views, shown):
    calm = views["looking"]
    place = looking.places(
        widgets.Kit((800, 480), strings.load()), pygame.Rect(0, 0, 800, 480)
    ).hint
    words = np.s_[place.top : place.bottom, place.left : place.right]

    def picture(seconds, **seen):
        small_window.draw(looks_on(calm, seconds, **seen))
        return shown()[words].astype(int)

    first = picture(0.0)
    lost = {"face": None, "mood": None}
    times = [number / 30 for number in range(1, 24)]
    assert all(np.array_equal(picture(at, **lost), first) for at in times), "held for 0.8 s"
    steps = [np.abs(picture(at / 30, **lost) - first).mean() for at in range(24, 36)]
    assert steps[1] < steps[3] < steps[5] and steps[-1] > 1
    final = picture(2.0, **lost)
    small_window.draw(dataclasses.replace(views["looking at nobody"], now=300.0))
    assert np.array_equal(final, shown()[words])


def test_the_brackets_glide(small_window, views, shown):
    """The face's box leaps 40 pixels; the brackets take several pictures for the way."""
    view = views["looking"]
    x, y, side, _ = view.snapshot.face.box
    lefts = []
    for number in range(30):
        moved = 0 if number == 0 else 40
        small_window.draw(looks_on(view, number / 30, face=Face((x - moved, y, side, side))))
        mirror = shown()[120:, 24:500].astype(int)
        lefts.append(np.flatnonzero((mirror.min(axis=2) > 235).any(axis=0)).max())
    steps = np.diff(lefts)
    assert steps.min() >= 0 and steps.max() < 15
    assert lefts[-1] - lefts[0] == pytest.approx(40 * 432 / 480, abs=2)


def playing_view(view, songs, chosen=0):
    """The view with ``songs``, of which one plays."""
    state = dataclasses.replace(view.state, songs=songs, chosen=chosen)
    playback = dataclasses.replace(view.playback, song_id=songs[chosen].id)
    return dataclasses.replace(view, state=state, playback=playback)


def test_a_long_title_stays_left_of_the_length(window, mood_view, make_song, shown):
    view = mood_view()

    def drawn(title):
        songs = tuple(make_song(number, title=title, id=f"same {number}") for number in range(5))
        window.draw(playing_view(view, songs, 1))
        areas = [hit.area for hit in window.hits if isinstance(hit.action, Choose)]
        return [shown()[r.top : r.bottom, r.left : r.right].copy() for r in areas]

    for title in (view.state.songs[0].title, view.state.songs[2].title):
        for plain, long in zip(drawn("A"), drawn(title), strict=True):
            assert np.array_equal(plain[:, -16:], long[:, -16:])
            assert not np.array_equal(plain, long)
            edges = np.r_[long[2:8].ravel(), long[-8:-2].ravel()].astype(int)
            assert np.array_equal(edges, np.r_[plain[2:8].ravel(), plain[-8:-2].ravel()])


def test_a_song_without_a_year_names_its_artist_alone(small_window, mood_view, make_song, shown):
    pictures = []
    for year in (1888, None):
        songs = tuple(make_song(number, year=year) for number in range(5))
        small_window.draw(playing_view(mood_view(), songs))
        pictures.append(shown().copy())
    assert not np.array_equal(*pictures)


@pytest.mark.parametrize("total", [300, 400, 401, 1000])
@pytest.mark.parametrize("chosen", range(5))
def test_the_chosen_card_is_the_largest_and_none_is_lost(total, chosen):
    found = cards.heights(total, [float(index == chosen) for index in range(5)], [cards.SMALL] * 5)
    assert sum(found) == total
    assert found[chosen] == pytest.approx(total * 14 / 50, abs=1)
    assert cards.heights(500, [0.0] * 5, [cards.SMALL] * 5) == (100,) * 5
    assert cards.heights(470, [0.0] * 5, [9, 11, 9, 9, 9]) == (90, 110, 90, 90, 90)


def test_a_card_that_is_chosen_grows_within_a_quarter_of_a_second(
    small_window, mood_view, make_song
):
    songs = tuple(make_song(number, title="Air") for number in range(5))
    small_window.draw(playing_view(mood_view(), songs, 1))
    high = []
    for number in range(1, 12):
        view = playing_view(mood_view(), songs, 3)
        small_window.draw(dataclasses.replace(view, now=100 + number / 30))
        areas = {hit.action: hit.area for hit in small_window.hits}
        high.append((areas[Choose(1)].height, areas[Choose(3)].height))
    shrinks, grows = zip(*high, strict=True)
    assert list(grows) == sorted(grows) and list(shrinks) == sorted(shrinks, reverse=True)
    assert grows[0] < 100 and grows[7] > 110
    assert (shrinks[-1], grows[-1]) == (72, 112)


def test_every_text_is_used_and_every_used_text_exists(views):
    class Recorder(Strings):
        def __call__(self, key, **values):
            used.add(key)
            return super().__call__(key, **values)

        def get(self, key):
            found = super().get(key)
            used.update([key] if found else [])
            return found

    # The window tells its title, and asks every language for its own name.
    used = {"window.title", "language.name"}
    english = strings.load("en")
    kit = widgets.Kit((800, 480), Recorder("en", english.texts), languages=strings.writable())
    canvas = Canvas(pygame.Surface((800, 480)))
    screens = {
        "attract": attract, "looking": looking, "mood": mood, "goodbye": goodbye,
        "trouble": trouble,
    }  # fmt: skip
    for view in views.values():
        drawn = menus if view.state.menu else screens[view.state.screen.value]
        hits = drawn.draw(canvas, kit, view)
        overlay.draw(canvas, kit, view, hits)
    assert used == set(english.texts)


def test_the_promise_is_told_word_for_word():
    assert strings.load("en")("attract.promise") == (
        "Everything stays on this device. No picture is kept."
    )


def test_a_trouble_is_told_with_its_code(small_window, views, shown):
    view = views["trouble"]
    pictures = []
    for told in (Trouble("CAMERA", "No camera."), Trouble("SONGS", "No camera.")):
        small_window.draw(
            dataclasses.replace(view, state=dataclasses.replace(view.state, trouble=told))
        )
        pictures.append(shown())
    assert not np.array_equal(*pictures)


def test_the_bars_are_as_long_as_the_probabilities(window, mood_view, shown):
    view = mood_view("happy")
    probabilities = (0.1, 0.0, 0.0, 0.6, 0.0, 0.3, 0.0)
    found = dataclasses.replace(view.snapshot.mood, probabilities=probabilities)
    view = dataclasses.replace(
        view,
        state=dataclasses.replace(view.state, bars=True),
        snapshot=dataclasses.replace(view.snapshot, mood=found),
    )
    window.draw(view)
    picture = shown()
    lengths = {
        emotion: max(
            (np.all(row == ACCENTS[emotion], axis=-1).sum() for row in picture[:, :470]),
        )
        for emotion in ("angry", "surprise", "sad", "fear")
    }
    assert lengths["surprise"] == pytest.approx(3 * lengths["angry"], abs=6)
    assert lengths["angry"] >= 5
    assert lengths["sad"] == lengths["fear"] == 0


def test_a_liked_song_wears_a_heart(small_window, mood_view, shown):
    view = mood_view("sad", chosen=1)
    pictures = []
    for liked in (frozenset(), frozenset({view.state.songs[1].id})):
        small_window.draw(
            dataclasses.replace(view, state=dataclasses.replace(view.state, liked=liked))
        )
        pictures.append(shown().copy())
    areas = {hit.action: hit.area for hit in small_window.hits}
    for action in (Press.LIKE, Choose(1)):
        area = areas[action].inflate(-20, -20)
        parts = [p[area.top : area.bottom, area.left : area.right] for p in pictures]
        assert count(parts[1], ACCENTS["sad"]) > count(parts[0], ACCENTS["sad"]) + 30
    other = areas[Choose(3)]
    one, two = (p[other.top : other.bottom, other.left : other.right] for p in pictures)
    assert np.array_equal(one, two)


def test_the_menu_offers_seven_moods_and_not_to_say(any_window, views):
    any_window.draw(views["menu of moods"])
    tiles = [hit for hit in any_window.hits if isinstance(hit.action, Correct)]
    assert [hit.action.emotion for hit in tiles] == [
        "happy", "surprise", "neutral", "sad", "fear", "angry", "disgust", None,
    ]  # fmt: skip
    screen = pygame.display.get_surface().get_rect()
    for index, hit in enumerate(tiles):
        assert screen.contains(hit.area)
        assert hit.area.collidelist([other.area for other in tiles[index + 1 :]]) == -1
    assert any_window.hits[-1].action is Press.TAP


def test_the_menu_of_languages_offers_those_that_can_be_written(small_window, views):
    small_window.draw(views["menu of languages"])
    offered = [hit.action.language for hit in small_window.hits if isinstance(hit.action, Speak)]
    assert offered == sorted(strings.writable())
    assert {"de", "en", "es", "fr"} <= set(offered)


def test_the_bars_grow(small_window, views, shown):
    lengths = []
    for number, name in enumerate(["mood happy"] * 3 + ["bars"] * 12):
        small_window.draw(dataclasses.replace(views[name], now=100.0 + number / 30))
        picture = shown()[:, 24:250]
        lengths.append(count(picture[120:330], ACCENTS["sad"]))
    assert lengths[2] == 0
    grows = lengths[3:]
    assert grows == sorted(grows) and grows[0] < 0.5 * grows[-1]
    # In whole pixels of a short bar.
    assert grows[7] > 0.85 * grows[-1]


@pytest.mark.parametrize("theme", ["dark", "light", "high-contrast"])
@pytest.mark.parametrize("language", sorted(strings.writable()))
def test_every_language_and_theme_draws_every_screen(views, shown, theme, language):
    window = Window((480, 800), language=language, palette=theme)
    window.open()
    try:
        for name, view in views.items():
            window.draw(view)
            picture = shown()
            ink = PALETTES[theme].ink
            assert count(picture, ink) < 0.98 * picture[..., 0].size, name
    finally:
        window.close()


def test_reduced_motion_stands_still(views, shown):
    for still in (True, False):
        window = Window((800, 480), still=still)
        window.open()
        try:
            for name in ("attract", "mood happy", "trouble"):
                window.draw(views[name])
                first = shown().copy()
                window.draw(dataclasses.replace(views[name], now=views[name].now + 1.7))
                assert np.array_equal(first, shown()) is still, name
        finally:
            window.close()


def test_who_would_rather_not_say_is_told_no_mood(views, monkeypatch):
    written = []
    text = widgets.Kit.text

    def writing(kit, what, *how, **more):
        written.append(what)
        return text(kit, what, *how, **more)

    monkeypatch.setattr(widgets.Kit, "text", writing)
    for language in strings.writable():
        window = Window((800, 480), language=language)
        window.open()
        window.draw(views["mood unsaid"])
        window.close()
        texts = strings.load(language)
        assert {texts("mood.unsaid_kicker"), texts("mood.unsaid")} <= set(written)
        assert not {texts("mood.kicker"), texts("mood.neutral")} & set(written)
        written.clear()
