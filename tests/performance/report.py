"""The result as Markdown tables, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from tests.performance.aims import Verdict
from tests.performance.measured import Cost
from tests.performance.writing import LABELS

NOT_MEASURED: Final = "–"
MICROSECONDS: Final = 1_000_000


def as_markdown(machine: str, result: Mapping[str, Any], verdicts: Sequence[Verdict]) -> str:
    """Everything that was measured, the aims at the end."""
    parts = [f"Measured on {machine}."]
    if "writer" in result:
        parts.extend(_writing(result["writer"]))
    if "stack" in result:
        parts.append(_stack(result["stack"]))
    if "imports" in result:
        parts.append(_imports(result["imports"]))
    if verdicts:
        parts.append(_verdicts(verdicts))
    return "\n\n".join(parts) + "\n"


def as_json(machine: str, result: Mapping[str, Any], verdicts: Sequence[Verdict]) -> str:
    aims = [{**asdict(verdict), "kept": verdict.is_kept} for verdict in verdicts]
    return json.dumps({"machine": machine, **result, "aims": aims}, indent=2, default=asdict) + "\n"


def _writing(writing: Mapping[str, Mapping[int, Any]]) -> Iterator[str]:
    sizes = sorted({size for costs in writing.values() for size in costs})
    head = [f"{size:,}".replace(",", " ") for size in sizes]
    yield "Processor time of a debit, µs (user and system, whole processes, medians):\n\n" + _table(
        ["", *head],
        [
            [LABELS[name], *(_microseconds(costs.get(size), size) for size in sizes)]
            for name, costs in writing.items()
        ],
    )
    yield "Peak memory, MiB:\n\n" + _table(
        ["", *head],
        [[LABELS[name], *(_mebibytes(costs.get(size)) for size in sizes)] for name, costs in writing.items()],
    )
    for name, costs in writing.items():
        for size, said in costs.items():
            if isinstance(said, str):
                yield f"{LABELS[name]} refuses {size} debits: `{said[:200]}`"


def _microseconds(cost: object, size: int) -> str:
    if isinstance(cost, Cost):
        return f"{cost.cpu_seconds / size * MICROSECONDS:.1f}"
    return NOT_MEASURED if cost is None else "refuses"


def _mebibytes(cost: object) -> str:
    return f"{cost.peak_mib:.0f}" if isinstance(cost, Cost) else NOT_MEASURED


def _stack(stack: Mapping[str, Any]) -> str:
    rows = [
        [f"{size}", name, f"{step['wall_seconds']:.1f}", f"{step['cpu_seconds']:.1f}"]
        for size, steps in stack.items()
        for name, step in steps.items()
    ]
    return "The whole embedded stack, seconds:\n\n" + _table(
        ["instalments", "step", "elapsed", "processor"], rows
    )


def _imports(imports: Mapping[str, float]) -> str:
    rows = [[function, f"{milliseconds:.0f}"] for function, milliseconds in imports.items()]
    head = "Importing each function in a fresh process, ms of processor time (medians):\n\n"
    return head + _table(["function", "ms"], rows)


def _verdicts(verdicts: Sequence[Verdict]) -> str:
    rows = [
        [
            verdict.aim,
            f"{verdict.figure:.2f} {verdict.unit}",
            f"{'≥' if verdict.at_least else '≤'} {verdict.limit:g} {verdict.unit}",
            "tenu" if verdict.is_kept else "manqué",
        ]
        for verdict in verdicts
    ]
    return "Aims:\n\n" + _table(["aim", "measured", "limit", ""], rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = [head, ["-" * width for width in widths], *rows]
    return "\n".join(
        "| " + " | ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) + " |"
        for line in lines
    )
