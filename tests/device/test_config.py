import tomllib

import pytest

from device import config
from device.__main__ import main
from device.display import strings
from device.display.kit.theme import PALETTES
from device.errors import UsageError
from device.options import CameraOptions, Config, DisplayOptions


@pytest.fixture(autouse=True)
def no_files_of_this_machine(monkeypatch, tmp_path):
    monkeypatch.setattr(config, "standard_files", lambda: [tmp_path / "user.toml"])


def written(tmp_path, text, name="kiosk.toml"):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_without_files_the_defaults_hold():
    assert config.load() == Config()


def test_later_files_and_settings_win(tmp_path):
    written(tmp_path, "[music]\nvolume = 0.1\n[camera]\nfps = 10\n", "user.toml")
    explicit = written(tmp_path, "[music]\nvolume = 1\n")
    found = config.load(explicit, ["camera.source=webcam:1", "camera.width=320"])
    assert found.music.volume == 1.0
    assert found.camera == CameraOptions("webcam:1", 320, 480, 10)


def test_the_sample_is_the_defaults():
    assert tomllib.loads(config.sample()) == {
        "camera": {
            "source": "auto",
            "width": 640,
            "height": 480,
            "fps": 15,
            "rotate": 0,
            "mirror": False,
        },
        "vision": {"finder": "auto", "threads": 1},
        "display": {
            "language": "auto",
            "formal": False,
            "theme": "dark",
            "rotate": 0,
            "reduced_motion": False,
            "dim_after_s": 120.0,
            "blank_after_s": 600.0,
            "dark_hours": "",
            "contact": "",
            "fps": 30,
        },
        "music": {
            "mode": "lift",
            "device": "",
            "mixer": -1.0,
            "volume": 0.8,
            "volume_cap": 1.0,
            "quiet_hours": "",
            "quiet_volume": 0.3,
            "link": "",
        },
        "visit": {"absent_looking_s": 4.0, "absent_mood_s": 3.0},
        "buttons": dict.fromkeys(
            [
                *("pause", "next", "like", "volume_up", "volume_down", "mute"),
                *(f"choose_{number}" for number in range(1, 9)),
                "not_me",
            ],
            0,
        ),
    }


def test_the_effective_config_reads_back_as_itself(tmp_path):
    found = config.load(None, ['camera.source="C:\\\\photos \\"new\\""', "music.volume=0.3"])
    assert config.load(written(tmp_path, config.sample(found))) == found


def test_all_faults_come_at_once_with_line_and_remedy(tmp_path):
    path = written(
        tmp_path,
        "# the kiosk in the hall\n"
        "[camera]\n"
        "fps = 500\n"
        "sorce = 'webcam'\n"
        "\n"
        "[musik]\n"
        "volume = 0.5\n"
        "[music]\n"
        'volume = "loud"\n',
    )
    with pytest.raises(UsageError) as told:
        config.load(path)
    assert str(told.value).splitlines() == [
        f"{path}, line 3: camera.fps is 500; it must be from 2 to 60",
        f"{path}, line 4: camera.sorce is unknown; did you mean source?",
        f"{path}, line 7: [musik] is unknown; did you mean music?",
        f"{path}, line 9: music.volume is 'loud'; it must be a number",
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[camera\n", "is not TOML"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"volume = 1\n", "line 1: volume must stand in a section"),
        (b"[camera]\nfps = true\n", "line 2: camera.fps is True; it must be a whole number"),
        (b"[extra]\n", "line 1: [extra] is unknown"),
    ],
)
def test_a_bad_file_is_told(tmp_path, content, reason):
    path = tmp_path / "kiosk.toml"
    path.write_bytes(content)
    with pytest.raises(UsageError) as told:
        config.load(path)
    assert str(path) in str(told.value)
    assert reason in str(told.value)


@pytest.mark.parametrize(
    ("setting", "right"),
    [
        ("music.mode=cheer", "one of lift, match"),
        ("music.volume_cap=2", "from 0 to 1"),
        ("music.quiet_hours=25:00-07:00", "empty, or two different times"),
        ("display.dark_hours=22:00", "empty, or two different times such as 22:00-07:00"),
        ("display.dark_hours=07:00-07:00", "empty, or two different times"),
        ("music.quiet_hours=7", "a text in quotes"),
        ("music.link=example.org/{title}", "empty, or a link"),
        ("music.link=https://", "empty, or a link"),
        ("music.link=ftp://example.org/{title}", "empty, or a link"),
        ("music.link=https://example.org/{year}", "{title}, {artist}, {album}"),
        ("music.link=https://example.org/{title.upper}", "{title}, {artist}, {album}"),
        ("music.link=https://example.org/{}", "{title}, {artist}, {album}"),
        ("music.link=https://example.org/{title", "{title}, {artist}, {album}"),
        ("music.link=https://example.org/a b", "empty, or a link"),
    ],
)
def test_options_of_the_music_are_checked(setting, right):
    with pytest.raises(UsageError) as told:
        config.load(None, [setting])
    assert f"--set {setting}: " in str(told.value)
    assert right in str(told.value)


def test_quiet_hours_and_a_link_are_taken():
    link = "https://example.org/search?q={artist}+{title}&in={album}"
    settings = ["music.quiet_hours=22:30-06:00", f"music.link={link}", "music.mode=match"]
    found = config.load(None, settings).music
    assert (found.quiet_hours, found.link, found.mode) == ("22:30-06:00", link, "match")


def test_the_command_checks_and_ends_with_2(tmp_path, capsys):
    good = written(tmp_path, "[music]\nvolume = 0.5\n")
    assert main(["config", "--check", "--config", str(good)]) == 0
    assert "The config is right." in capsys.readouterr().out
    bad = written(tmp_path, "[music]\nvolum = 0.5\n")
    assert main(["config", "--check", "--config", str(bad)]) == 2
    assert "did you mean volume?" in capsys.readouterr().err
    assert main(["config", "--config", str(tmp_path / "none.toml")]) == 2
    assert "there is no such file" in capsys.readouterr().err
    assert main(["config", "--set", "music"]) == 2
    assert "section.key=value" in capsys.readouterr().err


def test_the_languages_and_themes_are_those_there_are():
    languages = DisplayOptions.__dataclass_fields__["language"].metadata["check"]
    themes = DisplayOptions.__dataclass_fields__["theme"].metadata["check"]
    assert all(languages(name) is None for name in ("auto", *strings.languages()))
    assert all(themes(name) is None for name in PALETTES)
    assert len(languages("xx").split(", ")) == len(strings.languages()) + 1
    assert len(themes("xx").split(", ")) == len(PALETTES)


def test_pins_are_those_of_the_header():
    assert config.load(None, ["buttons.pause=17"]).buttons.pause == 17
    for pin in (1, 28, -3):
        with pytest.raises(UsageError, match=r"buttons\.pause is .*from 2 to 27, or 0"):
            config.load(None, [f"buttons.pause={pin}"])


def test_yes_and_no_are_true_and_false():
    assert config.load(None, ["display.reduced_motion=true"]).display.reduced_motion is True
    with pytest.raises(UsageError, match="must be true or false"):
        config.load(None, ["display.reduced_motion=1"])


def test_a_byte_order_mark_is_no_fault(tmp_path):
    path = tmp_path / "kiosk.toml"
    path.write_bytes(b"\xef\xbb\xbf[camera]\r\nfps = 20\r\n")
    assert config.load(path).camera.fps == 20


def test_a_pin_has_one_button():
    with pytest.raises(UsageError, match=r"buttons\.next is 5, but that pin is buttons\.pause's"):
        config.load(None, ["buttons.pause=5", "buttons.next=5"])


def test_contradictions_are_told_with_their_place_beside_all_other_faults(tmp_path):
    path = tmp_path / "kiosk.toml"
    path.write_text("[buttons]\npause = 5\nnext = 5\n[display]\nblank_after_s = 60\nfps = 'x'\n")
    with pytest.raises(UsageError) as told:
        config.load(path)
    faults = str(told.value).splitlines()
    assert [fault.partition(": ")[0] for fault in faults] == [
        f"{path}, line {line}" for line in (6, 5, 3)
    ]


def test_a_key_that_stands_twice_is_named(tmp_path):
    path = tmp_path / "kiosk.toml"
    path.write_text("[camera]\nfps = 15\nwidth = 640\nfps = 20\n")
    with pytest.raises(UsageError, match=r"line 4.*fps = 20"):
        config.load(path)


def test_a_screen_dims_before_it_turns_dark():
    with pytest.raises(UsageError, match=r"blank_after_s is 60 .*dim_after_s 120"):
        config.load(None, ["display.blank_after_s=60"])


def test_check_refuses_a_source_that_the_kiosk_would_refuse(capsys):
    assert main(["config", "--check", "--set", "camera.source=nosuch.jpg"]) == 2
    assert "nosuch.jpg" in capsys.readouterr().err
    assert main(["config", "--check", "--set", "camera.source=actor:7"]) == 0
