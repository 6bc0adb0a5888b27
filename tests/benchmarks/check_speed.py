"""How long ``data check --shallow`` takes on a large library, whose rows share one preview's bytes.

    python tests/benchmarks/check_speed.py [--songs 5000]

Ends with 1 where it takes 3 s or more.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from data import catalogue
from data.emotions import EMOTIONS

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 3.0


def main() -> int:
    """Prints the seconds of three runs, interpreter start included."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--songs", type=int, default=5000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        make_library(Path(temporary), options.songs)
        command = [sys.executable, "-m", "data", "check", "--shallow", "--folder", temporary]
        seconds = []
        for _ in range(3):
            start = time.perf_counter()
            subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
            seconds.append(time.perf_counter() - start)
    print(f"{options.songs} songs: " + ", ".join(f"{each:.2f} s" for each in seconds))
    return int(min(seconds) >= LIMIT_S)


def make_library(folder: Path, songs: int) -> None:
    """Writes so many songs, spread over the emotions, with a hard link for each preview."""
    (folder / "songs").mkdir()
    (folder / "previews").mkdir()
    shipped = catalogue.all_rows(ROOT / "data")[0].values
    original = folder / "preview.ogg"
    original.write_bytes((ROOT / "data" / shipped["preview"]).read_bytes())
    for at, emotion in enumerate(EMOTIONS):
        rows = []
        for number in range(at, songs, len(EMOTIONS)):
            name = f"song-{number}"
            preview = f"previews/{name}.ogg"
            os.link(original, folder / preview)
            changes = {"id": name, "title": name, "preview": preview, "source": f"/{name}.mp3"}
            rows.append(shipped | changes)
        catalogue.write(folder / "songs" / f"{emotion}.csv", rows)


if __name__ == "__main__":
    sys.exit(main())
