#!/usr/bin/env bash
# Removes Mood Kiosk from this machine; with --purge also its config, what it counted, and its user.
set -euo pipefail

user=mood-kiosk
unit=mood-kiosk.service
state_unit=mood-kiosk-state.service
changes=/etc/systemd/system/$unit.d

usage() {
    cat <<'END'
Usage: sudo /opt/mood-kiosk/systemd/uninstall.sh [--purge] [--dry-run]

Stops Mood Kiosk and removes it. The config in /etc/mood-kiosk, the likes and
imported songs in /var/lib/mood-kiosk and the user mood-kiosk stay.

  --purge    remove these too
  --dry-run  show all that would be done; needs no root

Debian packages stay: other programs may have come to use them.
Exit codes: 0 done, 1 failed (run it again), 2 wrong usage.
END
}

dry=false
purge=false
for argument in "$@"; do
    case $argument in
    --dry-run) dry=true ;;
    --purge) purge=true ;;
    -h | --help) usage && exit 0 ;;
    *)
        echo "uninstall.sh: $argument is unknown; --help tells what there is" >&2
        exit 2
        ;;
    esac
done

run() {
    if $dry; then
        printf '  +'
        printf ' %q' "$@"
        printf '\n'
    else
        "$@"
    fi
}

# In a function, so that bash has read it all before it removes the folder this file stands in.
main() {
    if ! $dry && [[ $(id -u) != 0 ]]; then
        echo "uninstall.sh must be run as root: sudo $0" >&2
        exit 2
    fi
    cd /
    if $dry || [[ -e /etc/systemd/system/$unit ]]; then
        run systemctl --quiet disable --now "$unit"
        # The console gets its login prompt back.
        run systemctl --no-block start getty@tty1.service || true
    fi
    if $dry || [[ -e /etc/systemd/system/$state_unit ]]; then
        # Stopped first: where its link is gone systemd no longer knows how to unmount.
        run systemctl stop "$state_unit"
        run systemctl --quiet disable "$state_unit"
    fi
    run rm -f /usr/local/bin/mood-kiosk "/etc/systemd/system/$unit" "$changes/back-off.conf" \
        /etc/systemd/user/mood-kiosk-desktop.service \
        /etc/xdg/autostart/mood-kiosk-desktop.desktop
    # What "systemctl edit" wrote is config.
    if $purge; then run rm -rf "$changes"; fi
    run systemctl daemon-reload
    # A unit that had failed is remembered until it is told to forget.
    run systemctl --quiet reset-failed "$unit" 2>/dev/null || true
    run rm -rf /opt/mood-kiosk /opt/mood-kiosk.new /opt/mood-kiosk.old /var/cache/mood-kiosk \
        /run/mood-kiosk
    if $purge; then
        run rm -rf /etc/mood-kiosk /var/lib/mood-kiosk
        # The group goes with its user.
        if $dry || getent passwd "$user" >/dev/null; then run userdel "$user"; fi
    fi
    if $dry; then
        echo "Nothing was changed."
    elif $purge; then
        echo "Mood Kiosk is gone, with its config, its state and its user."
    else
        echo "Mood Kiosk is gone. /etc/mood-kiosk and /var/lib/mood-kiosk were kept; --purge removes them."
    fi
}

main
exit 0
