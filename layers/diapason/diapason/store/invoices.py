"""Invoices: the invoice, its instalments and its places in lists share a partition.

``debited_cents`` stands beside the document, so that collecting moves it without touching the rest. An
invoice is in three lists of the one ``listing`` index: by date as itself, by number and by customer through
two small items that point to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from diapason.domain.clock import paris_date
from diapason.domain.errors import AlreadyExists, NotFound, StateRefused, VersionConflict
from diapason.domain.invoices import (
    MAX_INSTALMENTS,
    SENDING,
    Instalment,
    Invoice,
    Sending,
    SendingEvent,
    normalised_number,
)
from diapason.store.bulk import WireItem, query, read_many, read_one
from diapason.store.documents import decode, encode_text
from diapason.store.instalments import (
    Instalments,
    instalment_attributes,
    instalment_from_wire,
    open_sort_key,
)
from diapason.store.keys import Key, stable_id
from diapason.store.repository import Repository, Tools
from diapason.store.transactions import MAX_ACTIONS, ConditionFailed, Transaction
from diapason.store.versioned import Versioned

if TYPE_CHECKING:
    pass

ACTIONS_BESIDE_INSTALMENTS = 3
"""Writes of a visible invoice beside one for each instalment: itself, and its places in two lists."""

assert MAX_INSTALMENTS + ACTIONS_BESIDE_INSTALMENTS < MAX_ACTIONS

_IS_STAGED = "staged = :import"
_MAY_DELETE = "attribute_not_exists(PK) OR staged = :import"


def invoice_id(school_id: str, number: str) -> str:
    """The id that an invoice's number stands for: a number names one invoice in the whole school."""
    return stable_id(school_id, "invoice", normalised_number(number))


@dataclass(frozen=True, slots=True)
class InvoicePage:
    """Part of a list, and where the next part begins (empty at the end)."""

    invoices: list[Versioned[Invoice]]
    next: str


class _Place(NamedTuple):
    """Where an invoice stands in one list of the index, and the item that stands there for it."""

    item: Key
    listing_pk: str
    listing_sk: str


class Invoices(Repository):
    """One school's invoices. What an import has staged and not committed is not there yet."""

    def __init__(self, table: str, tools: Tools, instalments: Instalments) -> None:
        super().__init__(table, tools)
        self._instalments = instalments

    def get(self, identifier: str) -> tuple[Versioned[Invoice], list[Instalment]]:
        """The invoice and its instalments in the order of their ranks; raises NotFound."""
        item = read_one(self._client, self.table, self._keys.invoice(identifier))
        if item is None or "staged" in item:
            raise NotFound("Cette facture n’existe pas.")
        return _from_wire(item), self._instalments.of_invoice(identifier)

    def many(self, identifiers: Iterable[str]) -> dict[str, Versioned[Invoice]]:
        """The invoices that exist, by id."""
        keys = [self._keys.invoice(identifier) for identifier in identifiers]
        found = (
            _from_wire(item) for _, item in read_many(self._client, self.table, keys) if "staged" not in item
        )
        return {versioned.value.id: versioned for versioned in found}

    def digests(self, identifiers: Iterable[str]) -> dict[str, str]:
        """What each existing invoice was created from: an import compares it with its own rows."""
        keys = {self._keys.invoice(identifier): identifier for identifier in identifiers}
        return {
            keys[key]: item.get("digest", {}).get("S", "")
            for key, item in read_many(self._client, self.table, keys)
            if "staged" not in item
        }

    def issued_between(self, start: date, end: date, limit: int, after: str = "") -> InvoicePage:
        """Invoices by date of issue, both included, the latest first."""
        answer = self._client.query(
            TableName=self.table,
            IndexName="listing",
            KeyConditionExpression="listing_pk = :list AND listing_sk BETWEEN :start AND :end",
            ExpressionAttributeValues={
                ":list": {"S": self._keys.invoices()},
                ":start": {"S": start.isoformat()},
                ":end": {"S": f"{end.isoformat()}#~"},
            },
            ScanIndexForward=False,
            Limit=limit,
            **self._start(after, self._keys.invoices(), ""),
        )
        return InvoicePage([_from_wire(item) for item in answer["Items"]], _next(answer))

    def numbered(self, beginning: str, limit: int, after: str = "") -> InvoicePage:
        """Invoices whose number begins so, in the order of numbers; all of them for an empty beginning."""
        pk = self._by_number()
        condition, values = "listing_pk = :list", {":list": {"S": pk}}
        if beginning:
            condition += " AND begins_with(listing_sk, :beginning)"
            values[":beginning"] = {"S": normalised_number(beginning)}
        answer = self._client.query(
            TableName=self.table,
            IndexName="listing",
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            Limit=limit,
            **self._start(after, pk, "LISTED#NUMBER"),
        )
        return self._pointed_at(answer)

    def of_customer(self, customer_id: str, limit: int, after: str = "") -> InvoicePage:
        """A customer's invoices and credit notes, the latest first."""
        pk = self._by_customer(customer_id)
        answer = self._client.query(
            TableName=self.table,
            IndexName="listing",
            KeyConditionExpression="listing_pk = :list",
            ExpressionAttributeValues={":list": {"S": pk}},
            ScanIndexForward=False,
            Limit=limit,
            **self._start(after, pk, "LISTED#CUSTOMER"),
        )
        return self._pointed_at(answer)

    def create(self, invoice: Invoice, instalments: Sequence[Instalment], who: str) -> None:
        """Raises AlreadyExists when the number is taken."""
        transaction = self._transactions.begin()
        self.add_creation(transaction, invoice, instalments)
        self._journal.record(
            transaction, f"invoice-{invoice.id}", who, "created", amount_cents=invoice.amount_cents
        )
        try:
            transaction.commit()
        except ConditionFailed:
            raise AlreadyExists(f"La facture n° {invoice.number} existe déjà.") from None

    def add_creation(
        self,
        transaction: Transaction,
        invoice: Invoice,
        instalments: Sequence[Instalment],
        *,
        digest: str = "",
        staged_by: str | None = None,
    ) -> None:
        """Adds the Puts of a new invoice; each fails where an item stands already.

        ``staged_by`` names the import that has yet to commit: until then nobody sees the invoice, and it is
        in no index.
        """
        assert invoice.debited_cents == 0
        places = [] if staged_by else self._places(invoice)
        transaction.put_new(
            self.table,
            self._keys.invoice(invoice.id),
            {
                "revision": 1,
                "document": encode_text(invoice),
                "debited_cents": 0,
                "digest": digest or None,
                "staged": staged_by,
                "listing_pk": places[0].listing_pk if places else None,
                "listing_sk": places[0].listing_sk if places else None,
            },
        )
        for instalment in instalments:
            attributes = instalment_attributes(instalment, self._keys)
            if staged_by:
                attributes |= {"staged": staged_by, "open_pk": None, "open_sk": None}
            transaction.put_new(self.table, self._keys.instalment(instalment.id), attributes)
        self._add_pointers(transaction, invoice, places[1:])

    def add_reveal(
        self, transaction: Transaction, invoice: Invoice, instalments: Sequence[Instalment], staged_by: str
    ) -> None:
        """Adds the writes that make a staged invoice visible: ACTIONS_BESIDE_INSTALMENTS and one for each
        instalment."""
        by_date, *pointers = self._places(invoice)
        transaction.update(
            self.table,
            by_date.item,
            "SET listing_pk = :pk, listing_sk = :sk REMOVE staged",
            _IS_STAGED,
            pk=by_date.listing_pk,
            sk=by_date.listing_sk,
            **{"import": staged_by},
        )
        for instalment in instalments:
            key = self._keys.instalment(instalment.id)
            if instalment.is_open:
                transaction.update(
                    self.table,
                    key,
                    "SET open_pk = :pk, open_sk = :sk REMOVE staged",
                    _IS_STAGED,
                    pk=self._keys.open_shard_of(invoice.id),
                    sk=open_sort_key(instalment.due_date, instalment.id),
                    **{"import": staged_by},
                )
            else:
                transaction.update(self.table, key, "REMOVE staged", _IS_STAGED, **{"import": staged_by})
        self._add_pointers(transaction, invoice, pointers)

    def add_unstaging(
        self, transaction: Transaction, invoice: Invoice, instalments: Sequence[Instalment], staged_by: str
    ) -> None:
        """Adds the Deletes that take a staged invoice back, where this import staged it."""
        keys = [self._keys.invoice(invoice.id)]
        keys += [self._keys.instalment(instalment.id) for instalment in instalments]
        for key in keys:
            transaction.delete(self.table, key, _MAY_DELETE, **{"import": staged_by})

    def add_debit(self, transaction: Transaction, identifier: str, cents: int, batch_id: str) -> int:
        """Adds what a batch's file debits from an invoice, the sum of its instalments in one chunk; returns
        the action's rank. Whether it may be debited is the condition on each instalment's claim."""
        return transaction.update(
            self.table,
            self._keys.invoice(identifier),
            "SET debited_cents = debited_cents + :cents, last_debited_by = :batch",
            "attribute_exists(PK) AND attribute_not_exists(staged)",
            cents=cents,
            batch=batch_id,
        )

    def add_debit_return(self, transaction: Transaction, identifier: str, cents: int) -> int:
        """Adds the return of what the lines of a cancelled chunk debited; returns the action's rank."""
        return transaction.update(
            self.table,
            self._keys.invoice(identifier),
            "SET debited_cents = debited_cents - :cents",
            "debited_cents >= :cents",
            cents=cents,
        )

    def whole(self, identifier: str) -> tuple[Versioned[Invoice], list[Instalment]] | None:
        """The invoice with its instalments in one consistent read; None where there is none."""
        partition = self._keys.invoice(identifier)
        found = query(
            self._client,
            TableName=self.table,
            ConsistentRead=True,
            KeyConditionExpression="PK = :pk AND SK BETWEEN :first AND :last",
            ExpressionAttributeValues={
                ":pk": {"S": partition.pk},
                ":first": {"S": self._keys.instalments()},
                ":last": {"S": partition.sk},
            },
        )
        items = [item for item in found if "staged" not in item]
        if not items or items[-1]["SK"]["S"] != partition.sk:
            return None
        *instalments, invoice = items
        return _from_wire(invoice), [instalment_from_wire(item) for item in instalments]

    def add_accounting_export(
        self, transaction: Transaction, identifier: str, seen: int, export_id: str
    ) -> int:
        """Adds the mark that an export gives the invoice to accounting, once; ``seen`` is the revision that
        was read; returns the action's rank."""
        return transaction.update(
            self.table,
            self._keys.invoice(identifier),
            "SET accounting_export = :export",
            "attribute_not_exists(accounting_export) AND attribute_not_exists(staged) AND revision = :seen",
            export=export_id,
            seen=seen,
        )

    def add_accounting_return(self, transaction: Transaction, identifier: str, export_id: str) -> int:
        """Adds the end of that mark: the invoice can be exported again."""
        return transaction.update(
            self.table,
            self._keys.invoice(identifier),
            "REMOVE accounting_export",
            "accounting_export = :export",
            export=export_id,
        )

    def change_sending(self, identifier: str, event: SendingEvent, revision: int, who: str) -> Invoice:
        """Moves the sending state of an invoice, and of all its instalments with it. Sending it announces its
        debits, unless they were announced before.

        Raises NotFound, StateRefused where the state does not allow the event, and VersionConflict where
        ``revision`` is not the one that stands.
        """
        versioned, instalments = self.get(identifier)
        before = versioned.value
        if before.cancelled:
            raise StateRefused("Cette facture est annulée : elle ne s’envoie plus.")
        after = _announced(
            replace(before, sending=SENDING.after(before.sending, event)), paris_date(self._clock.now())
        )
        transaction = self._transactions.begin()
        transaction.update(
            self.table,
            self._keys.invoice(identifier),
            "SET document = :document, revision = revision + :one",
            "revision = :seen",
            document=document_of(after),
            one=1,
            seen=revision,
        )
        noticed = {"day": after.notified_on.isoformat()} if after.notified_on else {}
        notice = ", notified_on = :day" if noticed else ""
        for instalment in instalments:
            transaction.update(
                self.table,
                self._keys.instalment(instalment.id),
                f"SET invoice_sending = :after, revision = revision + :one{notice}",
                "invoice_sending = :before AND attribute_not_exists(claimed_by)",
                before=before.sending,
                after=after.sending,
                one=1,
                **noticed,
            )
        self._journal.record(
            transaction, f"invoice-{identifier}", who, event, before=before.sending, after=after.sending
        )
        try:
            transaction.commit()
        except ConditionFailed:
            raise VersionConflict from None
        return after

    def _places(self, invoice: Invoice) -> list[_Place]:
        """By date (the invoice itself), then the two pointers."""
        own = self._keys.invoice(invoice.id)
        by_date = date_place(invoice)
        return [
            _Place(own, self._keys.invoices(), by_date),
            _Place(Key(own.pk, "LISTED#NUMBER"), self._by_number(), number_place(invoice)),
            _Place(Key(own.pk, "LISTED#CUSTOMER"), self._by_customer(invoice.customer_id), by_date),
        ]

    def _by_number(self) -> str:
        return f"{self._keys.invoices()}#NUMBER"

    def _by_customer(self, customer_id: str) -> str:
        return f"{self._keys.invoices()}#CUSTOMER#{customer_id}"

    def _add_pointers(self, transaction: Transaction, invoice: Invoice, places: Iterable[_Place]) -> None:
        for place in places:
            transaction.put(
                self.table,
                place.item,
                {"invoice_id": invoice.id, "listing_pk": place.listing_pk, "listing_sk": place.listing_sk},
                "",
            )

    def _start(self, after: str, listing_pk: str, pointer: str) -> dict[str, Any]:
        if not after:
            return {}
        own = self._keys.invoice(after.rpartition("#")[2])
        return {
            "ExclusiveStartKey": {
                "PK": {"S": own.pk},
                "SK": {"S": pointer or own.sk},
                "listing_pk": {"S": listing_pk},
                "listing_sk": {"S": after},
            }
        }

    def _pointed_at(self, answer: Any) -> InvoicePage:
        identifiers = [item["invoice_id"]["S"] for item in answer["Items"]]
        found = self.many(identifiers)
        return InvoicePage(
            [found[identifier] for identifier in identifiers if identifier in found], _next(answer)
        )


def date_place(invoice: Invoice) -> str:
    """Where an invoice stands in the list by date, and in its customer's."""
    return f"{invoice.issued_on.isoformat()}#{number_place(invoice)}"


def number_place(invoice: Invoice) -> str:
    """Where an invoice stands in the list by number."""
    return f"{normalised_number(invoice.number)}#{invoice.id}"


def document_of(invoice: Invoice) -> str:
    """What the invoice's document holds: what is moved beside it is never read from it."""
    return encode_text(replace(invoice, debited_cents=0, paid_cents=0, accounting_export=""))


def _announced(invoice: Invoice, today: date) -> Invoice:
    """The invoice sent today tells its due dates and amounts, which is a pre-notification."""
    is_first = invoice.sending is Sending.SENT and invoice.notified_on is None
    return replace(invoice, notified_on=today) if is_first else invoice


def _next(answer: Any) -> str:
    last = answer.get("LastEvaluatedKey")
    return str(last["listing_sk"]["S"]) if last else ""


def _from_wire(item: WireItem) -> Versioned[Invoice]:
    invoice = decode(item["document"]["S"], Invoice)
    debited = int(item["debited_cents"]["N"])
    paid = int(item["paid_cents"]["N"]) if "paid_cents" in item else 0
    exported = item["accounting_export"]["S"] if "accounting_export" in item else ""
    current = replace(invoice, debited_cents=debited, paid_cents=paid, accounting_export=exported)
    return Versioned(current, int(item["revision"]["N"]))
