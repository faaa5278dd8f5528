"""Customers with their accounts and mandates: one item each, and one item for each mandate reference.

What batches move (customer_moves.py) stands beside the document, so that collecting touches nothing of what
the school typed. An import that is to edit a customer first marks it as ``changing``: until the import has
ended, nobody else edits it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from diapason.domain.errors import AlreadyExists, NotFound, VersionConflict
from diapason.domain.identifiers import normalised_mandate_reference
from diapason.domain.mandates import Mandate
from diapason.domain.names import searchable
from diapason.domain.parties import Customer
from diapason.domain.presentations import History
from diapason.store.bulk import WireItem, read_many
from diapason.store.customer_moves import MONTH, CustomerMove
from diapason.store.documents import decode, encode_text
from diapason.store.keys import Key, stable_id
from diapason.store.repository import Repository
from diapason.store.transactions import AttributeValue, ConditionFailed, Transaction
from diapason.store.versioned import Versioned

if TYPE_CHECKING:
    pass


def customer_id(school_id: str, reference: str) -> str:
    """The id that a school's own reference stands for: case and blanks around it do not count."""
    return stable_id(school_id, "customer", reference.strip().upper())


def mandate_id(school_id: str, reference: str) -> str:
    """The id of a mandate: a RUM names one mandate in the whole school."""
    return stable_id(school_id, "mandate", normalised_mandate_reference(reference))


_MAY_EDIT = "revision = :seen AND attribute_not_exists(staged) AND attribute_not_exists(changing)"
_AS_PRESENTED = "presented_revision = :presented"
_MAY_DELETE = "attribute_not_exists(PK) OR staged = :import"


def name_place(customer: Customer) -> str:
    """Where a customer stands in the list of names."""
    return f"{searchable(customer.name)}#{customer.id}"


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """Part of a list, and where the next part begins (empty at the end)."""

    customers: list[Versioned[Customer]]
    next: str


class Customers(Repository):
    """One school's customers. What an import has staged and not committed is not there yet."""

    def get(self, identifier: str) -> Versioned[Customer]:
        """Raises NotFound."""
        found = self._read([identifier]).get(identifier)
        if found is None:
            raise NotFound("Ce client n’existe pas.")
        return found

    def many(self, identifiers: Iterable[str]) -> dict[str, Customer]:
        """The customers that exist, by id."""
        return {identifier: found.value for identifier, found in self._read(identifiers).items()}

    def versioned(self, identifiers: Iterable[str]) -> dict[str, Versioned[Customer]]:
        """The customers that exist, by id, each with its revision."""
        return self._read(identifiers)

    def mandates_taken(self, references: Iterable[str]) -> dict[str, str]:
        """Customer id by normalised mandate reference, for those that a customer has."""
        normalised = [normalised_mandate_reference(reference) for reference in references]
        keys = {self._keys.mandate_reference(reference): reference for reference in normalised}
        return {
            keys[key]: item["customer_id"]["S"] for key, item in read_many(self._client, self.table, keys)
        }

    def named(self, beginning: str, limit: int, after: str = "") -> CustomerPage:
        """Customers whose name begins so, in the order of names; everyone for an empty beginning."""
        condition, values = "names_pk = :names", {":names": {"S": self._keys.customer_names()}}
        if wanted := searchable(beginning.strip()):
            condition += " AND begins_with(names_sk, :beginning)"
            values[":beginning"] = {"S": wanted}
        request = {
            "TableName": self.table,
            "IndexName": "names",
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": values,
            "Limit": limit,
        }
        if after:
            key = self._keys.customer(after.rpartition("#")[2])
            request["ExclusiveStartKey"] = {
                "PK": {"S": key.pk},
                "SK": {"S": key.sk},
                "names_pk": {"S": self._keys.customer_names()},
                "names_sk": {"S": after},
            }
        answer = self._client.query(**request)  # type: ignore[arg-type]
        last = answer.get("LastEvaluatedKey")
        return CustomerPage(
            [_from_wire(item) for item in answer["Items"]], last["names_sk"]["S"] if last else ""
        )

    def create(self, customer: Customer, who: str) -> None:
        """Raises AlreadyExists when the reference or one of the mandates is taken."""
        transaction = self._transactions.begin()
        self.add_creation(transaction, customer)
        self._journal.record(transaction, f"customer-{customer.id}", who, "created")
        try:
            transaction.commit()
        except ConditionFailed as failure:
            raise AlreadyExists(
                "Cette référence client existe déjà."
                if 0 in failure.failed
                else "Une des références de mandat (RUM) appartient déjà à un client."
            ) from None

    def add_creation(
        self, transaction: Transaction, customer: Customer, *, staged_by: str | None = None
    ) -> None:
        """Adds the Puts of a new customer, 1 + its number of mandates; each fails where one stands already.

        ``staged_by`` names the import that has yet to commit: until then nobody sees the customer.
        """
        names = None if staged_by else name_place(customer)
        transaction.put_new(
            self.table,
            self._keys.customer(customer.id),
            {
                "revision": 1,
                "document": _document(customer),
                "presented": {},
                "presented_revision": 0,
                "mandate_ends": {},
                "staged": staged_by,
                "names_pk": self._keys.customer_names() if names else None,
                "names_sk": names,
            },
        )
        for mandate in customer.mandates:
            self._add_reference(transaction, mandate.reference, customer.id, staged_by)

    def add_reveal(self, transaction: Transaction, customer: Customer, staged_by: str) -> None:
        """Adds the Updates that make a staged customer visible: 1 + its number of mandates."""
        transaction.update(
            self.table,
            self._keys.customer(customer.id),
            "SET names_pk = :pk, names_sk = :sk REMOVE staged",
            "staged = :import",
            pk=self._keys.customer_names(),
            sk=name_place(customer),
            **{"import": staged_by},
        )
        self._reveal_references(transaction, references_of(customer), staged_by)

    def add_unstaging(self, transaction: Transaction, customer: Customer, staged_by: str) -> None:
        """Adds the Deletes that take a staged customer back, where this import staged it."""
        transaction.delete(self.table, self._keys.customer(customer.id), _MAY_DELETE, **{"import": staged_by})
        self._take_references_back(transaction, references_of(customer), staged_by)

    def add_edit_mark(
        self, transaction: Transaction, edited: Customer, revision: int, added: Sequence[str], import_id: str
    ) -> None:
        """Adds the mark of an import that is to edit a customer as it stood at that revision, and the Puts
        of the mandate references ``added``: 1 + their number."""
        transaction.update(
            self.table,
            self._keys.customer(edited.id),
            "SET changing = :import",
            _MAY_EDIT,
            seen=revision,
            **{"import": import_id},
        )
        for reference in added:
            self._add_reference(transaction, reference, edited.id, import_id)

    def add_marked_edit(
        self, transaction: Transaction, edited: Customer, added: Sequence[str], import_id: str
    ) -> None:
        """Adds the Updates by which an edit that was marked becomes visible, and its mark goes."""
        transaction.update(
            self.table,
            self._keys.customer(edited.id),
            "SET document = :document, revision = revision + :one, names_sk = :names REMOVE changing",
            "changing = :import",
            document=_document(edited),
            one=1,
            names=name_place(edited),
            **{"import": import_id},
        )
        self._reveal_references(transaction, added, import_id)

    def add_mark_removal(
        self, transaction: Transaction, edited: Customer, added: Sequence[str], import_id: str
    ) -> None:
        """Adds the return of a marked edit: the customer stays as it stood."""
        transaction.update(
            self.table,
            self._keys.customer(edited.id),
            "REMOVE changing",
            "changing = :import",
            **{"import": import_id},
        )
        self._take_references_back(transaction, added, import_id)

    def replace(self, customer: Customer, revision: int, who: str) -> None:
        """Writes a customer back; raises VersionConflict, also while an import is to edit it, and
        AlreadyExists when a new mandate's reference is taken. A mandate that was there stays: its life ends
        by its state, never by vanishing. Another scheme or type is written only as long as nothing more was
        presented than ``customer`` tells."""
        before = self.get(customer.id)
        if before.revision != revision:
            raise VersionConflict
        known = {mandate.id for mandate in before.value.mandates}
        assert known <= {mandate.id for mandate in customer.mandates}, "a mandate ends, it does not vanish"
        changes_terms = any(
            (mandate.scheme, mandate.type) != (now.scheme, now.type)
            for mandate in before.value.mandates
            if (now := customer.mandate(mandate.id)) is not None
        )
        transaction = self._transactions.begin()
        transaction.update(
            self.table,
            self._keys.customer(customer.id),
            "SET document = :document, revision = revision + :one, names_sk = :names",
            f"{_MAY_EDIT} AND {_AS_PRESENTED}" if changes_terms else _MAY_EDIT,
            document=_document(customer),
            one=1,
            names=name_place(customer),
            seen=revision,
            **({"presented": customer.presented_revision} if changes_terms else {}),
        )
        for mandate in customer.mandates:
            if mandate.id not in known:
                self._add_reference(transaction, mandate.reference, customer.id, None)
        self._journal.record(transaction, f"customer-{customer.id}", who, "edited", revision=revision + 1)
        try:
            transaction.commit()
        except ConditionFailed as failure:
            if 0 in failure.failed:
                raise _edit_refused(failure.failed[0]) from None
            raise AlreadyExists("Cette référence de mandat (RUM) appartient déjà à un client.") from None

    def add_move(self, transaction: Transaction, identifier: str, move: CustomerMove) -> int:
        """Adds what a batch moves on a customer; returns the action's rank."""
        return move.add_to(transaction, self.table, self._keys.customer(identifier))

    def _add_reference(
        self, transaction: Transaction, reference: str, identifier: str, staged_by: str | None
    ) -> None:
        item = {"customer_id": identifier, "staged": staged_by}
        transaction.put_new(self.table, self._reference_key(reference), item)

    def _reveal_references(self, transaction: Transaction, references: Iterable[str], staged_by: str) -> None:
        for reference in references:
            key = self._reference_key(reference)
            transaction.update(self.table, key, "REMOVE staged", "staged = :import", **{"import": staged_by})

    def _take_references_back(
        self, transaction: Transaction, references: Iterable[str], staged_by: str
    ) -> None:
        for reference in references:
            key = self._reference_key(reference)
            transaction.delete(self.table, key, _MAY_DELETE, **{"import": staged_by})

    def _reference_key(self, reference: str) -> Key:
        return self._keys.mandate_reference(normalised_mandate_reference(reference))

    def _read(self, identifiers: Iterable[str]) -> dict[str, Versioned[Customer]]:
        keys = [self._keys.customer(identifier) for identifier in identifiers]
        found = (
            _from_wire(item) for _, item in read_many(self._client, self.table, keys) if "staged" not in item
        )
        return {versioned.value.id: versioned for versioned in found}


def references_of(customer: Customer) -> list[str]:
    """The RUMs of a customer's mandates."""
    return [mandate.reference for mandate in customer.mandates]


def _edit_refused(item: AttributeValue | None) -> VersionConflict:
    if item is not None and "changing" in item:
        return VersionConflict(
            "Un import en cours modifie ce client : attendez qu’il soit terminé, rechargez la fiche, puis "
            "refaites votre modification."
        )
    return VersionConflict()


def _document(customer: Customer) -> str:
    """What the school typed, without the uses of mandates: those stand beside the document alone, and a copy
    of them in it would outlive a batch that gave its mandates back."""
    typed = tuple(replace(mandate, history=History(), consumed_by="") for mandate in customer.mandates)
    return encode_text(replace(customer, mandates=typed, presented_revision=0, months={}))


def _from_wire(item: WireItem) -> Versioned[Customer]:
    customer = decode(item["document"]["S"], Customer)
    presented, ends = item["presented"]["M"], item["mandate_ends"]["M"]
    if presented or ends:
        mandates = tuple(_with_uses(mandate, presented, ends) for mandate in customer.mandates)
        customer = replace(
            customer, mandates=mandates, presented_revision=int(item["presented_revision"]["N"])
        )
    months = {
        name.removeprefix(MONTH): int(value["N"]) for name, value in item.items() if name.startswith(MONTH)
    }
    if months:
        customer = replace(customer, months=months)
    return Versioned(customer, int(item["revision"]["N"]))


def _with_uses(mandate: Mandate, presented: WireItem, ends: WireItem) -> Mandate:
    history, holder = presented.get(mandate.id), ends.get(mandate.id)
    return replace(
        mandate,
        history=decode(history["S"], History) if history else History(),
        consumed_by=holder["S"] if holder else "",
    )
