"""What was promised, and whether the measured figures keep it.

Costs of writing are compared in one run on one machine: a ratio says the same on a fast and on a slow one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.performance.measured import Cost
from tests.performance.writing import PAIN001, PIPELINE, SEPAXML, WRITER, XMLLINT

WRITER_BESIDE_XMLLINT: Final = 1.4
PIPELINE_BESIDE_XMLLINT: Final = 1.8
FASTER_THAN_FASTEST_PEER: Final = 3.0
FASTER_THAN_SEPAXML: Final = 20.0
MOST_MIB: Final = 40.0
MOST_MIB_OF_GROWTH: Final = 4.0
WORKER_IMPORT_MILLISECONDS: Final = 400.0
API_IMPORT_MILLISECONDS: Final = 600.0
REGISTERING_SECONDS: Final = 60.0
REGISTERED_ROWS: Final = 100_000
API_FUNCTION: Final = "ApiFunction"

Writing = Mapping[str, Mapping[int, Any]]


@dataclass(frozen=True)
class Verdict:
    """One aim with its figure; ``at_least`` turns the comparison round."""

    aim: str
    figure: float
    limit: float
    unit: str
    at_least: bool = False

    @property
    def is_kept(self) -> bool:
        return self.figure >= self.limit if self.at_least else self.figure <= self.limit


def verdicts(result: Mapping[str, Any]) -> list[Verdict]:
    """The aims of which the run has the figures, in a fixed order."""
    found = [*of_writing(result.get("writer", {}))]
    found.extend(of_stack(result.get("stack", {})))
    found.extend(of_imports(result.get("imports", {})))
    return found


def of_writing(writing: Writing) -> Iterator[Verdict]:
    """Ratios at the largest size that both sides of each wrote, from whole processes' processor time."""
    for name, limit in ((WRITER, WRITER_BESIDE_XMLLINT), (PIPELINE, PIPELINE_BESIDE_XMLLINT)):
        for size, ratio in _ratio(writing, name, XMLLINT):
            yield Verdict(f"{name}, {size} debits: beside xmllint", ratio, limit, "x")
    peers = [
        (size, ratio, peer) for peer in (PAIN001, SEPAXML) for size, ratio in _ratio(writing, peer, PIPELINE)
    ]
    if peers:
        size, ratio, peer = min(peers, key=lambda found: found[1])
        yield Verdict(
            f"pipeline, {size} debits: faster than the fastest peer ({peer})",
            ratio, FASTER_THAN_FASTEST_PEER, "x", at_least=True,
        )  # fmt: skip
    for size, ratio in _ratio(writing, SEPAXML, PIPELINE):
        yield Verdict(
            f"pipeline, {size} debits: faster than sepaxml", ratio, FASTER_THAN_SEPAXML, "x", at_least=True
        )
    for name in (WRITER, PIPELINE):
        peaks = [cost.peak_mib for cost in writing.get(name, {}).values()]
        if peaks:
            yield Verdict(f"{name}: most memory", max(peaks), MOST_MIB, "MiB")
            yield Verdict(
                f"{name}: memory that grows with the file", max(peaks) - min(peaks), MOST_MIB_OF_GROWTH, "MiB"
            )


def of_stack(stack: Mapping[str, Any]) -> Iterator[Verdict]:
    for rows, steps in stack.items():
        if int(rows) == REGISTERED_ROWS:
            seconds = steps["register"]["wall_seconds"]
            yield Verdict(f"{rows} instalments registered", seconds, REGISTERING_SECONDS, "s")


def of_imports(imports: Mapping[str, float]) -> Iterator[Verdict]:
    for function, milliseconds in imports.items():
        limit = API_IMPORT_MILLISECONDS if function == API_FUNCTION else WORKER_IMPORT_MILLISECONDS
        yield Verdict(f"import of {function}", milliseconds, limit, "ms")


def _ratio(writing: Writing, name: str, beside: str) -> Iterator[tuple[int, float]]:
    """At the largest size below a million that both wrote: a million is written once, and so says less."""
    mine, theirs = writing.get(name, {}), writing.get(beside, {})
    sizes = [
        size for size in mine
        if size <= REGISTERED_ROWS and isinstance(mine[size], Cost) and isinstance(theirs.get(size), Cost)
    ]  # fmt: skip
    if sizes:
        size = max(sizes)
        yield size, mine[size].cpu_seconds / theirs[size].cpu_seconds
