"""The mood is told: its word and face, and five songs to choose from."""

import dataclasses

import pygame

from device.actions import Press
from device.display.kit import faces
from device.display.kit.canvas import Canvas
from device.display.kit.icons import icon
from device.display.kit.motion import THERE, Entry
from device.display.kit.theme import BODY, CAPTION, mix
from device.display.kit.widgets import Kit
from device.display.screens import bars, cards, code, hero, progress, words
from device.display.screens.controls import ROUND, SIDE, button, globe, row
from device.display.view import Hit, View

# The stage in units: beside the cards; where there is more to say, which takes its room; and above
# them in portrait. A halo reaches less far than its stage, so in landscape that goes a little into
# the margins, as far as is told here.
STAGE, STAGE_WITH_MORE, STAGE_ABOVE = 29, 21, 24
INTO_MARGINS = (2.5, 2.0)
# The side of the QR code on the end card, in units: 60 mm on the 7-inch display.
CODE = 39
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
    corner = (inner.left - kit.px(1), inner.top - kit.px(1))
    if kit.theme.portrait:
        head = pygame.Rect(inner.topleft, (inner.width, kit.px(STAGE_ABOVE)))
        if _ends_with_code(view):
            head.height = kit.px(CODE + 1) + _take_home(kit, head.width).height
        elif view.state.bars:
            head.height = kit.px(34.5)
        if view.state.ended_at is not None:
            rows = side
        buttons = pygame.Rect(inner.left, inner.bottom - rows, inner.width, rows)
        songs = pygame.Rect(inner.left, head.bottom + kit.px(2), inner.width, 0)
        songs.height = buttons.top - kit.px(2) - songs.top
        large = kit.px(STAGE_ABOVE)
    else:
        head = pygame.Rect(
            inner.topleft,
            (kit.px(CODE if view.state.bars or _ends_with_code(view) else 29), inner.height),
        )
        buttons = pygame.Rect(head.left, head.bottom - rows, head.width, rows)
        songs = pygame.Rect(head.right + gap, inner.top, 0, inner.height)
        songs.width = inner.right - songs.left
        head.height = buttons.top - kit.px(1) - head.top
        corner = (head.left - kit.px(INTO_MARGINS[0]), head.top - kit.px(INTO_MARGINS[1]))
        large = kit.px(STAGE_WITH_MORE if has_more(kit, view) else STAGE)
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
        level=0.9 if progress.is_heard(view) else 0.0,
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
                # Out of the corner by a little, where the halo does not reach it.
                out = kit.px(0.6)
                hits += globe(canvas, kit, (at.head.right + out, at.head.top - out))
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
        square = pygame.Rect(0, 0, kit.px(CODE), kit.px(CODE)).move_to(midtop=room.midtop)
        code.draw(canvas, kit, square, _link(view))
        text = _take_home(kit, room.width)
        canvas.blit(text, text.get_rect(midbottom=room.midbottom))
        return [], at
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


def _take_home(kit: Kit, width: int) -> pygame.Surface:
    """What the QR code is for, to stand beneath it."""
    text = kit.strings("mood.take_home")
    return kit.text(text, CAPTION, kit.colors.text, width, 2, centered=True)


def _tell(canvas: Canvas, kit: Kit, at: Places, view: View) -> list[Hit]:
    """The emotion in words, beneath its face or beside it, and what there is to say besides."""
    head, stage = at.head, at.stage
    left = stage.right + kit.px(2) if kit.theme.portrait else head.left
    width = head.right - left
    kicker, emotion = words.told(kit, view, width)
    height = words.height(kit, kicker, emotion)
    top = stage.bottom + kit.px(0.5)
    if kit.theme.portrait:
        room = kit.px(7) if has_more(kit, view) else 0
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
    """Two rows: signs, and among them a sentence that says that the mood is another one.

    In portrait the end card has one row, since the code takes much room and nothing sounds.
    """
    if kit.theme.portrait and view.state.ended_at is not None:
        return _end_buttons(canvas, kit, area)
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
    places = row(pygame.Rect(area.left, area.top, area.width, side), columns, gap)
    sentence = pygame.Rect(area.left, area.top + side + gap, area.width, side)
    if not kit.theme.portrait:
        places += [place.move(0, side + gap) for place in places[2:]]
        sentence.width = places[1].right - area.left
    hits = []
    for place, (sign, action, color) in zip(places, signs, strict=True):
        idle = song is None and action in OF_A_SONG
        hit = button(canvas, kit, place, action, sign=sign, color=faint if idle else color)
        hits += [] if idle else [hit]
    label = kit.strings("mood.not_me")
    return [*hits, button(canvas, kit, sentence, Press.NOT_ME, label=label)]


def _end_buttons(canvas: Canvas, kit: Kit, area: pygame.Rect) -> list[Hit]:
    """One row for what comes after the five songs."""
    gap, left, hits = kit.px(1), area.left, []
    if len(kit.languages) > 1:
        spot = pygame.Rect(area.topleft, (area.height, area.height))
        hits.append(button(canvas, kit, spot, Press.LANGUAGES, sign="globe"))
        left = spot.right + gap
    named = ((Press.NOT_ME, "mood.not_me"), *cards.ENDS)
    rest = pygame.Rect(left, area.top, area.right - left, area.height)
    for place, (action, key) in zip(row(rest, len(named), gap), named, strict=True):
        hits.append(button(canvas, kit, place, action, label=kit.strings(key)))
    return hits


def _play(view: View) -> Press:
    """What the first button does; on the end card it begins anew."""
    return Press.TOGGLE_PAUSE if view.state.ended_at is None else Press.AGAIN
