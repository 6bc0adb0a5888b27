"""A disk with the kiosk on it for an emulated machine: Debian for 64-bit Arm, and ``install.sh``.

Three steps, each kept in the user's cache folder under what it depends on: a small Debian; over it
a layer with a kernel and all that the real installer brings; and the disk, onto which the installer
has brought this checkout as an update. The programs of the other processor run by qemu-user in a
chroot, where systemd's own programs change files only. For the installer a chroot lacks nothing but
the folder by which it knows that systemd runs.
"""

import dataclasses
import hashlib
import lzma
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.debian import CACHE, build_debian, need_arm, pip_of_this_machine

# What makes a Debian boot; the installer must bring the rest.
PACKAGES = "systemd,systemd-sysv,libpam-systemd,dbus,udev,kmod,python3,ca-certificates"
SIZE = "5G"  # of the disk; what is empty takes no room here

# $1: the Debian; then folders of this machine that it is to see where they are here; then "--" and
# a command. The overlay is mounted in here, so that it goes with the command.
ENTER = """
tree=$1; shift
while [ "$1" != -- ]; do
    from=${1%%=*} to=$tree${1#*=}; shift
    if [ -d "$from" ]; then mkdir -p "$to"; else mkdir -p "${to%/*}"; touch "$to"; fi
    mount --rbind "$from" "$to"
done; shift
mount -t proc proc "$tree/proc"; mount --rbind /dev "$tree/dev"; mount -t tmpfs tmpfs "$tree/run"
mkdir -p "$tree/run/systemd/system"
exec chroot "$tree" env -i PATH=/usr/sbin:/usr/bin HOME=/root LANG=C.UTF-8 SYSTEMD_IN_CHROOT=1 "$@"
"""

# The kernel comes without its own start-up disk, whose making takes a quarter of an hour here.
KERNEL = r"""
cd /tmp
apt-get update -qq
kernel=$(apt-cache depends linux-image-arm64 | sed -n 's/.*Depends: \(linux-image-.*\)/\1/p')
apt-get download -qq "$kernel" busybox-static
for package in *.deb; do dpkg-deb -x "$package" unpacked; done
cp -a unpacked/usr/lib/modules /usr/lib/
cp unpacked/boot/vmlinuz-* /boot/vmlinuz
cp unpacked/usr/bin/busybox /boot/
rm -r /tmp/*
depmod "$(ls /usr/lib/modules)"
systemd-machine-id-setup
"""

# What a small start-up disk has to do. With the word "overlay" the disk is only read, and what is
# written is kept in memory, as Raspberry Pi OS does it.
INIT = """\
#!/busybox sh
/busybox mount -t devtmpfs dev /dev
for module in {modules}; do /busybox insmod /$module; done
until [ -e /dev/vda ]; do /busybox sleep 0.1; done
/busybox mount -t proc proc /proc
for word in $(/busybox cat /proc/cmdline); do [ $word = overlay ] && overlay=yes; done
/busybox umount /proc
if [ "$overlay" ]; then
    /busybox mount -t ext4 -o ro /dev/vda /disk
    /busybox mount -t tmpfs memory /memory
    /busybox mkdir /memory/upper /memory/work
    layers=lowerdir=/disk,upperdir=/memory/upper,workdir=/memory/work
    /busybox mount -t overlay -o $layers overlay /root
else
    /busybox mount -t ext4 /dev/vda /root
fi
exec /busybox switch_root /root /sbin/init
"""

# What is the test's own on the disk: a shell that reads from one of the machine's ports; times that
# a busy host keeps to; a camera that shows a test picture (Linux's vivid driver); what is asked of
# the kiosk; and, for a kernel's init=, that shell alone instead of systemd.
FILES = {
    "etc/systemd/system/test-shell.service": """\
[Unit]
Description=A shell for the test
DefaultDependencies=no
[Service]
ExecStart=/bin/sh -c 'exec sh <>/dev/virtio-ports/shell >&0 2>&1'
Restart=always
RestartSec=1
[Install]
WantedBy=basic.target
""",
    "usr/local/lib/test-init": """\
#!/bin/sh
mount -t devtmpfs dev /dev
mount -t proc proc /proc
mount -t sysfs sys /sys
modprobe virtio_console
until [ -e /dev/vport*p1 ]; do sleep 0.1; done
port=$(echo /dev/vport*p1)
while true; do sh <>$port >&0 2>&1; done
""",
    "etc/systemd/system/mood-kiosk.service.d/emulated.conf": """\
[Service]
TimeoutStartSec=20min
TimeoutStopSec=2min
WatchdogSec=3min
""",
    "etc/modules-load.d/vivid.conf": "vivid\n",
    "etc/modprobe.d/vivid.conf": "options vivid n_devs=1 node_types=0x1\n",
    "etc/mood-kiosk/kiosk.toml": """\
[display]
language = "en"
reduced_motion = true
dim_after_s = 86400.0
blank_after_s = 86400.0
[music]
volume = 1.0
mixer = 1.0
[visit]
absent_looking_s = 60.0
absent_mood_s = 600.0
""",
}


@dataclasses.dataclass(frozen=True)
class Image:
    """What a machine boots from: a raw disk with ext4, a kernel and its start-up disk."""

    disk: Path
    kernel: Path
    initrd: Path


def build_image(root: Path, progress: Callable[[str], None]) -> Image:
    """Returns the disk with the checkout at ``root``; skips the test where none can be built."""
    need_arm("mke2fs")
    debian = build_debian("trixie", PACKAGES, progress, "arm64")
    layer = _install(debian, root, progress)
    disk = CACHE / f"boot-disk-{_key(layer.name, INIT, str(FILES), *_sources(root))}"
    if not disk.exists():
        progress(f"bringing this checkout onto a disk in {CACHE} (minutes; kept for later)")
        for old in CACHE.glob("boot-disk-*"):
            shutil.rmtree(old)
        half = disk.with_suffix(".new")
        half.mkdir()
        with _layer(debian, layer, half) as tree:
            _run_installer(tree, root)
            _make_bootable(tree, half)
        half.rename(disk)
    return Image(disk / "disk.img", disk / "vmlinuz", disk / "initrd")


def _install(debian: Path, root: Path, progress: Callable[[str], None]) -> Path:
    """The layer over the Debian with all that the installer brings from elsewhere."""
    named = ("systemd/install.sh", "device/requirements.txt", "device/requirements-network.txt")
    texts = [(root / name).read_text() for name in named]
    layer = CACHE / f"boot-layer-{_key(debian.name, KERNEL, *texts)}"
    if layer.exists():
        return layer
    progress(f"installing the kiosk in a Debian in {CACHE} (half an hour; kept for later)")
    half = layer.with_suffix(".new")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir()
    with _layer(debian, None, half) as tree:
        shutil.copy("/etc/resolv.conf", tree / "etc" / "resolv.conf")
        _enter(tree, [], "sh", "-euxc", KERNEL)
        _run_installer(tree, root)
        _enter(tree, [], "apt-get", "clean")
    (half / "upper").rename(layer)
    shutil.rmtree(half)
    return layer


@contextmanager
def _layer(debian: Path, layer: Path | None, place: Path) -> Iterator[Path]:
    """A new layer in ``place`` over the Debian and perhaps another layer, mounted."""
    upper, work, tree = (place / name for name in ("upper", "work", "tree"))
    for folder in (upper, work, tree):
        folder.mkdir()
    lower = f"{layer}:{debian}" if layer else str(debian)
    options = f"lowerdir={lower},upperdir={upper},workdir={work}"
    _run("mount", "-t", "overlay", "overlay", "-o", options, tree)
    try:
        yield tree
    finally:
        _run("umount", tree)
        shutil.rmtree(work)
        tree.rmdir()


def _run_installer(tree: Path, root: Path) -> None:
    shown = [f"{root}=/src", *(f"{path}={path}" for path in pip_of_this_machine(tree))]
    pip = [f"{name}={value}" for name, value in os.environ.items() if name[:4] == "PIP_"]
    _enter(tree, shown, "env", *pip, "/src/systemd/install.sh")


def _make_bootable(tree: Path, place: Path) -> None:
    """Writes disk, kernel and start-up disk."""
    for name, text in FILES.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)
        (tree / name).chmod(0o755 if text.startswith("#!") else 0o644)
    _enter(tree, [], "systemctl", "--quiet", "enable", "test-shell.service")
    start = place / "start"
    start.mkdir()
    for folder in ("dev", "proc", "root", "disk", "memory"):
        (start / folder).mkdir()
    shutil.copy(tree / "boot/busybox", start / "busybox")
    version = next((tree / "usr/lib/modules").iterdir()).name
    names = []
    for wanted in ("virtio_blk", "ext4", "overlay"):
        needed = _enter(tree, [], "modprobe", "-S", version, "--show-depends", wanted)
        for line in needed.splitlines():
            path = Path(line.split()[1])
            if line.startswith("insmod") and path.stem not in names:
                names.append(path.stem)
                packed = (tree / path.relative_to("/")).read_bytes()
                (start / path.stem).write_bytes(
                    lzma.decompress(packed) if path.suffix == ".xz" else packed
                )
    (start / "init").write_text(INIT.format(modules=" ".join(names)))
    (start / "init").chmod(0o755)
    pack = "cd /start && find . | /boot/busybox cpio -o -H newc"
    with (place / "initrd").open("wb") as initrd:
        initrd.write(_enter(tree, [f"{start}=/start"], "sh", "-c", pack, text=False))
    shutil.rmtree(start)
    (tree / "start").rmdir()
    shutil.copy(tree / "boot/vmlinuz", place / "vmlinuz")
    _run("mke2fs", "-q", "-t", "ext4", "-d", tree, place / "disk.img", SIZE)
    shutil.rmtree(place / "upper")


def _enter(tree: Path, shown: list[str], *command: str, text: bool = True) -> str | bytes:
    return _run(
        *("unshare", "--mount", "--propagation", "private", "sh", "-euc", ENTER, "enter"),
        *(tree, *shown, "--", *command),
        text=text,
    )


def _run(*command: str | Path, text: bool = True) -> str | bytes:
    done = subprocess.run(
        list(map(str, command)),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=text,
        check=False,
    )
    if done.returncode != 0:
        said = done.stdout[-1500:], done.stderr[-1500:]
        pytest.fail(f"{command[:1]} {command[-1]} ended with {done.returncode}: {said}")
    return done.stdout


def _sources(root: Path) -> list[str]:
    """The hashes of what the installer copies, as it lies here."""
    folders = ("device", "data", "systemd")
    listed = _run(
        *("git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"),
        *folders,
    )
    files = [root / name for name in sorted(filter(None, listed.split("\0")))]
    return [
        f"{file} {hashlib.sha256(file.read_bytes()).hexdigest()}" for file in files if file.exists()
    ]


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
