"""What the signals of systemd, of a terminal and of an operator mean to the kiosk."""

import contextlib
import faulthandler
import signal
import threading
from collections.abc import Callable, Iterator

# SIGHUP leaves too, where it comes from a terminal that closes.
LEAVING = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)


def begin() -> None:
    """Has Ctrl-C, Ctrl-\\ and a terminal that closes end a command as KeyboardInterrupt does.

    Before pygame is initialized, which would take SIGQUIT for a crash. What is ignored, as nohup
    has it, stays ignored. Belongs to the main thread.
    """
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)


@contextlib.contextmanager
def handled(leave: Callable[[], None], reload: Callable[[], None] | None) -> Iterator[None]:
    """Has signals call these while the block runs; belongs to the main thread.

    leave: SIGTERM, SIGINT and SIGQUIT. reload: SIGHUP; None lets it leave as well. SIGUSR1 prints
    where every thread is, to standard error.
    """
    meanings = dict.fromkeys(LEAVING, leave) | {signal.SIGHUP: reload or leave}
    before = {
        number: signal.signal(number, lambda *_, do=do: do()) for number, do in meanings.items()
    }
    faulthandler.register(signal.SIGUSR1, all_threads=True)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        # SIGUSR1 stays: without a handler it would kill, even a kiosk that is only slow to leave.


@contextlib.contextmanager
def thread_faults(tell: Callable[[str, BaseException], None]) -> Iterator[None]:
    """Calls ``tell`` with name and exception of each thread that ends by one while the block runs.

    A kiosk that lost a thread looks alive and is not, so somebody has to know.
    """

    def hook(fault: threading.ExceptHookArgs) -> None:
        name = fault.thread.name if fault.thread else "a thread"
        if fault.exc_value is not None:
            tell(name, fault.exc_value)

    before, threading.excepthook = threading.excepthook, hook
    try:
        yield
    finally:
        threading.excepthook = before
