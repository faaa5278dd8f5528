"""Scheme and type of a mandate, written back while something is presented under it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from diapason.domain.errors import VersionConflict
from diapason.domain.mandates import MandateType, Scheme
from diapason.domain.parties import Customer
from tests.workflows.story import Story, a_story
from tests.world import World


def with_mandate(customer: Customer, **changes: Any) -> Customer:
    (mandate,) = customer.mandates
    return replace(customer, mandates=(replace(mandate, **changes),))


def collected(story: Story) -> None:
    (batch,) = story.registered()
    story.generated(batch)


@pytest.mark.parametrize("change", [{"scheme": Scheme.B2B}, {"type": MandateType.ONE_OFF}])
def test_other_terms_are_not_written_over_a_presentation_that_was_not_seen(
    world: World, change: dict[str, Any]
) -> None:
    story = a_story(world)
    (instalment,) = story.families(1)
    read = story.store.customers.get(instalment.customer_id)
    collected(story)

    with pytest.raises(VersionConflict):
        story.store.customers.replace(with_mandate(read.value, **change), read.revision, "odile")

    (mandate,) = story.store.customers.get(instalment.customer_id).value.mandates
    assert (mandate.scheme, mandate.type) == (Scheme.CORE, MandateType.RECURRENT)


def test_whatever_else_changes_does_not_wait_for_batches(world: World) -> None:
    story = a_story(world)
    (instalment,) = story.families(1)
    read = story.store.customers.get(instalment.customer_id)
    collected(story)

    story.store.customers.replace(replace(read.value, name="Famille Martin"), read.revision, "odile")

    now = story.store.customers.get(instalment.customer_id).value
    assert now.name == "Famille Martin"
    assert not now.mandates[0].history.is_empty
