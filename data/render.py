"""Scores to previews: ABC → MIDI (abc2midi) → audio (FluidSynth) → Ogg Vorbis (oggenc).

A preview lasts 20 to 30 s, sounds at −16 LUFS with its true peak below −1 dBTP, and is the same
byte for byte each time it is made with the same programs and the same soundfont.
"""

import dataclasses
import math
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import numpy as np

from data import catalogue, contour, levelling, needs, scores
from data.errors import DataError, Fault, FaultyFile

PROGRAMS = ("abc2midi", "fluidsynth", "oggenc")
SOUNDFONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
RATE = 44100
SHORTEST_S, LONGEST_S = 20.0, 30.0
LARGEST_BYTES = 210_000  # of one preview; a kiosk's loudspeaker gains nothing from more

_FADE_S = 0.8
_LEAD_S = 0.01  # of quiet before the first sound
_QUIET = 10 ** (-60 / 20)  # relative to the highest peak
_QUALITIES = (0, -1)  # of oggenc: 64 kbit/s, and 45 kbit/s where that would be too large
# A hall of middle size. No chorus: it makes a lone piano sound out of tune.
_SYNTHESIS = {
    "synth.gain": "0.5",
    "synth.cpu-cores": "1",
    "synth.chorus.active": "0",
    "synth.reverb.active": "1",
    "synth.reverb.room-size": "0.6",
    "synth.reverb.damp": "0.3",
    "synth.reverb.level": "0.6",
    "synth.reverb.width": "0.8",
}


@dataclasses.dataclass(frozen=True)
class Preview:
    """A preview that was rendered, as measured after encoding.

    size in bytes, loudness in LUFS, true_peak in dBTP, quality: oggenc's; contour: of its melody.
    """

    score: scores.Score
    contour: str
    duration_s: float
    size: int
    loudness: float
    true_peak: float
    quality: float


def require(soundfont: Path) -> None:
    """Raises DataError naming what to install if a program, package or soundfont is missing."""
    needs.require(PROGRAMS, (*needs.SOUND, "mido"), [(soundfont, "fluid-soundfont-gm")])


def outdated(folder: Path, paths: list[Path]) -> list[Path]:
    """The scores whose preview is missing or was, by the CSV files, made of another text."""
    made_of = {
        row.values["source"]: row.values["source_sha256"] for row in catalogue.all_rows(folder)
    }
    return [
        path
        for path in paths
        if not (folder / "previews" / f"{path.stem}.ogg").is_file()
        or made_of.get(f"scores/{path.name}") != catalogue.sha256(path)
    ]


def render_all(
    folder: Path, paths: list[Path], soundfont: Path, jobs: int, done: Callable[[str], None]
) -> tuple[Fault, ...]:
    """Renders scores and fills in their rows; ``done`` is told, after each, a line about it.

    A score that cannot be rendered does not stop the others. Returns all faults.
    """
    faults: list[Fault] = []
    with ThreadPoolExecutor(jobs) as pool:
        running = {pool.submit(render, path, folder, soundfont): path for path in paths}
        try:
            for future in as_completed(running):
                path = running[future]
                try:
                    preview = future.result()
                    has_row = fill_in(folder, preview)
                except FaultyFile as error:
                    faults.extend(error.faults)
                    done(f"{path.stem}: failed")
                    continue
                told = (
                    f"{path.stem}: {preview.duration_s:.1f} s, {preview.loudness:.1f} LUFS, "
                    f"{preview.true_peak:.1f} dBTP, {preview.size / 1000:.0f} kB, "
                    f"q{preview.quality}"
                )
                if not has_row:
                    told += " (no row in songs/ yet)"
                done(told)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return tuple(faults)


def render(path: Path, folder: Path, soundfont: Path = SOUNDFONT) -> Preview:
    """Renders one score to ``previews/<id>.ogg`` of the data folder.

    Raises FaultyFile for a score that is unsound, silent, too short or too long.
    """
    score = scores.read(path)
    target = folder / "previews" / f"{score.id}.ogg"
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="render-") as temporary:
        work = Path(temporary)
        midi = work / "score.mid"
        scores.to_midi(score, midi)
        audio = cut(synthesize(midi, soundfont), music_ends_at(midi), score.path)
        levelled = _encode_to_fit(audio, score, work / "preview.ogg")
        unfinished = target.with_name(f".{target.name}.unfinished")
        unfinished.write_bytes((work / "preview.ogg").read_bytes())
        unfinished.replace(target)
        line = contour.of_midi(midi, levelled.duration_s)
    return Preview(score, line, **dataclasses.asdict(levelled))


def fill_in(folder: Path, preview: Preview) -> bool:
    """Fills the columns that rendering knows; False if no row has this score as its source.

    Raises FaultyFile if the row's file cannot be written without loss.
    """
    source = f"scores/{preview.score.path.name}"
    row = _row(folder, source)
    if row is None:
        return False
    values = {
        "duration_s": f"{preview.duration_s:.2f}",
        "preview_start_s": "0",
        "source_sha256": preview.score.sha256,
        "contour": preview.contour,
    }
    catalogue.update(row, values)
    return True


def fill_in_contours(folder: Path, paths: Sequence[Path]) -> tuple[Fault, ...]:
    """Fills in the contours of scores whose previews are current; quick. Returns all faults."""
    faults: list[Fault] = []
    sources = {f"scores/{path.name}": path for path in paths}
    for row in catalogue.all_rows(folder):
        if (path := sources.get(row.values["source"])) is None:
            continue
        try:
            with tempfile.TemporaryDirectory(prefix="contour-") as temporary:
                midi = Path(temporary) / "score.mid"
                scores.to_midi(scores.read(path), midi)
                line = contour.of_midi(midi, float(row.values["duration_s"]))
            # Looked up anew, since rows of the same file may have changed.
            catalogue.update(_row(folder, row.values["source"]), {"contour": line})
        except FaultyFile as error:
            faults.extend(error.faults)
    return tuple(faults)


def _row(folder: Path, source: str) -> catalogue.Row | None:
    rows = catalogue.all_rows(folder)
    return next((row for row in rows if row.values["source"] == source), None)


def music_ends_at(midi: Path) -> float:
    """Seconds until the last note of a MIDI file is released."""
    import mido

    now = ends = 0.0
    for message in mido.MidiFile(midi):
        now += message.time
        if message.type in ("note_on", "note_off"):
            ends = now
    return ends


def synthesize(midi: Path, soundfont: Path) -> np.ndarray:
    """Plays a MIDI file with FluidSynth: float64 (samples, 2) at 44.1 kHz, not clipped."""
    import soundfile

    wave = midi.with_suffix(".wav")
    settings = [part for item in _SYNTHESIS.items() for part in ("-o", "=".join(item))]
    _run(
        ["fluidsynth", "-ni", "-q", *settings, "-r", RATE, "-O", "float", "-T", "wav"],
        ["-F", wave, soundfont, midi],
    )
    audio, rate = soundfile.read(wave, always_2d=True)
    assert rate == RATE, rate
    return audio


def cut(audio: np.ndarray, ends_at: float, path: Path) -> np.ndarray:
    """Cuts silence off both ends and fades the reverberation after the last note.

    audio: (samples, 2); ends_at: when the last note is released, in seconds; path: of the score.
    Raises FaultyFile if it is silent or, without cutting into the music, not 20 to 30 s long.
    """
    level = np.abs(audio).max(axis=1)
    (audible,) = np.nonzero(level > _QUIET * level.max(initial=0.0))
    if not audible.size:
        raise FaultyFile((Fault(path, None, "sounds like nothing: no note can be heard"),))
    start = max(0, audible[0] - round(_LEAD_S * RATE))
    end = min(audible[-1] + 1, start + round(LONGEST_S * RATE))
    fade = round(_FADE_S * RATE)
    music_s = ends_at - start / RATE
    if music_s > LONGEST_S - _FADE_S:
        reason = (
            f"lasts {music_s:.1f} s to its last note's end; with {_FADE_S} s for the sound to "
            f"die away it may be {LONGEST_S - _FADE_S:.1f} s at most"
        )
        raise FaultyFile((Fault(path, None, reason),))
    if end - start < SHORTEST_S * RATE:
        length = (end - start) / RATE
        reason = (
            f"lasts {length:.1f} s with its ending; {SHORTEST_S:.0f} to {LONGEST_S:.0f} s are right"
        )
        raise FaultyFile((Fault(path, None, reason),))
    piece = audio[start:end].copy()
    piece[-fade:] *= (0.5 + 0.5 * np.cos(np.linspace(0, math.pi, fade)))[:, np.newaxis]
    return piece


def _encode_to_fit(audio: np.ndarray, score: scores.Score, target: Path) -> levelling.Levelled:
    try:
        return levelling.encode_to_fit(
            audio,
            RATE,
            target,
            lambda loud, quality: _encode(loud, score, quality, target),
            _QUALITIES,
            LARGEST_BYTES,
        )
    except levelling.CannotLevelError as error:
        raise FaultyFile((Fault(score.path, None, str(error)),)) from error


def _encode(audio: np.ndarray, score: scores.Score, quality: float, target: Path) -> None:
    """Writes Ogg Vorbis."""
    import soundfile

    wave = target.with_suffix(".wav")
    soundfile.write(wave, audio, RATE, subtype="PCM_24")
    # A fixed serial number, in place of a random one, makes the file the same each time.
    _run(
        ["oggenc", "-Q", "--utf8", "--serial", "1", "-q", quality, "-o", target],
        ["-t", score.title, "-a", score.composer, wave],
    )


def _run(*words: Sequence[str | int | Path]) -> None:
    command = [str(word) for some in words for word in some]
    run = subprocess.run(
        command, capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    if run.returncode != 0:
        said = (run.stderr or run.stdout).strip()
        raise DataError(f"{command[0]} failed with exit code {run.returncode}: {said}")
