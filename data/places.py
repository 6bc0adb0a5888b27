"""Where a kiosk keeps what it writes; shipped data is never written to."""

import os
from pathlib import Path


def state_folder() -> Path:
    """Return the folder of a kiosk's state, whether it exists or not.

    ``$STATE_DIRECTORY``, which systemd sets for a service (systemd.exec(5)), else ``mood-kiosk``
    in ``$XDG_STATE_HOME``, by default ``~/.local/state`` (XDG Base Directory Specification).
    """
    given = os.environ.get("STATE_DIRECTORY")
    if given:
        return Path(given.split(":")[0])  # a unit may name several; the first is the kiosk's
    base = os.environ.get("XDG_STATE_HOME")
    return (Path(base) if base else Path.home() / ".local" / "state") / "mood-kiosk"
