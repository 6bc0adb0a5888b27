"""What can go wrong in conversion."""


class ConversionError(Exception):
    """The model cannot be made, or must not be shipped; the text says why."""
