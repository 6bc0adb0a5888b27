"""How a command of ours ends on a terminal or in a pipe: never with a traceback for its output."""

import errno
import os
import sys
from collections.abc import Callable

INTERRUPTED = 130  # 128 and the number of SIGINT, as shells have it


def run(command: Callable[[], int]) -> int:
    """Runs ``command`` and writes out all it has printed; returns its exit code.

    Whoever reads our output may stop when it has read enough (``| head``): that is no fault. Where
    it cannot be written, a full disk, one sentence says so, and the exit code is 1.
    """
    try:
        code = command()
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        _forget_output()
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        _forget_output()
        print(f"The output cannot be written: {error.strerror}", file=sys.stderr)
        return 1


def _forget_output() -> None:
    """Has Python, which writes out the rest when it ends, write it to nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
