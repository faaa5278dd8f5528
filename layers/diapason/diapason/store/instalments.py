"""Instalments: the items that money is claimed on.

Here stand the very conditions under which an instalment is taken, given back and debited. The claim is an
attribute of the instalment itself: there is one, whatever the date, the amount or the account.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from diapason.domain.batches import Line
from diapason.domain.drafts import Criteria
from diapason.domain.errors import NotFound
from diapason.domain.invoices import (
    MAX_INSTALMENTS,
    Channel,
    Claim,
    Instalment,
    InvoiceKind,
    Sending,
    instalment_id,
)
from diapason.store.bulk import WireItem, query, read_many
from diapason.store.documents import decode, encode_text
from diapason.store.keys import OPEN_SHARDS, SchoolKeys
from diapason.store.repository import Repository
from diapason.store.transactions import Transaction

if TYPE_CHECKING:
    pass

CLAIM = (
    "SET claim = :claim, claimed_by = :batch, in_flight_cents = in_flight_cents + :cents, "
    "remaining_cents = remaining_cents - :cents, revision = revision + :one REMOVE open_pk, open_sk"
)
MAY_CLAIM = (
    "attribute_not_exists(claimed_by) AND attribute_not_exists(staged) AND attribute_not_exists(channel) "
    "AND revision = :seen "
    "AND remaining_cents >= :cents AND invoice_sending = :sent AND cancelled = :no "
    "AND invoice_kind = :invoice"
)
RELEASE = (
    "SET in_flight_cents = in_flight_cents - :cents, remaining_cents = remaining_cents + :cents, "
    "revision = revision + :one, open_pk = :open_pk, open_sk = :open_sk REMOVE claim, claimed_by"
)
DEBIT = (
    "SET in_flight_cents = in_flight_cents - :cents, debited_cents = debited_cents + :cents, "
    "last_debit = claim, revision = revision + :one{reopen} REMOVE claim, claimed_by"
)
RETURN_DEBIT = (
    "SET debited_cents = debited_cents - :cents, remaining_cents = remaining_cents + :cents, "
    "revision = revision + :one{reopen}{forget}"
)
IS_DEBITED_AS_READ = "revision = :seen AND debited_cents >= :cents"
IS_MINE = "claimed_by = :batch AND in_flight_cents = :cents"
GIVE_TO_CHANNEL = (
    "SET channel = :channel, channel_reference = :reference, revision = revision + :one "
    "REMOVE open_pk, open_sk"
)
MAY_GIVE_TO_CHANNEL = (
    "attribute_not_exists(claimed_by) AND attribute_not_exists(staged) AND attribute_not_exists(channel) "
    "AND debited_cents = :zero AND in_flight_cents = :zero AND revision = :seen"
)
TAKE_FROM_CHANNEL = "SET revision = revision + :one{reopen} REMOVE channel, channel_reference"
IS_IN_CHANNEL = "channel = :channel AND channel_reference = :reference AND revision = :seen"


class Instalments(Repository):
    """One school's instalments."""

    def get(self, identifier: str) -> Instalment:
        """Raises NotFound."""
        found = self.many([identifier]).get(identifier)
        if found is None:
            raise NotFound("Cette échéance n’existe pas.")
        return found

    def many(self, identifiers: Iterable[str]) -> dict[str, Instalment]:
        """The instalments that exist, by id."""
        keys = [self._keys.instalment(identifier) for identifier in identifiers]
        return {
            found.id: found
            for found in (
                instalment_from_wire(item)
                for _, item in read_many(self._client, self.table, keys)
                if "staged" not in item
            )
        }

    def of_invoice(self, invoice_id: str) -> list[Instalment]:
        """In the order of their ranks."""
        found = query(
            self._client,
            TableName=self.table,
            ConsistentRead=True,
            KeyConditionExpression="PK = :pk AND begins_with(SK, :sk)",
            ExpressionAttributeValues={
                ":pk": {"S": self._keys.invoice(invoice_id).pk},
                ":sk": {"S": self._keys.instalments()},
            },
        )
        return [instalment_from_wire(item) for item in found if "staged" not in item]

    def of_invoices(self, invoice_ids: Sequence[str]) -> dict[str, list[Instalment]]:
        """Those of many invoices, by invoice and in the order of their ranks, which follow each other from 1:
        a request for a hundred, and not one for each."""
        found: dict[str, list[Instalment]] = {identifier: [] for identifier in invoice_ids}
        going_on = list(found)
        for rank in range(1, MAX_INSTALMENTS + 1):
            wave = self.many(instalment_id(identifier, rank) for identifier in going_on)
            for instalment in wave.values():
                found[instalment.invoice_id].append(instalment)
            going_on = [one for one in going_on if instalment_id(one, rank) in wave]
            if not going_on:
                break
        return found

    def open_between(self, due_from: date, due_to: date) -> Iterator[Instalment]:
        """What a draft can select, by due date (both included), then by id.

        An index answers a moment late: what it shows is examined again, and claimed under a condition.
        """
        return self._open_in_range(due_from.isoformat(), f"{due_to.isoformat()}#~", {})

    def open_after(self, place: str, due_to: date, part: int) -> Iterator[Instalment]:
        """The same after a place, which is an ``open_sort_key`` or a first date, read ``part`` by part: for
        a page that needs few."""
        return self._open_in_range(f"{place}!", f"{due_to.isoformat()}#~", {"Limit": part})

    def _open_in_range(self, first: str, last: str, limits: Mapping[str, int]) -> Iterator[Instalment]:
        if first > last:
            return iter(())  # nothing lies between; DynamoDB refuses to be asked
        shards = [self._open_in_shard(shard, first, last, limits) for shard in range(OPEN_SHARDS)]
        return heapq.merge(*shards, key=lambda instalment: (instalment.due_date, instalment.id))

    def matching(self, criteria: Criteria) -> Iterator[Instalment]:
        """What a draft can select under these criteria, in the order of due dates."""
        return (
            found for found in self.open_between(criteria.due_from, criteria.due_to) if criteria.match(found)
        )

    def _open_in_shard(
        self, shard: int, first: str, last: str, limits: Mapping[str, int]
    ) -> Iterator[Instalment]:
        found = query(
            self._client,
            TableName=self.table,
            IndexName="open",
            KeyConditionExpression="open_pk = :pk AND open_sk BETWEEN :from AND :to",
            ExpressionAttributeValues={
                ":pk": {"S": self._keys.open_instalments(shard)},
                ":from": {"S": first},
                ":to": {"S": last},
            },
            **limits,
        )
        return (instalment_from_wire(item) for item in found)

    def add_claim(self, transaction: Transaction, line: Line, batch_id: str, number: str, day: date) -> int:
        """Adds the conditional claim of one line; returns the action's rank."""
        assert line.amount_cents > 0, "a claim of nothing, or of less, would pass the condition on the rest"
        claim = Claim(batch_id, number, line.end_to_end_id, line.amount_cents, day)
        return transaction.update(
            self.table,
            self._keys.instalment(line.instalment_id),
            CLAIM,
            MAY_CLAIM,
            claim=encode_text(claim),
            batch=batch_id,
            cents=line.amount_cents,
            one=1,
            seen=line.instalment_revision,
            sent=Sending.SENT,
            no=False,
            invoice=InvoiceKind.INVOICE,
        )

    def add_release(self, transaction: Transaction, line: Line, batch_id: str) -> int:
        """Adds the return of one line's claim: the instalment can be selected again."""
        return transaction.update(
            self.table,
            self._keys.instalment(line.instalment_id),
            RELEASE,
            IS_MINE,
            batch=batch_id,
            cents=line.amount_cents,
            one=1,
            open_pk=self._keys.open_shard_of(line.invoice_id),
            open_sk=open_sort_key(line.due_date, line.instalment_id),
        )

    def add_debit(self, transaction: Transaction, line: Line, rest: Instalment, batch_id: str) -> int:
        """Adds the consumption of one line's claim: in flight becomes debited.

        ``rest`` is the instalment as read; where something remains, it can be selected again.
        """
        if rest.remaining_cents > 0:
            return transaction.update(
                self.table,
                self._keys.instalment(line.instalment_id),
                DEBIT.format(reopen=", open_pk = :open_pk, open_sk = :open_sk"),
                f"{IS_MINE} AND remaining_cents > :zero",
                batch=batch_id,
                cents=line.amount_cents,
                one=1,
                zero=0,
                open_pk=self._keys.open_shard_of(line.invoice_id),
                open_sk=open_sort_key(rest.due_date, line.instalment_id),
            )
        return transaction.update(
            self.table,
            self._keys.instalment(line.instalment_id),
            DEBIT.format(reopen=""),
            f"{IS_MINE} AND remaining_cents = :zero",
            batch=batch_id,
            cents=line.amount_cents,
            one=1,
            zero=0,
        )

    def add_debit_return(
        self, transaction: Transaction, line: Line, debited: Instalment, batch_id: str
    ) -> int:
        """Adds the return of what one line debited, exactly its cents: debited becomes remaining. That it was
        this line which debited them is the chunk's state, moved in the same transaction.

        ``debited`` is the instalment as read; where nothing else holds it, it can be selected again.
        """
        cents = line.amount_cents
        after = replace(
            debited,
            debited_cents=debited.debited_cents - cents,
            remaining_cents=debited.remaining_cents + cents,
        )
        index: dict[str, object] = {}
        if after.is_open:
            index = {
                "open_pk": self._keys.open_shard_of(debited.invoice_id),
                "open_sk": open_sort_key(debited.due_date, debited.id),
            }
        is_last = debited.last_debit is not None and debited.last_debit.batch_id == batch_id
        return transaction.update(
            self.table,
            self._keys.instalment(debited.id),
            RETURN_DEBIT.format(
                reopen="".join(f", {name} = :{name}" for name in index),
                forget=" REMOVE last_debit" if is_last else "",
            ),
            IS_DEBITED_AS_READ,
            cents=cents,
            seen=debited.revision,
            one=1,
            **index,
        )

    def add_channel(
        self, transaction: Transaction, identifier: str, seen: int, channel: Channel, reference: str
    ) -> int:
        """Adds the marking of an instalment that nothing claimed or debited: somebody else collects it, under
        ``reference``. ``seen`` is the revision that was read; returns the action's rank."""
        return transaction.update(
            self.table,
            self._keys.instalment(identifier),
            GIVE_TO_CHANNEL,
            MAY_GIVE_TO_CHANNEL,
            channel=channel,
            reference=reference,
            seen=seen,
            one=1,
            zero=0,
        )

    def add_channel_return(
        self, transaction: Transaction, marked: Instalment, channel: Channel, reference: str
    ) -> int:
        """Adds the end of a marking: what remains can be selected again.

        ``marked`` is the instalment as read; where it changed since, the condition fails and it is read anew.
        """
        index: dict[str, object] = {}
        if replace(marked, channel=None).is_open:
            index = {
                "open_pk": self._keys.open_shard_of(marked.invoice_id),
                "open_sk": open_sort_key(marked.due_date, marked.id),
            }
        return transaction.update(
            self.table,
            self._keys.instalment(marked.id),
            TAKE_FROM_CHANNEL.format(reopen="".join(f", {name} = :{name}" for name in index)),
            IS_IN_CHANNEL,
            channel=channel,
            reference=reference,
            seen=marked.revision,
            one=1,
            **index,
        )


def open_sort_key(due_date: date, instalment_id: str) -> str:
    """Where the instalment stands in the sparse index of what can be selected."""
    return f"{due_date.isoformat()}#{instalment_id}"


def instalment_attributes(instalment: Instalment, keys: SchoolKeys) -> dict[str, object]:
    """The item of a new instalment; index keys only where it can be selected."""
    assert instalment.claim is None
    return {
        "id": instalment.id,
        "invoice_id": instalment.invoice_id,
        "invoice_number": instalment.invoice_number,
        "invoice_kind": instalment.invoice_kind,
        "invoice_label": instalment.invoice_label,
        "invoice_sending": instalment.invoice_sending,
        "customer_id": instalment.customer_id,
        "customer_name": instalment.customer_name,
        "activity": instalment.activity,
        "due_date": instalment.due_date.isoformat(),
        "amount_cents": instalment.amount_cents,
        "debited_cents": instalment.debited_cents,
        "in_flight_cents": instalment.in_flight_cents,
        "remaining_cents": instalment.remaining_cents,
        "cancelled": instalment.cancelled,
        "revision": instalment.revision,
        "pupil": instalment.pupil or None,
        "notified_on": instalment.notified_on.isoformat() if instalment.notified_on else None,
        "paid_cents": instalment.paid_cents or None,
        "open_pk": keys.open_shard_of(instalment.invoice_id) if instalment.is_open else None,
        "open_sk": open_sort_key(instalment.due_date, instalment.id) if instalment.is_open else None,
    }


def instalment_from_wire(item: WireItem) -> Instalment:
    """An instalment from its item as the wire carries it."""
    return Instalment(
        id=item["id"]["S"],
        invoice_id=item["invoice_id"]["S"],
        invoice_number=item["invoice_number"]["S"],
        invoice_kind=InvoiceKind(item["invoice_kind"]["S"]),
        invoice_label=item["invoice_label"]["S"],
        invoice_sending=Sending(item["invoice_sending"]["S"]),
        customer_id=item["customer_id"]["S"],
        customer_name=item["customer_name"]["S"],
        activity=item["activity"]["S"],
        due_date=date.fromisoformat(item["due_date"]["S"]),
        amount_cents=int(item["amount_cents"]["N"]),
        debited_cents=int(item["debited_cents"]["N"]),
        in_flight_cents=int(item["in_flight_cents"]["N"]),
        remaining_cents=int(item["remaining_cents"]["N"]),
        cancelled=item["cancelled"]["BOOL"],
        revision=int(item["revision"]["N"]),
        pupil=item["pupil"]["S"] if "pupil" in item else "",
        notified_on=date.fromisoformat(item["notified_on"]["S"]) if "notified_on" in item else None,
        paid_cents=int(item["paid_cents"]["N"]) if "paid_cents" in item else 0,
        channel=Channel(item["channel"]["S"]) if "channel" in item else None,
        channel_reference=item["channel_reference"]["S"] if "channel" in item else "",
        claim=decode(item["claim"]["S"], Claim) if "claim" in item else None,
        last_debit=decode(item["last_debit"]["S"], Claim) if "last_debit" in item else None,
    )
