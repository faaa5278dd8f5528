"""Where ministack differs from what AWS documents, by the cases that show it.

Each case runs against ministack too and must fail there: an entry that has become false fails the run.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """What differs, and the test that shows it: in all its cases, or in those with a listed parameter."""

    what: str
    test: str
    cases: tuple[str, ...] = ()

    def shows_in(self, test: str, parameters: Mapping[str, object]) -> bool:
        """Tell whether a case of a test shows the difference."""
        if test != self.test:
            return False
        return not self.cases or any(value in self.cases for value in parameters.values())


DIFFERENCES = (
    Difference("an answer may exceed 16 MB", "test_batch_leaves_keys_beyond_16_mb_unprocessed"),
    Difference("begins_with looks at numbers too", "test_condition", ("begins_with(amount, :prefix)",)),
    Difference(
        "a condition is refused in other words",
        "test_invalid_condition_is_refused",
        ("begins_with(label)", "attribute_exists(:text)"),
    ),
    Difference(
        "types that an operator cannot take make a condition false instead of invalid",
        "test_invalid_condition_is_refused",
        (
            "begins_with(label, :ten)",
            "attribute_type(label, :text)",
            "amount < :true",
            "amount BETWEEN :two AND :text",
            "amount = amount",
        ),
    ),
    Difference(
        "a function that does not exist makes a condition false",
        "test_invalid_condition_is_refused",
        ("matches(amount)",),
    ),
    Difference("IN takes any number of operands", "test_in_takes_at_most_100_operands"),
    Difference(
        "key conditions that cannot be are accepted or refused in other words",
        "test_invalid_key_condition_is_refused",
        (
            "pk > :v",
            "pk = :v AND label = :v",
            "pk = :v AND sk <> :v",
            "pk = :v OR sk = :v",
            "pk = :v AND contains(sk, :v)",
        ),
    ),
    Difference("filters may name key attributes", "test_filter_on_a_key_attribute_is_refused"),
    Difference(
        "a local index returns only what it projects, whatever is asked for",
        "test_local_index_reads_consistently_and_fetches_what_it_lacks",
    ),
    Difference(
        "a global index answers for attributes that it does not project",
        "test_global_index_cannot_return_what_it_does_not_project",
    ),
    Difference(
        "the capacity does not depend on the size read",
        "test_consumed_capacity_is_told_when_asked_for",
    ),
    Difference("time to live can be enabled twice", "test_time_to_live_is_kept"),
    Difference(
        "a table takes any number of indexes", "test_contradictory_definition_is_refused", ("21 indexes",)
    ),
    Difference(
        "positions in REMOVE are those left by the removals before",
        "test_update",
        ("REMOVE parts[0], parts[2]",),
    ),
    Difference(
        "equal numbers written differently are two elements of a set", "test_update", ("ADD numbers :three",)
    ),
    Difference("sets of numbers and binary are sorted as text", "test_sets_come_back_in_order", ("NS", "BS")),
    Difference(
        "invalid updates are accepted or refused in other words",
        "test_invalid_update_is_refused",
        (
            "SET label = label + :one",
            "SET amount = amount + :text",
            "SET fresh = list_append(label, :list)",
            "SET fresh = list_append(:text, :list)",
            "SET label.deep = :one",
            "SET parts.deep = :one",
            "SET label[0] = :one",
            "REMOVE nowhere.deep",
            "SET label = :text SET amount = :one",
            "SET label = :text, label = :text",
            "SET address = :text REMOVE address.city",
            "SET parts[0] = :text REMOVE parts.deep",
            "SET label := :text",
            "SET label = uppercase(label)",
            "SET label = if_not_exists(:text, :one)",
        ),
    ),
    Difference("sums are rounded to 38 digits", "test_sum_beyond_38_digits_is_refused"),
)
