import pytest

from data.errors import FaultyFile
from data.library import facts


def read(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "facts.csv"
    path.write_bytes(text.encode(encoding))
    return facts.read(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_figures_of_other_projects(tmp_path, encoding):
    text = (
        "id,track_name,track_artist,track_album_name,energy,valence\r\n"
        '1,"Déjà Vu (Remastered 2011)",Zoë,"First, Second",0.8,0.25\r\n'
        "2,Broken,Zoë,,1.5,nan\r\n"
    )
    found = read(tmp_path, text, encoding)
    assert facts.find(found, "DEJA VU", "Zoe") == facts.Fact(0.25, 0.8, "First, Second")
    assert facts.find(found, "Broken", "Zoë") == facts.Fact(None, None, "")
    assert facts.find(found, "Déjà Vu", "Somebody Else") is None


def test_albums_of_other_projects(tmp_path):
    found = read(tmp_path, "Name,Artist,Album\nAlle meine Entchen,Volkslied,Lieder\n")
    assert found[facts.key("alle meine entchen", "volkslied")].album == "Lieder"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Song - Remastered 2009", "song"),
        ("Song [Live] (Bonus)", "Song"),
        ("Don’t Stop", "Don't stop"),
        ("(Brackets only)", "brackets only"),
        ("Песня (Live)", "песня"),
        ("STRASSE", "Straße"),
        ("Song feat. Other", "song"),
    ],
)
def test_the_same_title_in_other_words(one, other):
    assert facts.key(one, "x") == facts.key(other, "X")


def test_other_titles_stay_apart():
    assert facts.key("Nocturne - No. 2", "x") != facts.key("Nocturne - No. 9", "x")
    assert facts.key("夜", "x") != facts.key("朝", "x")
    assert facts.key("!!!", "x") != facts.key("???", "x")


def test_a_file_without_titles_is_told(tmp_path):
    with pytest.raises(FaultyFile, match=r"line 1: has no columns for title and artist \(a, b\)"):
        read(tmp_path, "a,b\n1,2\n")
    with pytest.raises(FaultyFile, match="cannot be read"):
        facts.read(tmp_path / "none.csv")
