"""The uninstaller, after everything else: this file is the last in the alphabet."""

import pytest

pytestmark = pytest.mark.systemd

UNIT = "mood-kiosk.service"


def test_it_leaves_with_all_it_brought(kiosk):
    kept = kiosk.run("/opt/mood-kiosk/systemd/uninstall.sh")
    assert kept.returncode == 0, kept.stdout + kept.stderr
    assert not kiosk.program.exists()
    assert kiosk.config.exists()
    assert (kiosk.root / "var/lib/mood-kiosk/state.db").exists()
    assert kiosk.systemctl("is-active", UNIT).stdout.strip() == "inactive"
    purged = kiosk.run("/src/systemd/uninstall.sh", "--purge")
    assert purged.returncode == 0, purged.stdout + purged.stderr
    left = kiosk.shell(
        "find / -xdev \\( -name '*mood*kiosk*' -o -nouser -o -nogroup \\) ! -path '/src/*'"
    )
    assert left == ""
    # /etc/passwd- and its like are the system's copies of how it was before its last change.
    assert kiosk.shell("grep -rl --exclude='*-' mood-kiosk /etc || true") == ""
    assert kiosk.show("LoadState") == "not-found"
