"""Every event that is recorded anywhere has its words in French."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from diapason.domain.invoices import SendingEvent
from diapason.domain.journal_words import (
    ACTS,
    STEPS,
    SUBJECT_WORDS,
    SubjectKind,
    is_step,
    subject_of,
    words_of_event,
)
from tests.workflows.school_outcomes import recorded_events
from tests.workflows.story import a_story
from tests.world import World

CODE = Path(__file__).parents[2] / "layers" / "diapason" / "diapason"
RECORDING = {
    "_add_write",
    "_advance",
    "_decided",
    "_move",
    "_record",
    "_write",
    "add_write",
    "advance",
    "attest",
    "cancel_unsent",
    "prepare",
    "record",
    "replace",
    "saved",
    "write",
}
"""Functions that record the event that they are told."""

EVENT = re.compile(r"[a-z]+(-[a-z]+)*")
DECLARED = {event for table in (ACTS, STEPS) for events in table.values() for event in events}


def named_in_code() -> Iterator[tuple[str, str]]:
    """Texts that calls of recording functions carry, and files where they do; subjects are texts too."""
    for path in [*CODE.glob("workflows/*.py"), *CODE.glob("store/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                function = node.func
                name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
                if name in RECORDING:
                    yield from ((text, path.name) for text in _texts(node))
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "event":
                yield from ((text, path.name) for text in _constants(node.value))


def _texts(call: ast.Call) -> Iterator[str]:
    for argument in call.args:
        if isinstance(argument, (ast.Constant, ast.IfExp)):
            yield from _constants(argument)


def _constants(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and EVENT.fullmatch(part.value):
            yield part.value


def test_every_event_that_the_code_names_has_words() -> None:
    found = set(named_in_code())

    assert len(found) > 50
    without = {(text, file) for text, file in found if text not in DECLARED | set(SubjectKind)}
    assert not without


def test_the_moves_of_an_invoice_have_words() -> None:
    assert set(SendingEvent) <= set(ACTS[SubjectKind.INVOICE])


def test_everything_that_a_whole_story_records_has_words_for_its_kind(world: World) -> None:
    story = a_story(world)
    story.families(2)
    (batch,) = story.registered()
    story.cancelled(story.generated(batch))

    recorded = recorded_events(story)

    assert len(recorded) > 20
    for subject, event in recorded:
        kind = subject_of(subject).kind
        assert kind is not None, subject
        assert "«" not in words_of_event(kind, event), (kind, event)


def test_an_event_is_an_act_or_a_step_and_not_both() -> None:
    for kind, steps in STEPS.items():
        assert set(steps).isdisjoint(ACTS[kind])
        assert all(is_step(kind, event) for event in steps)
        assert not any(is_step(kind, event) for event in ACTS[kind])


def test_every_kind_of_subject_has_words_and_events() -> None:
    assert set(SUBJECT_WORDS) == set(ACTS) == set(SubjectKind)


def test_a_subject_is_read_by_its_kind() -> None:
    assert subject_of("accounting-export-a-1") == (SubjectKind.ACCOUNTING_EXPORT, "a-1")
    assert subject_of("members") == (SubjectKind.MEMBERS, "")
    assert subject_of("member-odile") == (SubjectKind.MEMBER, "odile")
    assert subject_of("unheard-of") == (None, "unheard-of")
    assert words_of_event(None, "sealed") == "« sealed »"
