import numpy as np
import pytest
import soundfile

from data import levelling, loudness
from data.library import sound

RATE = sound.RATE


def stereo(mono):
    return np.repeat((32767 * mono).astype(np.int16)[:, None], 2, axis=1)


def clicks(seconds, every, level=0.5, seed=1):
    """Bursts of noise, one each so many seconds."""
    times = np.arange(round(seconds * RATE)) / RATE
    noise = np.random.default_rng(seed).standard_normal(len(times)).clip(-1, 1)
    return level * noise * np.exp(-40 * (times % every))


def test_the_best_part_is_the_loud_and_lively_one_and_starts_on_an_onset():
    quiet = clicks(100, 1.0, level=0.02)
    quiet[50 * RATE : 78 * RATE] = clicks(28, 0.5)
    piece, start = sound.excerpt(stereo(quiet))
    assert 49 <= start <= 53.1
    assert len(piece) == 25 * RATE
    # Within two analysis frames after the start something begins.
    early = np.abs(piece[: 4 * 1024]).max()
    assert early > 0.1


@pytest.mark.parametrize("loud_at", [0, 97])
def test_both_ends_are_skipped(loud_at):
    music = clicks(100, 0.5, level=0.05)
    music[loud_at * RATE : (loud_at + 3) * RATE] = clicks(3, 0.1, level=0.9)
    _, start = sound.excerpt(stereo(music))
    assert 5 - 0.05 <= start <= 70


def test_of_a_short_file_nearly_all_is_taken():
    piece, start = sound.excerpt(stereo(clicks(15.5, 0.5)))
    assert len(piece) == 15 * RATE and start <= 0.5


@pytest.mark.parametrize(
    ("audio", "reason"),
    [
        (clicks(14.9, 0.5), "lasts 14.9 s; 15 s are the least"),
        (np.zeros(20 * RATE), "is silent"),
    ],
)
def test_short_and_silent_sound_is_refused(audio, reason):
    with pytest.raises(sound.SoundError, match=reason):
        sound.excerpt(stereo(audio))


@pytest.mark.parametrize("level", [0.01, 0.9])
def test_a_preview_has_the_right_loudness_and_fades(tmp_path, make_music, level):
    music = np.repeat(make_music(40, level=level), 2)[: 20 * RATE]  # an octave lower, at RATE
    piece = np.stack([music, 0.8 * music], axis=1)
    target = tmp_path / "preview.unfinished"
    sound.write_preview(piece.astype(np.float32), target)
    audio, rate = soundfile.read(target)
    assert rate == RATE and len(audio) == 20 * RATE
    assert abs(loudness.integrated(audio, rate) - levelling.LOUDNESS) <= 0.5
    assert loudness.true_peak(audio) < levelling.TRUE_PEAK
    assert np.abs(audio[:20]).max() < 0.01 and np.abs(audio[-200:]).max() < 0.01
    assert np.abs(audio[-RATE // 4 :]).max() < 0.3 * np.abs(audio[5 * RATE :]).max()
    assert target.read_bytes()[28:35] == b"\x01vorbis"
