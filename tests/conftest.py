"""What the tests of several rooms share."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]
FER2013 = ROOT.parent / "shared" / "fer2013"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--renew-goldens",
        action="store_true",
        help="take what the screens show now, and what a look costs now, for right",
    )
    parser.addoption(
        "--debian",
        choices=("bookworm", "trixie"),
        default="bookworm",
        help="the Debian on which tests/systemd installs the kiosk",
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are processors: much of a visit in real time is waiting."""
    return (os.cpu_count() or 1) + 1


# What runs only when it is asked for, by its marker or its folder.
ON_DEMAND = {
    "systemd": ("tests/systemd", "installs the kiosk on a small Debian and boots it"),
    "arm64": ("tests/appliance", "runs the kiosk on a Raspberry Pi's processor, emulated"),
    "boot": ("tests/appliance", "boots the installed kiosk on an emulated machine"),
}


def _left_out(config: pytest.Config) -> list[str]:
    arguments = " ".join(map(str, config.args))
    marked = config.option.markexpr or ""
    return [
        name
        for name, (folder, _) in ON_DEMAND.items()
        if name not in marked and folder not in arguments
    ]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = _left_out(config)
    for item in items[:]:
        if any(item.get_closest_marker(name) for name in left_out):
            items.remove(item)
            config.hook.pytest_deselected(items=[item])


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for name in _left_out(config):
        terminalreporter.line(f"Not in this run: python -m pytest -m {name} {ON_DEMAND[name][1]}.")


@pytest.fixture(scope="session", autouse=True)
def state_folder(tmp_path_factory):
    """Keeps the likes, listens and songs of whoever runs the tests out of them, and theirs out."""
    folder = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STATE_DIRECTORY", str(folder))
        yield folder


@pytest.fixture(scope="session")
def progress(request) -> Callable[[str], None]:
    """Says a line at once, even where pytest keeps what tests print to itself."""
    capture = request.config.pluginmanager.getplugin("capturemanager")
    reporter = request.config.pluginmanager.getplugin("terminalreporter")

    def say(line: str) -> None:
        with capture.global_and_fixture_disabled():
            reporter.ensure_newline()
            reporter.write_line(f"  {line}")

    return say


@pytest.fixture(scope="session")
def real_faces():
    """FER-2013 with FER+ votes, by usage; from the array that the first reading leaves behind."""
    from training import dataset

    files = FER2013 / "fer2013.csv.gz", FER2013 / "fer2013new.csv"
    for file in files:
        if not file.exists():
            pytest.skip(f"{file} is not here")
    return dataset.read(*files)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def astronaut() -> np.ndarray:
    """scikit-image's photograph of Eileen Collins, smiling: uint8 BGR (512, 512, 3)."""
    from skimage import data

    return np.ascontiguousarray(data.astronaut()[..., ::-1])


@pytest.fixture(scope="session")
def astronaut_file(astronaut, tmp_path_factory) -> Path:
    import cv2

    path = tmp_path_factory.mktemp("photos") / "astronaut.png"
    assert cv2.imwrite(str(path), astronaut)
    return path


Row = tuple[str, str, str]


def _fer2013_rows(counts: dict[str, int], seed: int = 1) -> list[Row]:
    random = np.random.default_rng(seed)
    across = np.linspace(0, 2 * np.pi, 48)
    rows = []
    for usage, count in counts.items():
        for number in range(count * 7):
            label = number % 7
            stripes = np.sin((label + 1) * across)
            pattern = stripes[None, :] if label % 2 else stripes[:, None]
            grey = 128 + 80 * pattern + random.normal(0, 15, (48, 48))
            pixels = " ".join(map(str, grey.clip(0, 255).astype(int).ravel()))
            rows.append((str(label), pixels, usage))
    return rows


@pytest.fixture(scope="session")
def fer2013_rows() -> Callable[..., list[Row]]:
    """Makes rows in FER-2013's form, so many of each emotion by usage.

    Their patterns hang on their labels, so that a network can learn them.
    """
    return _fer2013_rows


def _write_fer2013(path: Path, rows: list[Row]) -> Path:
    lines = ["emotion,pixels,Usage", *(",".join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture(scope="session")
def write_fer2013() -> Callable[[Path, list[Row]], Path]:
    return _write_fer2013


@pytest.fixture(scope="session")
def small_fer2013(tmp_path_factory) -> Path:
    """A small data set in FER-2013's form, 42 Training and 14 PublicTest pictures."""
    path = tmp_path_factory.mktemp("fer2013") / "small.csv"
    return _write_fer2013(path, _fer2013_rows({"Training": 6, "PublicTest": 2}))
