"""The mood is told: its word and face, and five songs to choose from."""

import dataclasses

import pygame

from device.actions import Press
from device.display.kit import faces
from device.display.kit.canvas import Canvas
from device.display.kit.icons import icon
from device.display.kit.motion import THERE, Entry
from device.display.kit.theme import BODY, mix
from device.display.kit.widgets import Kit
from device.display.screens import bars, cards, code, hero, journey, words
from device.display.screens.controls import ROUND, SIDE, button, globe
from device.display.view import Hit, View

# What two lines of small letters take beneath the mood's word, with some air.
TWO_LINES = 6.6
# After how many seconds the words and the buttons come in, and within how many.
WORD, BUTTONS = (0.45, 0.3), (0.8, 0.25)
# In so many seconds the face goes most of the way where it has to make room.
STAGE_FOLLOWED = 0.1
# Around the mirror beside the face, in units.
RIM = 0.5
# What means nothing while no song is chosen, on the end card.
OF_A_SONG = (Press.NEXT, Press.LIKE)


@dataclasses.dataclass(frozen=True)
class Places:
    """Where the parts of the screen stand, in pixels.

    head: what is told. stage: the emotion, drawn; None where something else has its place.
    """

    head: pygame.Rect
    stage: pygame.Rect | None
    songs: pygame.Rect
    buttons: pygame.Rect


def places(kit: Kit, area: pygame.Rect, view: View) -> Places:
    """Return the places in ``area``, that of the window."""
    margin, gap, side = kit.px(3), kit.px(cards.MARGIN), kit.px(SIDE)
    inner = area.inflate(-2 * margin, -2 * margin)
    rows = 2 * side + kit.px(1)
    if kit.theme.portrait:
        tall = 34 if view.state.bars else 31 if _ends_with_code(view) else 20
        head = pygame.Rect(inner.topleft, (inner.width, kit.px(tall)))
        buttons = pygame.Rect(inner.left, inner.bottom - rows, inner.width, rows)
        songs = pygame.Rect(inner.left, head.bottom + kit.px(2), inner.width, 0)
        songs.height = buttons.top - kit.px(2) - songs.top
        large = kit.px(20)
    else:
        head = pygame.Rect(
            inner.topleft,
            (kit.px(39 if view.state.bars or _ends_with_code(view) else 29), inner.height),
        )
        buttons = pygame.Rect(head.left, head.bottom - rows, head.width, rows)
        songs = pygame.Rect(head.right + gap, inner.top, 0, inner.height)
        songs.width = inner.right - songs.left
        head.height = buttons.top - kit.px(1) - head.top
        # What there is to say besides takes its room from the face.
        large = kit.px(25)
        if has_more(kit, view):
            large = kit.px(20.5)
        elif journey.leads(view.state):
            told = words.height(kit, *words.told(kit, view, head.width)) + kit.px(TWO_LINES)
            large = max(kit.px(16), min(large, head.height + kit.px(0.5) - told))
    corner = (head.left - kit.px(1), head.top - kit.px(1))
    hidden = view.state.bars or _ends_with_code(view)
    return Places(head, None if hidden else pygame.Rect(corner, (large, large)), songs, buttons)


def badge(stage: pygame.Rect) -> pygame.Rect:
    """Return the place of the live picture beside the emotion on ``stage``."""
    size = round(stage.width * 0.34)
    return pygame.Rect(0, 0, size, size).move_to(bottomright=stage.bottomright)


def face(kit: Kit, stage: pygame.Rect, view: View) -> hero.Hero:
    """Return the emotion on ``stage``, in its halo."""
    emotion = view.state.emotion
    return hero.Hero(
        stage.center,
        stage.width * 0.295,
        faces.EXPRESSIONS[emotion],
        kit.colors.accent(emotion),
        kit.colors.around(emotion),
        halo=1.0,
        level=0.9 if cards.is_heard(view) else 0.0,
    )


def draw(canvas: Canvas, kit: Kit, view: View) -> list[Hit]:
    """Draw the screen; the cards and the buttons can be touched."""
    canvas.fill(kit.colors.ink)
    at = places(kit, canvas.get_rect(), view)
    if at.stage is not None:
        moving = kit.motion.follow("stage", tuple(at.stage), view.now, STAGE_FOLLOWED)
        at = dataclasses.replace(at, stage=pygame.Rect(*map(round, moving)))
        glow(canvas, kit, at.stage, view)
        hero.draw(canvas, kit, face(kit, at.stage, view), view.now)
        mirror(canvas, kit, badge(at.stage), view)
    return furnish(canvas, kit, view, at)


def furnish(canvas: Canvas, kit: Kit, view: View, at: Places, entry: Entry = THERE) -> list[Hit]:
    """Draw all but the face and the mirror, as far as they have come in; return their hits."""
    hits = []
    if word := entry.share(*WORD):
        with canvas.coming(word, kit.px(3)):
            if _link(view):
                hits, at = _code(canvas, kit, at, view)
            elif view.state.bars:
                bars.draw(canvas, kit, at.head, view)
            else:
                hits = _tell(canvas, kit, at, view)
    if at.songs.height:
        hits += cards.draw(canvas, kit, at.songs, view, entry)
    if buttons := entry.share(*BUTTONS):
        with canvas.coming(buttons):
            if at.stage is not None and not kit.theme.portrait:
                hits += globe(canvas, kit, at.head.topright)
            hits += _buttons(canvas, kit, at.buttons, view)
    return hits


def glow(canvas: Canvas, kit: Kit, stage: pygame.Rect, view: View) -> None:
    """Draw the light behind the emotion."""
    color = kit.colors.accent(view.state.emotion)
    kit.glow(canvas, stage.center, round(stage.width * 0.75), color)


def has_more(kit: Kit, view: View) -> bool:
    """Whether there is more to say or to offer than the emotion."""
    return view.state.offer is not None or bool(note(kit, view)[0])


def note(kit: Kit, view: View) -> tuple[str, str | None]:
    """Return what there is to say beneath the emotion, and the sign that goes before it."""
    if view.playback.silent_because is not None:
        return kit.strings("mood.silent"), "silent"
    if not view.state.songs:
        return kit.strings("mood.searching"), None
    if view.state.ended_at is not None:
        return kit.strings("mood.ended"), None
    if view.playback.volume == 0:
        return kit.strings("mood.volume_off"), "silent"
    return "", None


def _link(view: View) -> str | None:
    """What the QR code is to say, where one is wanted: at the end of its own accord."""
    state = view.state
    wanted = state.link
    song = state.song
    if state.ended_at is not None:
        wanted = True
        song = next((one for one in state.songs if one.id in state.liked), state.songs[-1])
    return code.link(view.link, song) if wanted and view.link and song else None


def _ends_with_code(view: View) -> bool:
    """Whether the code stands beside the five; while a song plays, it takes their place."""
    return view.state.ended_at is not None and _link(view) is not None


def _code(canvas: Canvas, kit: Kit, at: Places, view: View) -> tuple[list[Hit], Places]:
    """The QR code, and what it is for; return its hits and the places that are left.

    It is scanned from an arm's length, so it is as large as can be: 60 mm and more on the 7-inch
    display in landscape. While a song plays, a touch closes it.
    """
    ends, told = _ends_with_code(view), at.head.copy()
    room = at.head if ends else at.songs
    side, gap = min(room.size), kit.px(2)
    square = pygame.Rect(0, 0, side, side)
    square.center = room.center
    songs = pygame.Rect(at.songs.topleft, (at.songs.width, 0))
    if not ends and kit.theme.portrait:
        told.left, told.width = at.stage.right + gap, at.head.right - at.stage.right - gap
    elif not ends:
        told.top, told.height = at.stage.bottom + gap, at.head.bottom - at.stage.bottom - gap
    elif kit.theme.portrait:
        square.left = room.left
        told.left, told.width, songs = square.right + gap, room.right - square.right - gap, at.songs
    else:
        told = pygame.Rect(at.songs.topleft, (at.songs.width, kit.px(3)))
        songs = pygame.Rect(at.songs.left, told.bottom + kit.px(1), at.songs.width, 0)
        songs.height = at.songs.bottom - songs.top
    code.draw(canvas, kit, square, _link(view))
    lines = max(1, int(told.height // (kit.size(BODY) * BODY.leading)))
    text = kit.text(kit.strings("mood.take_home"), BODY, kit.colors.text, told.width, min(5, lines))
    canvas.blit(text, text.get_rect(midleft=told.midleft))
    hits = [] if ends else [Hit(square, Press.TOGGLE_LINK, 1)]
    return hits, dataclasses.replace(at, songs=songs)


def _tell(canvas: Canvas, kit: Kit, at: Places, view: View) -> list[Hit]:
    """The emotion in words, beneath its face or beside it, and what there is to say besides."""
    head, stage = at.head, at.stage
    left = stage.right + kit.px(2) if kit.theme.portrait else head.left
    width = head.right - left
    kicker, emotion = words.told(kit, view, width)
    height = words.height(kit, kicker, emotion)
    top = stage.bottom + kit.px(0.5)
    if kit.theme.portrait:
        room = kit.px(7) if has_more(kit, view) or journey.leads(view.state) else 0
        top = head.centery - (height + room) // 2
    top += words.stacked(canvas, kit, (left, top), kicker, emotion)
    return _below(canvas, kit, pygame.Rect(left, top, width, head.bottom - top), view)


def _below(canvas: Canvas, kit: Kit, area: pygame.Rect, view: View) -> list[Hit]:
    """Beneath the emotion: songs for another one to be had with a touch, or what there is to say.

    An offer is as high as a button, whatever is left of ``area``.
    """
    if view.state.offer is not None:
        spot = pygame.Rect(area.left, 0, area.width, kit.px(SIDE))
        spot.bottom = max(area.bottom, area.top + spot.height)
        label = kit.strings("mood.offer", emotion=kit.strings(f"mood.{view.state.offer}"))
        color = kit.colors.word(view.state.offer)
        return [button(canvas, kit, spot, Press.ACCEPT, label=label, color=color)]
    text, sign = note(kit, view)
    if not text and (where := journey.leads(view.state)):
        text = kit.strings(f"mood.{where}")
    if not text:
        return []
    left = area.left
    if sign is not None:
        drawn = icon(kit, sign, 2.6, kit.colors.text)
        canvas.blit(drawn, (left, area.top))
        left += drawn.width + kit.px(1)
    room = pygame.Rect(left, area.top, area.right - left, area.height)
    said = words.fitting(kit, text, room)
    canvas.blit(said, (left, area.top))
    return []


def mirror(canvas: Canvas, kit: Kit, place: pygame.Rect, view: View) -> None:
    """Draw the face in the live picture at ``place``, as small as a badge."""
    if view.snapshot.frame is None or view.snapshot.face is None:
        return
    rim = kit.px(RIM)
    back = kit.panel((place.width + 2 * rim,) * 2, ROUND, kit.colors.ink)
    canvas.blit(back, place.move(-rim, -rim))
    box = view.snapshot.face.box
    picture, _ = kit.live.surface(view.snapshot.frame.image, place.size, place.width / 2, box)
    canvas.blit(picture, place)


def _buttons(canvas: Canvas, kit: Kit, area: pygame.Rect, view: View) -> list[Hit]:
    """Two rows: signs, and among them a sentence that says that the mood is another one."""
    song, off = view.state.song, view.playback.volume == 0
    liked = song is not None and song.id in view.state.liked
    heart = kit.colors.word(view.state.emotion) if liked else None
    faint = mix(kit.colors.raised, kit.colors.muted, 0.35)
    signs = [
        ("play" if view.playback.paused or song is None else "pause", _play(view), None),
        ("next", Press.NEXT, None),
        ("liked" if liked else "heart", Press.LIKE, heart),
        ("silent" if off else "sound", Press.SHOW_VOLUME, None),
        ("bars", Press.TOGGLE_BARS, None),
        ("globe", Press.LANGUAGES, None),
        ("done", Press.DONE, None),
    ]
    gap, side = kit.px(1), kit.px(SIDE)
    if not (kit.theme.portrait and len(kit.languages) > 1):
        signs = [sign for sign in signs if sign[0] != "globe"]  # in landscape it has a corner
    columns = len(signs) if kit.theme.portrait else 4
    width = (area.width - (columns - 1) * gap) // columns
    places = [
        pygame.Rect(area.left + index * (width + gap), area.top, width, side)
        for index in range(columns)
    ]
    sentence = pygame.Rect(area.left, area.top + side + gap, area.width, side)
    if not kit.theme.portrait:
        places += [place.move(0, side + gap) for place in places[2:]]
        sentence.width = 2 * width + gap
    hits = []
    for place, (sign, action, color) in zip(places, signs, strict=True):
        idle = song is None and action in OF_A_SONG
        hit = button(canvas, kit, place, action, sign=sign, color=faint if idle else color)
        hits += [] if idle else [hit]
    label = kit.strings("mood.not_me")
    return [*hits, button(canvas, kit, sentence, Press.NOT_ME, label=label)]


def _play(view: View) -> Press:
    """What the first button does; on the end card it begins anew."""
    return Press.TOGGLE_PAUSE if view.state.ended_at is None else Press.AGAIN
