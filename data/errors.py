"""What can go wrong with the data, in words for the person who keeps it."""

import dataclasses
from pathlib import Path


@dataclasses.dataclass(frozen=True)
class Fault:
    """One thing that is wrong in one file. line: counted from 1, or None for the whole file."""

    file: Path
    line: int | None
    reason: str

    def __str__(self) -> str:
        place = str(self.file) if self.line is None else f"{self.file}, line {self.line}"
        return f"{place}: {self.reason}"


class DataError(Exception):
    """A fault of the data, the options or the machine; its text says what would be right."""


class FaultyFile(DataError):
    """A file that cannot be used, with every reason and its line."""

    def __init__(self, faults: tuple[Fault, ...]):
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults
