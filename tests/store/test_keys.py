"""Every key begins with the school's id, whatever else goes into it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diapason.domain.members import PLATFORM
from diapason.store.keys import (
    OPEN_SHARDS,
    SCHOOLS,
    Key,
    SchoolKeys,
    address_reservation,
    school_in_list,
    stable_id,
)

SCHOOL = "ecole-demo"
WITHIN_A_PARTITION = {"instalments", "payments"}
"""Names that are the beginning of a sort key, and go nowhere without a partition."""

HOSTILE_IDS = [
    "",
    " ",
    "-",
    "-ecole",
    "ecole-",
    "ecole--demo",
    "Ecole",
    "école",
    "1ecole",
    "ecole demo",
    "ecole#CUSTOMER",
    "ecole/../autre",
    "ecole\n",
    "ecole\x00",
    "ecole_demo",
    "ecole.demo",
    "*",
    "e" * 41,
    SCHOOLS,
]


def builders() -> Iterator[tuple[str, Callable[..., object]]]:
    for name, method in inspect.getmembers(SchoolKeys, inspect.isfunction):
        if not name.startswith("_") and name not in WITHIN_A_PARTITION:
            yield name, method


BUILDERS = dict(builders())


def built(name: str, text: str, number: int) -> str:
    """The partition or object key that a builder makes from these arguments."""
    parameters = list(inspect.signature(BUILDERS[name]).parameters.values())[1:]
    arguments = [number if parameter.annotation == "int" else text for parameter in parameters]
    key = BUILDERS[name](SchoolKeys(SCHOOL), *arguments)
    assert isinstance(key, Key | str)
    return key.pk if isinstance(key, Key) else key


@given(
    name=st.sampled_from(sorted(BUILDERS)),
    text=st.one_of(st.text(max_size=30), st.sampled_from(["../ecole-voisine", "ecole-voisine#SCHOOL", "#"])),
    number=st.integers(0, 99_999),
)
def test_every_key_stays_within_its_school(name: str, text: str, number: int) -> None:
    key = built(name, text, number)

    assert key == SCHOOL or key.startswith((f"{SCHOOL}#", f"{SCHOOL}/"))


@pytest.mark.parametrize("name", BUILDERS)
def test_every_builder_is_tried(name: str) -> None:
    assert built(name, "x", 1)


@pytest.mark.parametrize("school_id", HOSTILE_IDS)
def test_a_hostile_school_id_has_no_keys(school_id: str) -> None:
    with pytest.raises(ValueError, match="lower-case letters"):
        SchoolKeys(school_id)


def test_the_platforms_group_is_no_school() -> None:
    with pytest.raises(ValueError, match="reserved"):
        SchoolKeys(PLATFORM)


def test_a_reservation_shows_neither_address_nor_school() -> None:
    key = address_reservation("odile@mail.example")

    assert "odile" not in key.pk
    assert key != address_reservation("odette@mail.example")
    with pytest.raises(ValueError, match="lower-case letters"):
        SchoolKeys(key.pk)


@pytest.mark.parametrize("school_id", ["a", "ecole", "ecole-2", "e" * 40, "a1-b2-c3"])
def test_a_plain_school_id_has_keys(school_id: str) -> None:
    assert SchoolKeys(school_id).school_id == school_id


def test_a_school_whose_id_begins_like_another_shares_no_prefix_with_it() -> None:
    short, long = SchoolKeys("ecole"), SchoolKeys("ecole-demo")

    assert not long.invoices().startswith(f"{short.school_id}#")
    assert not long.draft_segment("d", "n").startswith(f"{short.school_id}/")


def test_the_list_of_schools_is_no_schools_partition() -> None:
    assert school_in_list("ecole-demo") == Key(SCHOOLS, "ecole-demo")
    with pytest.raises(ValueError, match="lower-case letters"):
        SchoolKeys(SCHOOLS)


def test_an_instalment_stands_in_the_partition_of_its_invoice() -> None:
    keys = SchoolKeys(SCHOOL)

    assert keys.instalment("abc-002") == Key(keys.invoice("abc").pk, "INSTALMENT#002")
    assert keys.instalment("abc-002").sk.startswith(keys.instalments())


def test_a_chunk_has_a_partition_of_its_own() -> None:
    keys = SchoolKeys(SCHOOL)

    assert len({keys.chunk("b", number).pk for number in range(50)} | {keys.batch("b").pk}) == 51


def test_open_instalments_are_spread_over_all_shards_and_stay_where_they_are() -> None:
    keys = SchoolKeys(SCHOOL)
    places = {stable_id("invoice", str(rank)): "" for rank in range(400)}
    for invoice in places:
        places[invoice] = keys.open_shard_of(invoice)

    assert set(places.values()) == {keys.open_instalments(shard) for shard in range(OPEN_SHARDS)}
    assert all(keys.open_shard_of(invoice) == place for invoice, place in places.items())


def test_a_stable_id_tells_its_parts_apart() -> None:
    assert stable_id("a", "bc") != stable_id("ab", "c")
    assert stable_id("a", "b") == stable_id("a", "b")
    assert len(stable_id("a")) == 20
