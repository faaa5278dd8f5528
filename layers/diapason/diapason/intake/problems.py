"""What is wrong with a file, gathered row by row."""

from __future__ import annotations

from diapason.domain.imports import RowProblem

MAX_PROBLEMS = 20_000
"""How many problems are kept to be shown; all are counted."""


class UnreadableFile(ValueError):
    """The file as a whole cannot be read as a table. ``line`` is 0 where no line is to blame."""

    def __init__(self, code: str, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.problem = RowProblem(line, "", code, message)


class CellFault(ValueError):
    """A cell does not hold what its column is for."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


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

    def first(self) -> tuple[RowProblem, ...]:
        """In the order of lines, as many as are kept."""
        self._keep_first()
        return tuple(self._first)

    def _keep_first(self) -> None:
        self._first.sort(key=lambda problem: problem.line)
        del self._first[MAX_PROBLEMS:]
