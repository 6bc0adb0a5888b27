import dataclasses

import numpy as np
import pytest

from data.library import cues
from data.library.sound import RATE, SoundError

TIMES = np.arange(16 * RATE) / RATE


def stereo(mono):
    return np.stack([mono, mono], axis=1).astype(np.float32)


def tones(*steps, every=16.0, decay=0.0, level=0.1):
    """A chord, semitones above middle C, struck once each so many seconds."""
    waves = [np.sin(2 * np.pi * 261.63 * 2 ** (step / 12) * TIMES) for step in steps]
    return level * sum(waves) * np.exp(-decay * (TIMES % every))


def clicks(every, seed=1):
    noise = np.random.default_rng(seed).standard_normal(len(TIMES)).clip(-1, 1)
    return 0.5 * noise * np.exp(-40 * (TIMES % every))


def heard(mono):
    return cues.measure(stereo(mono))


@pytest.mark.parametrize("tempo", [75, 100, 132])
def test_the_tempo_is_heard(tempo):
    assert heard(clicks(60 / tempo)).tempo == pytest.approx(tempo, rel=0.02)


@pytest.mark.parametrize("every", [0.25, 0.5, 1.0])
def test_onsets_are_counted(every):
    for sound in (clicks(every), tones(0, 4, 7, every=every, decay=6)):
        assert heard(sound).onsets == pytest.approx(1 / every, rel=0.1)


def test_a_steady_beat_has_a_pulse():
    rng = np.random.default_rng(2)
    free = np.zeros(len(TIMES))
    for at in (rng.random(32) * 15 * RATE).astype(int):
        free[at : at + RATE // 2] += clicks(0.5)[: RATE // 2]
    assert heard(clicks(0.5)).pulse > 0.8 > heard(free).pulse + 0.2


def test_mode_and_clarity_of_the_key_are_heard():
    scale = {"major": (0, 4, 7, 12), "minor": (0, 3, 7, 12)}
    assert heard(tones(*scale["major"])).majorness > 0.1
    assert heard(tones(*scale["minor"])).majorness < -0.1
    assert heard(tones(*range(12))).clarity < heard(tones(0, 4, 7)).clarity - 0.2


def test_loudness_is_heard_and_nothing_else_depends_on_it():
    music = clicks(0.5) + tones(0, 4, 7, every=0.5, decay=4)
    loud, soft = heard(music), heard(music / 10)
    assert loud.loudness - soft.loudness == pytest.approx(20, abs=0.05)
    rest = dataclasses.replace(soft, loudness=loud.loudness)
    assert dataclasses.astuple(rest) == pytest.approx(dataclasses.astuple(loud), rel=0.03, abs=0.01)


def test_timbre_register_and_roughness_are_heard():
    low, high = heard(tones(0, 4, 7)), heard(tones(24, 28, 31))
    assert high.brightness - low.brightness == pytest.approx(2, abs=0.1)
    assert high.register - low.register == pytest.approx(2, abs=0.1)
    assert heard(tones(0, 1, 2)).roughness > 2 * heard(tones(0, 7, 12)).roughness
    changing = np.where(TIMES % 2 < 1, tones(0), tones(24))
    assert low.variety < 0.2 and heard(changing).variety > 0.8


def test_articulation_dynamics_and_percussion_are_heard():
    held, struck = tones(0, 4, 7), tones(0, 4, 7, every=0.5, decay=12)
    assert heard(struck).articulation > 3 * heard(held).articulation
    assert heard(struck).dynamics > 3 > heard(held).dynamics
    assert heard(clicks(0.5)).percussive > 0.7 and heard(held).percussive < 0.2
    melody = sum(
        np.where((TIMES // 0.25).astype(int) % 4 == at, tones(step), 0)
        for at, step in enumerate((0, 4, 7, 12))
    )
    assert heard(melody).change > 3 * heard(held).change


def test_nothing_is_heard_in_silence_and_a_plain_tone_or_noise_is_finite():
    with pytest.raises(SoundError, match="is silent"):
        heard(np.zeros(len(TIMES)))
    noise = 0.1 * np.random.default_rng(3).standard_normal(len(TIMES))
    half_silent = tones(0) * (TIMES < 8)
    for sound in (tones(0), noise, clicks(20), half_silent):
        assert np.isfinite(dataclasses.astuple(heard(sound))).all()


def test_a_little_hiss_changes_little():
    music = tones(0, 4, 7, every=0.5, decay=4) + 0.2 * clicks(0.5)
    hiss = 0.0003 * np.random.default_rng(4).standard_normal(len(TIMES))
    clean, noisy = heard(music), heard(music + hiss)
    assert noisy.brightness == pytest.approx(clean.brightness, abs=0.1)
    assert noisy.dynamics == pytest.approx(clean.dynamics, rel=0.1)
    assert noisy.onsets == clean.onsets


def test_channels_that_cancel_each_other_out_are_heard():
    one = clicks(0.5)
    both = cues.measure(np.stack([one, -one], axis=1).astype(np.float32))
    assert both.tempo == pytest.approx(120, rel=0.02)
