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


@pytest.mark.parametrize(
    "cell",
    [
        "['Anna', 'Bert']",
        '["Anna", "Bert"]',
        "Anna;Bert",
        "Anna, Bert",
        "Bert & Anna",
        "Bert and Anna",
        "Anna feat. Bert",
        "Anna (ft. Bert)",
        "Anna / Bert",
        "Anna x Bert",
    ],
)
def test_each_of_several_artists_is_found(tmp_path, cell):
    quoted = cell.replace('"', '""')
    found = read(tmp_path, f'valence,artists,energy,name\n0.9,"{quoted}",0.8,Night Train\n')
    for artist in ("Anna", "Bert", "Anna, Bert", "Bert & Anna", "['Anna', 'Bert']"):
        assert facts.find(found, "Night Train", artist) == facts.Fact(0.9, 0.8, ""), artist
    assert facts.find(found, "Night Train", "Carl") is None
    assert found.rows == 1 and found.remarks == ()


def test_the_artists_own_row_comes_before_one_that_shares_the_title(tmp_path):
    found = read(
        tmp_path,
        "title,artist,valence,energy\nSong,Anna & Bert,0.1,0.1\nSong,Anna,0.9,0.9\n"
        "Thunder,AC/DC,0.5,0.6\nHome,Guns N' Roses,0.2,0.3\n",
    )
    assert facts.find(found, "Song", "Anna").valence == 0.9
    assert facts.find(found, "Song", "Bert").valence == 0.1
    assert facts.find(found, "Thunder", "AC/DC").arousal == 0.6
    assert facts.find(found, "Home", "Guns N’ Roses").arousal == 0.3


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("name;artist;valence;energy\nNight, Train;Anna;0,9;0,8\n", "cp1252"),
        ("name\tartist\tvalence\tenergy\nNight, Train\tAnna\t0,9\t0.8\n", "utf-8"),
        ('sep=,\r\nname,artist,valence,energy\r\n"Night, Train",Anna,"0,9",0.8\r\n', "utf-8-sig"),
        ('sep=|\nname|artist|valence|energy\n"Night, Train"|Anna|0.9|0.8\n', "utf-8"),
        ('name,artist,valence,energy\n"Night, Train",Anna,0.9,0.8\n', "utf-16"),
        ('name,artist,valence,energy\n"Night, Train",Anna,0.9,0.8\n', "utf-16-le"),
        ('name,artist,valence,energy\n"Night, Train",Anna,0.9,0.8\n', "utf-16-be"),
        ('Song Name,Artist(s) Name,Valence,Energy\n"Night, Train",Anna,0.9,0.8\n', "utf-8"),
    ],
)
def test_what_spreadsheets_write(tmp_path, text, encoding):
    found = read(tmp_path, text, encoding)
    assert facts.find(found, "Night Train", "Anna") == facts.Fact(0.9, 0.8, "")
    assert found.rows == 1 and found.remarks == ()


@pytest.mark.parametrize(
    ("columns", "numbers", "valence", "arousal", "scale"),
    [
        ("valence,energy", "90,80", 0.9, 0.8, "0 to 100"),
        ("val,nrgy", "90,80", 0.9, 0.8, "0 to 100"),
        ("valence_%,energy_%", "1,8", 0.01, 0.08, "0 to 100"),
        ("valence,energy", "90%,80 %", 0.9, 0.8, "0 to 100"),
        ("valence_tags,arousal_tags", "8.2,1.0", 0.9, 0.0, "1 to 9"),
        ("valence,arousal", "8.2,5", 0.9, 0.5, "1 to 9"),
        ("valence,arousal", "-0.5,-0.25", 0.25, 0.375, "-1 to 1"),
    ],
)
def test_a_column_tells_its_scale_and_that_is_told(
    tmp_path, columns, numbers, valence, arousal, scale
):
    found = read(tmp_path, f"track,artist,{columns}\nNight Train,Anna,{numbers}\n")
    fact = facts.find(found, "Night Train", "Anna")
    assert (fact.valence, fact.arousal) == pytest.approx((valence, arousal))
    assert found.remarks == tuple(
        f"{name}: read as numbers from {scale}" for name in columns.split(",")
    )


def test_nothing_is_dropped_in_silence(tmp_path):
    found = read(
        tmp_path,
        "name,artist,valence,energy\n"
        "One,Anna,0.1,0.1\n"
        '"Never closed,Anna,0.2,0.2\n'
        '"Two, ""quoted""",Anna,0.3,much\n'
        "Un,quoted,Anna,0.4,0.4\n"
        ",Anna,0.5,0.5\n"
        "One,Anna,0.9,0.9\n"
        "Three,Anna,-1,0.6\n"
        '"Four\nin two lines",Anna,0.7,0.7\n'
        '"7" Single",Anna,0.8,nan\n'
        "Five,Anna,0.5\n",
    )
    assert facts.find(found, "One", "Anna") == facts.Fact(0.1, 0.1, "")
    assert facts.find(found, 'Two, "quoted"', "Anna") == facts.Fact(0.3, None, "")
    assert facts.find(found, "Four in two lines", "Anna") == facts.Fact(0.7, 0.7, "")
    assert facts.find(found, "7 Single", "Anna") == facts.Fact(0.8, None, "")
    assert facts.find(found, "Three", "Anna") == facts.Fact(None, 0.6, "")
    assert facts.find(found, "Five", "Anna") == facts.Fact(0.5, None, "")
    assert found.rows == 10
    assert found.remarks == (
        "not used, has a quote that is not closed: 1 row (line 3)",
        "not used, has 5 fields in place of 4: 1 row (line 5)",
        "not used, without title or artist: 1 row (line 6)",
        "repeat a song that stands above: 1 row (line 7)",
        "valence: not used in 1 row (line 8) ('-1'); a number from 0 to 1 is right",
        "energy: not used in 2 rows (lines 4, 11) ('much'); a number from 0 to 1 is right",
    )


def test_of_repeated_rows_the_first_with_both_numbers_counts(tmp_path):
    rows = "".join(f"Song,Anna,{numbers}\n" for numbers in (",0.4", "0.2,0.3", "1,1"))
    found = read(tmp_path, f"name,artist,valence,energy\n{rows}")
    fact = facts.find(found, "Song", "Anna")
    assert (fact.valence, fact.arousal) == (0.2, 0.3)
    assert found.remarks[-1] == "repeat a song that stands above: 2 rows (lines 3, 4)"


def test_a_list_without_numbers_says_so(tmp_path):
    found = read(tmp_path, "Name,Artist,Album\nAlle meine Entchen,Volkslied,Lieder\n")
    assert found.remarks[0].startswith("no column for valence (valence, ")
