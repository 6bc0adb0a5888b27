"""The log: on standard error, with levels that journald understands when it listens."""

import logging
import os
import sys

# Of syslog(3), as sd-daemon(3) wants them in front of a line.
PRIORITIES = {
    logging.DEBUG: 7,
    logging.INFO: 6,
    logging.WARNING: 4,
    logging.ERROR: 3,
    logging.CRITICAL: 2,
}


class JournalFormatter(logging.Formatter):
    """Gives every line its priority: journald takes each line of a traceback for a message."""

    def __init__(self) -> None:
        super().__init__("%(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The record, each line with ``<priority>`` in front."""
        prefix = f"<{PRIORITIES.get(record.levelno, 6)}>"
        lines = super().format(record).splitlines() or [""]
        return "\n".join(prefix + line for line in lines)


def begin(level: int = logging.INFO) -> None:
    """Sends all that is logged from ``level`` on to standard error."""
    handler = logging.StreamHandler()
    if _journal_listens():
        handler.setFormatter(JournalFormatter())
    else:
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])


def _journal_listens() -> bool:
    """Whether standard error is the very stream that systemd has opened (systemd.exec(5))."""
    try:
        stream = os.fstat(sys.stderr.fileno())
    except (OSError, ValueError, AttributeError):
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{stream.st_dev}:{stream.st_ino}"
