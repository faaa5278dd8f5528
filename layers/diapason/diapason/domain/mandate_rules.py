"""What must hold of a customer's mandates when they are written, whoever writes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from diapason.domain.mandates import MANDATE, MANDATE_EVENT_WORDS, Mandate, MandateState, moves_from
from diapason.domain.parties import Customer


class MandateFault(NamedTuple):
    """``part`` is the attribute of the mandate that is wrong; ``words`` are a French sentence or two."""

    part: str
    code: str
    words: str


def faults_of_mandate(before: Mandate | None, after: Mandate, customer: Customer) -> Iterator[MandateFault]:
    """What is wrong with a mandate as it is to be written; ``before`` is None for a new one, ``customer`` is
    the one that is to be written, whole."""
    if after.state is MandateState.SIGNED and after.signed_on is None:
        words = "Saisissez la date de signature du mandat."
        yield MandateFault("signed_on", "mandate.without_date", words)
    if before is not None:
        yield from _faults_of_change(before, after)
    if after.replaces:
        yield from _faults_of_succession(after, customer)


def has_fixed_terms(mandate: Mandate) -> bool:
    """Whether scheme and type stand: something was presented under the mandate, or a batch holds its end."""
    return not mandate.history.is_empty or bool(mandate.consumed_by)


def _faults_of_change(before: Mandate, after: Mandate) -> Iterator[MandateFault]:
    moves = moves_from(before.state)
    if after.state not in {before.state, *moves.values()}:
        permitted = ", ".join(MANDATE_EVENT_WORDS[event] for event in moves)
        yield MandateFault(
            "state",
            "mandate.state",
            f"Le mandat {after.reference} est {MANDATE.words[before.state]} : il ne peut pas devenir "
            f"{MANDATE.words[after.state]}. "
            + (f"Ce qui est permis : {permitted}." if permitted else "Faites-en signer un nouveau."),
        )
    if has_fixed_terms(before):
        for part, word in (("scheme", "le schéma"), ("type", "le type")):
            if getattr(before, part) is not getattr(after, part):
                yield MandateFault(
                    part,
                    "mandate.presented",
                    f"Le mandat {after.reference} a déjà servi : {word} ne change plus. Faites signer un "
                    "nouveau mandat, qui le remplace.",
                )


def _faults_of_succession(mandate: Mandate, customer: Customer) -> Iterator[MandateFault]:
    replaced = customer.mandate(mandate.replaces)
    if replaced is None:
        words = "Un mandat remplace un autre mandat du même client : vérifiez la RUM remplacée."
        yield MandateFault("replaces", "mandate.replaces_unknown", words)
    elif _comes_back(mandate, customer):
        words = "Un mandat ne se remplace pas lui-même, même par l’intermédiaire d’un autre."
        yield MandateFault("replaces", "mandate.replaces_itself", words)
    elif any(one.replaces == replaced.id and one.id != mandate.id for one in customer.mandates):
        words = f"Le mandat {replaced.reference} est déjà remplacé par un autre mandat du client."
        yield MandateFault("replaces", "mandate.replaced_twice", words)


def _comes_back(mandate: Mandate, customer: Customer) -> bool:
    """Whether following what it replaces leads to the mandate itself."""
    seen: set[str] = set()
    earlier: Mandate | None = mandate
    while earlier is not None and earlier.id not in seen:
        seen.add(earlier.id)
        earlier = customer.mandate(earlier.replaces)
    return earlier is not None
