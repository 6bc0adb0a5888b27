import re
import tomllib

import pytest

from device.display import strings
from device.errors import DisplayError


def gaps(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_an_unknown_language_is_told_with_those_there_are():
    with pytest.raises(DisplayError, match=r"'xx'; there are: .*en"):
        strings.load("xx")


def test_a_broken_file_is_told_with_its_line(tmp_path, monkeypatch):
    monkeypatch.setattr(strings, "FOLDER", tmp_path)
    (tmp_path / "en.toml").write_text("[attract]\nheadline = \n", encoding="utf-8")
    with pytest.raises(DisplayError, match=r"en\.toml: .*line 2"):
        strings.load("en")


@pytest.mark.parametrize("language", strings.languages())
def test_every_language_has_the_same_texts_and_gaps(language):
    english, other = strings.load("en"), strings.load(language)
    assert other.texts.keys() == english.texts.keys()
    for key, text in english.texts.items():
        assert gaps(other.texts[key]) == gaps(text), key
        assert other.texts[key].strip(), key


# What tells a language's informal address.
INFORMAL = {
    "de": r"\b(du|dich|dir|dein\w*)\b|\b(bleib|stell|komm|dreh|halte|schau|nimm)\b",
    "es": r"\b(tú|te|ti|tu|tus|contigo)\b|\b(mira|ponte|elige|quédate)\b",
    "zh": "你",
}


@pytest.mark.parametrize("language", INFORMAL)
def test_a_formal_address_is_formal_throughout(language):
    plain, formal = strings.load(language), strings.load(language, formal=True)
    assert formal.texts.keys() == plain.texts.keys()
    assert formal.texts != plain.texts
    for key, text in formal.texts.items():
        assert gaps(text) == gaps(plain.texts[key]), key
        assert not re.search(INFORMAL[language], text.lower()), (key, text)


def test_what_is_formal_has_no_text_that_says_the_same():
    for path in (strings.FOLDER / strings.FORMAL).glob("*.toml"):
        plain = strings.load(path.stem)
        for table, rows in tomllib.loads(path.read_text(encoding="utf-8")).items():
            for key, text in rows.items():
                assert plain.texts[f"{table}.{key}"] != text, (path.name, key)


def test_gaps_are_filled():
    text = strings.load("en")("mood.offer", emotion="sad")
    assert "sad" in text
    assert "{" not in text


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "de_AT.UTF-8"}, "de"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "es_MX.UTF-8", "LC_ALL": ""}, "es"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_systems_language_is_taken_where_there_are_texts(environment, language):
    assert strings.choose("auto", environment=environment).language == language


def test_there_are_six_languages_each_with_its_own_name():
    names = {code: strings.load(code)("language.name") for code in strings.languages()}
    assert {"en", "de", "fr", "es", "hi", "zh"} <= names.keys()
    assert len(set(names.values())) == len(names)
