import pytest

from device.display import fonts
from device.display.fonts import Fonts, font_for, own_font
from device.display.theme import TEXT

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
