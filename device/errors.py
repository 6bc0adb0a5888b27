"""One base class for what the kiosk can explain, one class for each layer that can fail."""


class KioskError(Exception):
    """A fault with a text a person can act on. ``exit_code``: what the process ends with."""

    exit_code = 1


class UsageError(KioskError):
    """An option or the config is wrong."""

    exit_code = 2


class CameraError(KioskError):
    """A camera fault that may pass: unplugged, busy, no frame in time. The kiosk tries again."""


class MissingCamera(CameraError):
    """The camera that was asked for does not exist."""

    exit_code = 3


class VisionError(KioskError):
    """The cascade, the model or its card is missing, damaged or of the wrong kind."""


class PictureError(KioskError):
    """A picture or video file cannot be read."""


class MusicError(KioskError):
    """Songs or sound are missing or unusable."""


class DisplayError(KioskError):
    """No window could be opened."""

    exit_code = 3
