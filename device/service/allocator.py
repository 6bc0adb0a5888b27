"""What the C library keeps of the memory that was freed; without this, visits seem to add up."""

import ctypes


def give_back() -> None:
    """Gives all free memory back to the system (malloc_trim(3)); takes some milliseconds.

    glibc keeps what it was given, and what every visit decodes and paints leaves ever other gaps in
    its heaps. Where the C library is not glibc, nothing happens.
    """
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, AttributeError):
        return
