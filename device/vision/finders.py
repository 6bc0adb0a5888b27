"""Which finder this kiosk has: the network where it can run, else the cascade alone."""

import logging

from device.errors import VisionError
from device.vision.cascade import CascadeFinder
from device.vision.finder import Finder
from device.vision.network import NetworkFinder

LOG = logging.getLogger(__name__)


def choose_finder(wanted: str, runtime: str) -> Finder:
    """The finder that ``vision.finder`` asks for: auto, network or cascade; the log says which.

    runtime: the TFLite runtime in use, a key of ``device.vision.runtime.RUNTIMES``. Raises
    VisionError where the network is asked for and missing, or there is no cascade.
    """
    if wanted == "cascade":
        LOG.info("faces are found by the cascade alone, as vision.finder asks")
        return CascadeFinder()
    try:
        finder = NetworkFinder(runtime)
    except VisionError as error:
        if wanted == "network":
            raise
        LOG.warning("faces are found by the cascade alone, which finds fewer: %s", error)
        return CascadeFinder()
    LOG.info("faces are found by the network, and the cascade judges the doubtful ones")
    return finder
