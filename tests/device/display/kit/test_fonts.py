import os
import shutil

import numpy as np
import pygame
import pytest

from device.display import strings
from device.display.kit import fonts
from device.display.kit.fonts import Fonts, clusters, font_for, own_font
from device.display.kit.theme import CHALK as TEXT

# Letters of names that stand in song catalogues.
NAMES = "Antonín Dvořák, Frédéric Chopin, Leoš Janáček, Karol Szymanowski, Πέτρος, Чайковский"


@pytest.mark.parametrize("weight", ["Medium", "SemiBold", "Bold", "ExtraBold"])
def test_our_font_writes_the_names_of_composers(weight):
    path = own_font(weight)
    assert path.endswith(f"Manrope-{weight}.ttf")
    assert {font_for(letter, path) for letter in NAMES} == {path}


def test_what_our_font_lacks_is_written_by_another():
    path = own_font("Medium")
    other = font_for("♯", path)
    if other == path:
        pytest.skip("no font of this system has a sharp sign")
    assert fonts._has(other, "♯")
    assert not fonts._has(path, "♯")


def test_a_mixed_line_is_as_wide_as_its_runs():
    family = Fonts()
    line = family.render("C♯ minor", "Medium", 20, TEXT)
    assert line.width == family.width("C♯ minor", "Medium", 20)
    # As wide as a Han character, it would tear the title apart.
    assert family.width("♯", "Medium", 40) < 38
    assert line.width > family.width("C minor", "Medium", 20)


def test_a_letter_that_no_font_has_does_no_harm():
    path = own_font("Medium")
    assert font_for("\U0010fffd", path) == path
    assert Fonts().render("a\U0010fffdb", "Medium", 20, TEXT).width > 0


def test_without_our_font_the_systems_are_used(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "font_manrope", None)
    own_font.cache_clear()
    try:
        path = own_font("Medium")
        assert path is None or "Manrope" not in path
        assert Fonts().render("Chopin", "Medium", 20, TEXT).width > 40
    finally:
        monkeypatch.undo()
        own_font.cache_clear()


NEEDS = {"hi": "हिन्दी", "zh": "中文"}


@pytest.mark.parametrize("language", NEEDS)
def test_a_script_with_a_font_is_written_without_boxes(language):
    if language not in strings.writable():
        pytest.skip(f"no font of this system writes {language}")
    text = NEEDS[language]
    for cluster in clusters(text):
        path = font_for(cluster, own_font("Medium"))
        assert "Manrope" not in path
        assert fonts._has(path, cluster)
    pictures = {
        Fonts().render(cluster, "Medium", 40, TEXT).get_buffer().raw for cluster in clusters(text)
    }
    assert len(pictures) == len(clusters(text))


def test_devanagari_is_shaped():
    if "hi" not in strings.writable():
        pytest.skip("no font of this system writes Devanagari")
    # The vowel sign i stands before its consonant, and the conjunct is narrower than its parts.
    family = Fonts()
    parts = sum(family.width(letter, "Medium", 40) for letter in "क्ष")
    assert family.width("क्ष", "Medium", 40) < 0.8 * parts
    assert clusters("क्षत्रिय") == ["क्ष", "त्रि", "य"]


def test_han_is_drawn_as_simplified_chinese_writes_it():
    path = font_for("直", own_font("Medium"))
    if not path.endswith(fonts.COLLECTION):
        pytest.skip("no collection of CJK fonts is installed")
    chosen = pygame.freetype.Font(path, 40, fonts._index(path))
    assert "SC" in chosen.name
    drawn = Fonts().render("直", "Medium", 40, TEXT)
    assert abs(drawn.width - 40) <= 1
    assert pygame.surfarray.array_alpha(drawn).max() == 255


@pytest.fixture
def forgetful():
    """Fonts that ask fontconfig anew, before and after the test."""
    caches = (font_for, strings.writable, fonts._families, fonts._by_fontconfig)
    for cache in caches:
        cache.cache_clear()
    fonts._hangs.clear()
    yield
    for cache in caches:
        cache.cache_clear()
    fonts._hangs.clear()


@pytest.fixture
def fc_list(tmp_path, monkeypatch, forgetful):
    """Puts a program before fontconfig's own: some lines of shell, which may call the real one."""
    real = shutil.which("fc-list")

    def put(script):
        path = tmp_path / "bin" / "fc-list"
        path.parent.mkdir()
        path.write_text("#!/bin/sh\n" + script.replace("{real}", f'exec {real} "$@"') + "\n")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{path.parent}:{os.environ['PATH']}")

    return put


def test_a_language_without_a_font_gives_way_to_english(fc_list, caplog):
    fc_list("exit 0")
    assert set(strings.writable()) == {"de", "en", "es", "fr"}
    assert strings.choose("zh").language == "en"
    assert "fonts-noto" in caplog.text
    assert strings.choose("auto", environment={"LANG": "hi_IN.UTF-8"}).language == "en"


def test_a_cold_disk_only_delays_the_fonts(fc_list):
    if "zh" not in strings.writable():
        pytest.skip("no font of this system writes Chinese")
    for cache in (font_for, strings.writable, fonts._families, fonts._by_fontconfig):
        cache.cache_clear()
    fc_list("sleep 1.3\n{real}")  # longer than pygame itself would wait
    assert strings.choose("zh").language == "zh"


def test_a_fontconfig_that_hangs_is_asked_twice_and_no_more(fc_list, monkeypatch, tmp_path, caplog):
    monkeypatch.setattr(fonts, "FC_LIST_SECONDS", 0.2)
    fc_list(f"echo x >> {tmp_path}/asked\nexec sleep 60")
    assert strings.choose("hi").language == "en"
    assert len((tmp_path / "asked").read_text().splitlines()) <= 2
    assert caplog.text.count("does not answer") == 1


def test_without_fontconfig_manrope_still_writes(monkeypatch, tmp_path, forgetful):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert set(strings.writable()) == {"de", "en", "es", "fr"}


def cropped(drawn: np.ndarray) -> np.ndarray:
    """What is drawn (columns, rows), without what is empty around it."""
    columns, rows = (np.flatnonzero(drawn.max(axis=axis) > 90) for axis in (1, 0))
    return drawn[columns[0] : columns[-1] + 1, rows[0] : rows[-1] + 1].astype(int)


def ink(text: str) -> np.ndarray:
    return cropped(pygame.surfarray.array_alpha(Fonts().render(text, "SemiBold", 32, TEXT)))


def begins_with(line: np.ndarray, part: np.ndarray) -> bool:
    """Whether a drawn line has a drawn part at its left, but for what a shade differs."""
    there = cropped(line[: len(part)])
    return there.shape == part.shape and np.abs(there - part).mean() < 12


def ends_with(line: np.ndarray, part: np.ndarray) -> bool:
    return begins_with(line[::-1], part[::-1])


@pytest.mark.parametrize(
    ("text", "left", "right"),
    [
        ("שלום", "ם", "ש"),
        ("שלום עולם", "ם", "ש"),
        ("שלום Hello 123", "Hello 123", "שלום"),
        ("Hello שלום", "Hello", "ש"),
        ("(שלום)", "(", ")"),
        ("שלום 12", "12", "ש"),
    ],
)
def test_what_is_read_from_the_right_is_drawn_from_the_right(text, left, right):
    if font_for("ש", own_font("SemiBold")) == own_font("SemiBold"):
        pytest.skip("no font of this system has Hebrew letters")
    line = ink(text)
    assert begins_with(line, ink(left))
    assert ends_with(line, ink(right))
    if left != right:
        assert not begins_with(line, ink(right))
        assert not ends_with(line, ink(left))


def test_arabic_letters_join():
    if font_for("ك", own_font("SemiBold")) == own_font("SemiBold"):
        pytest.skip("no font of this system has Arabic letters")
    family = Fonts()
    joined = family.width("كتاب", "SemiBold", 32)
    assert joined < 0.8 * sum(family.width(letter, "SemiBold", 32) for letter in "كتاب")
    # A non-joiner, which Persian writes, keeps two of them apart.
    assert family.width("می\u200cخواهم", "SemiBold", 32) > family.width("میخواهم", "SemiBold", 32)
    line = ink("كتاب Live")
    assert begins_with(line, ink("Live"))


def test_a_wrapped_title_is_as_wide_as_it_is_drawn():
    family = Fonts()
    for text in ("שלום Hello 123", "إنت عمري (Live) ١٩٦٤", "שָׁלוֹם"):
        assert family.render(text, "Medium", 24, TEXT).width == family.width(text, "Medium", 24)
