"""From the word in the config, or a path, to a camera."""

import dataclasses
import re
from pathlib import Path

from device.cameras.base import Camera
from device.errors import UsageError
from device.options import CameraOptions

ALLOWED = (
    "auto, picamera2, picamera2:N, webcam, webcam:N, /dev/videoN, actor, actor:SEED, or a photo, "
    "folder or video"
)
DEFAULTS = CameraOptions()


@dataclasses.dataclass(frozen=True)
class Choice:
    """What ``auto`` came down to. source: for open_source; sentence: why, for people, or empty.

    source stays ``auto`` where there are several cameras of which the first that works is taken.
    """

    source: str
    sentence: str = ""


def choose_source(source: str) -> Choice:
    """Look which cameras there are when ``source`` is ``auto``; return any other one unchanged.

    The Pi's own camera comes first, then the first webcam, then the built-in visitor.
    """
    if source != "auto":
        return Choice(source)
    from device.cameras.picamera2 import find_pi_cameras
    from device.cameras.webcam import find_webcams

    pi_cameras = find_pi_cameras()
    webcams = find_webcams()
    if pi_cameras:
        alone = len(pi_cameras) == 1 and not webcams
        source = "picamera2" if alone else "auto"
        return Choice(source, f"Found the Raspberry Pi camera {pi_cameras[0].model}.")
    if webcams:
        return Choice("webcam", f"Found the webcam “{webcams[0].name}”.")
    return Choice("actor", "No camera found: the built-in visitor plays one.")


def open_source(source: str, options: CameraOptions = DEFAULTS) -> Camera:
    """Make the camera that ``source`` names, not opened yet.

    source: see ALLOWED; ``webcam:N`` is /dev/videoN, ``webcam:/dev/v4l/by-id/…`` works too, and
    ``picamera2:N`` is the camera that Picamera2 gives this number. options: all but their source;
    photos and videos keep their own size, videos their own rate, and the built-in visitor is
    upright by itself. Raises UsageError when ``source`` is none of these.
    """
    source = choose_source(source).source
    camera = _open(source, (options.width, options.height), options.fps)
    if (options.rotate or options.mirror) and source.partition(":")[0] != "actor":
        from device.cameras.turned import Turned

        return Turned(camera, options.rotate, options.mirror)
    return camera


def _open(source: str, size: tuple[int, int], fps: float) -> Camera:
    kind, colon, detail = source.partition(":")
    if source == "auto":
        return _first_of_all(size, fps)
    if kind == "picamera2":
        from device.cameras.picamera2 import PiCamera

        if colon and not detail.isdecimal():
            raise UsageError(f"Camera {source!r}: after “picamera2:” comes a number.")
        return PiCamera(size, fps, int(detail) if colon else None)
    if _is_device(source):
        kind, detail = "webcam", source
    if kind == "webcam":
        from device.cameras.webcam import Webcam

        if colon and not (detail.isdecimal() or detail.startswith("/dev/")):
            raise UsageError(f"Camera {source!r}: after “webcam:” comes a number or a /dev path.")
        return Webcam(int(detail) if detail.isdecimal() else detail or None, size, fps)
    if kind == "actor":
        from device.cameras.visitor.actor import Actor

        if colon and not detail.isdecimal():
            raise UsageError(f"Camera {source!r}: after “actor:” comes a seed, a whole number.")
        return Actor(int(detail) if colon else 1, size=size, fps=fps)
    return _replay(Path(source).expanduser(), source, fps)


def _first_of_all(size: tuple[int, int], fps: float) -> Camera:
    from device.cameras.first import FirstOf
    from device.cameras.picamera2 import PiCamera, find_pi_cameras
    from device.cameras.webcam import Webcam

    cameras = [PiCamera(size, fps, info.number) for info in find_pi_cameras()]
    return FirstOf([*cameras, Webcam(None, size, fps)])


def _is_device(source: str) -> bool:
    # Where nothing is plugged in, a device has no node that could be looked at.
    named = re.match(r"/dev/(video\d+$|v4l/)", source)
    return bool(named) or Path(source).is_char_device()


def _replay(path: Path, source: str, fps: float) -> Camera:
    from device.cameras.replay import VIDEO_SUFFIXES, PhotoCamera, VideoCamera

    if not source or not path.exists():
        raise UsageError(f"Camera {source!r}: no such file, and not one of: {ALLOWED}.")
    if path.is_file() and path.suffix.lower() in VIDEO_SUFFIXES:
        return VideoCamera(path, fps)
    return PhotoCamera(path, fps)
