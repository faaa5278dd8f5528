"""What is wrong with a file, gathered row by row."""

from __future__ import annotations

from diapason.domain.imports import ImportReport, RowProblem

MAX_PROBLEMS = 1_000
"""How many problems a report shows; it counts all."""


class UnreadableFile(ValueError):
    """The file as a whole cannot be read as a table. ``line`` is 0 where no line is to blame."""

    def __init__(self, code: str, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.problem = RowProblem(line, "", code, message)


class Problems:
    """The first problems in the order of lines, and the count of all."""

    def __init__(self) -> None:
        self._first: list[RowProblem] = []
        self.total = 0

    def add(self, line: int, column: str, code: str, message: str) -> None:
        """``column`` is the header as the documentation spells it, empty for the row as a whole."""
        self.total += 1
        self._first.append(RowProblem(line, column, code, message))
        if len(self._first) >= 2 * MAX_PROBLEMS:
            self._keep_first()

    def report(self, unknown_columns: tuple[str, ...] = ()) -> ImportReport:
        self._keep_first()
        return ImportReport(tuple(self._first), self.total, unknown_columns)

    def _keep_first(self) -> None:
        self._first.sort(key=lambda problem: problem.line)
        del self._first[MAX_PROBLEMS:]
