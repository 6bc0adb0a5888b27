"""What can go wrong in training, in words for the person at the keyboard."""


class TrainingError(Exception):
    """A fault of the data, the run folder or the options; its text says what would be right."""
