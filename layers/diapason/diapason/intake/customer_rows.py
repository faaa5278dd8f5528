"""``clients.csv``: one row for each account or mandate of a customer.

Rows of one reference make one customer: what they say of the customer must agree, and each adds an account,
a mandate or both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from diapason.domain.identifiers import normalised_mandate_reference
from diapason.domain.mandates import Mandate, MandateState, MandateType, Scheme
from diapason.domain.parties import Address, Customer, CustomerKind, DebtorAccount, PaymentMethod
from diapason.intake import cells as cell
from diapason.intake import customer_columns as words
from diapason.intake.cells import Cells, text_up_to
from diapason.intake.customer_columns import CUSTOMER_COLUMNS, AccountState
from diapason.intake.problems import Problems
from diapason.intake.reading import Faulty, Read
from diapason.intake.tables import Table

MAX_ROWS_OF_CUSTOMER = 50
"""A customer and its mandates are written in one transaction of at most 100 actions."""


_reference = text_up_to(35)
_name = text_up_to(140)
_street = text_up_to(140)
_postal_code = text_up_to(16)
_town = text_up_to(70)


@dataclass(frozen=True, slots=True)
class Identities:
    """The ids of a school's records as functions of what the school calls them."""

    customer: Callable[[str], str]
    """From the customer's reference."""
    account: Callable[[str, str], str]
    """From the customer's reference and the electronic IBAN."""
    mandate: Callable[[str], str]
    """From the RUM."""


class CustomerEntry(NamedTuple):
    """A customer as the file tells it, as if it were new; ``line`` is the first of its rows.

    ``stated`` are the ids of the accounts and mandates whose state stands in the file; ``lines`` say where
    each mandate does, by its id.
    """

    line: int
    customer: Customer
    stated: frozenset[str]
    lines: dict[str, int]


class _Common(NamedTuple):
    """What all rows of a customer say alike."""

    kind: CustomerKind
    name: str
    email: str
    address: Address
    payment_method: PaymentMethod


@dataclass(slots=True)
class _Gathered:
    line: int
    reference: str
    common: _Common
    rows: int = 0
    accounts: dict[str, DebtorAccount] = field(default_factory=dict)
    mandates: list[Mandate] = field(default_factory=list)
    stated: set[str] = field(default_factory=set)
    lines: dict[str, int] = field(default_factory=dict)


class _FirstUse(NamedTuple):
    """Where a RUM stands for the first time, and for which customer."""

    line: int
    customer: str | None


def read_customers(table: Table, identities: Identities) -> Read[CustomerEntry]:
    """Raises UnreadableFile; every other fault is among the problems."""
    return _Reading(identities).read(table)


class _Reading:
    def __init__(self, identities: Identities) -> None:
        self._identities = identities
        self._problems = Problems()
        self._faulty = Faulty()
        self._customers: dict[str, _Gathered] = {}
        self._first_uses: dict[str, _FirstUse] = {}

    def read(self, table: Table) -> Read[CustomerEntry]:
        columns = CUSTOMER_COLUMNS.match(table.header)
        rows = 0
        for row in table.rows:
            rows += 1
            self._take(Cells(row, columns, self._problems))
        return Read(
            [
                CustomerEntry(found.line, self._customer(found), frozenset(found.stated), found.lines)
                for identifier, found in self._customers.items()
                if identifier not in self._faulty
            ],
            rows,
            len(self._faulty),
            self._faulty.stray_rows,
            self._problems,
            columns.present,
            columns.unknown,
        )

    def _take(self, cells: Cells) -> None:
        reference = cells.read("reference", _reference)
        identifier = self._identities.customer(reference) if reference is not None else None
        self._gather(cells, reference, identifier)
        if not cells.are_sound:
            self._faulty.add(identifier)

    def _gather(self, cells: Cells, reference: str | None, identifier: str | None) -> None:
        common = _common(cells)
        account = self._account(cells, reference or "")
        mandate = self._mandate(cells, account, identifier)
        if not cells.are_sound or reference is None or identifier is None or common is None:
            return
        customer = self._customers.get(identifier)
        if customer is None:
            customer = _Gathered(cells.line, reference, common)
            self._customers[identifier] = customer
        elif not self._agrees(cells, customer, common, account, mandate):
            return
        customer.rows += 1
        if account:
            customer.accounts[account.id] = account
            if cells.holds("account_state"):
                customer.stated.add(account.id)
        if mandate:
            customer.mandates.append(mandate)
            customer.lines[mandate.id] = cells.line
            if cells.holds("mandate_state"):
                customer.stated.add(mandate.id)

    def _agrees(
        self,
        cells: Cells,
        customer: _Gathered,
        common: _Common,
        account: DebtorAccount | None,
        mandate: Mandate | None,
    ) -> bool:
        """Whether a further row of a customer fits those before it."""
        if common != customer.common:
            cells.refuse(
                "reference",
                "customer.differs",
                f"Cette référence est déjà à la ligne {customer.line} avec un autre nom, type, courriel, "
                "adresse ou mode de paiement : les lignes d’un même client doivent s’accorder.",
            )
        elif account and customer.accounts.get(account.id, account) != account:
            cells.refuse(
                "iban",
                "account.differs",
                "Ce compte figure déjà pour ce client avec un autre titulaire, BIC ou état.",
            )
        elif mandate is None and (account is None or account.id in customer.accounts):
            cells.refuse(
                "reference",
                "row.twice",
                f"Cette ligne n’ajoute rien à celle du même client, ligne {customer.line}.",
            )
        elif customer.rows >= MAX_ROWS_OF_CUSTOMER:
            cells.refuse(
                "reference",
                "customer.too_many_rows",
                f"Un client admet {MAX_ROWS_OF_CUSTOMER} comptes et mandats.",
            )
        return cells.are_sound

    def _account(self, cells: Cells, reference: str) -> DebtorAccount | None:
        number = cells.read("iban", cell.iban)
        holder = cells.read("holder", _name) or ""
        bic = cells.read("bic", cell.bic) or ""
        state = cells.read("account_state", words.account_state)
        if number is None:
            if cells.are_sound and (holder or bic or state):
                cells.refuse(
                    "iban", "account.without_iban", "Indiquez l’IBAN du compte, ou videz son titulaire."
                )
            return None
        return DebtorAccount(
            id=self._identities.account(reference, number.electronic),
            holder=holder,
            iban_text=number.electronic,
            bic_text=bic,
            closed=state is AccountState.CLOSED,
        )

    def _mandate(self, cells: Cells, account: DebtorAccount | None, identifier: str | None) -> Mandate | None:
        reference = cells.read("mandate_reference", cell.mandate_reference)
        signed_on = cells.read("signed_on", cell.day)
        state = cells.read("mandate_state", words.mandate_state)
        kind = cells.read("mandate_type", words.mandate_type) or MandateType.RECURRENT
        scheme = cells.read("scheme", words.scheme) or Scheme.CORE
        creditor = cells.read("creditor_identifier", cell.creditor_identifier) or ""
        used_before_on = cells.read("used_before_on", cell.day)
        replaced = cells.read("replaces", cell.mandate_reference)
        if not cells.are_sound:
            return None
        if reference is None:
            if signed_on or state or used_before_on or replaced:
                cells.refuse(
                    "mandate_reference", "mandate.without_reference", "Indiquez la référence du mandat (RUM)."
                )
            return None
        if account is None:
            cells.refuse(
                "iban", "mandate.without_account", "Indiquez l’IBAN du compte que ce mandat autorise."
            )
            return None
        self._check_once(cells, reference, identifier)
        return Mandate(
            id=self._identities.mandate(reference),
            reference=reference,
            account_id=account.id,
            state=state or (MandateState.SIGNED if signed_on else MandateState.DRAFT),
            signed_on=signed_on,
            scheme=scheme,
            type=kind,
            creditor_id=creditor,
            used_before_on=used_before_on,
            replaces=self._identities.mandate(replaced) if replaced else "",
        )

    def _check_once(self, cells: Cells, reference: str, identifier: str | None) -> None:
        """A RUM that stands twice makes both customers doubtful: either row may be the wrong one."""
        first = self._first_uses.setdefault(
            normalised_mandate_reference(reference), _FirstUse(cells.line, identifier)
        )
        if first.line == cells.line:
            return
        cells.refuse(
            "mandate_reference",
            "mandate.twice",
            f"Cette RUM est déjà à la ligne {first.line} : une RUM désigne un seul mandat.",
        )
        if first.customer not in {None, identifier}:
            self._faulty.add(first.customer)
            self._problems.add(
                first.line,
                CUSTOMER_COLUMNS.columns["mandate_reference"].header,
                "mandate.twice",
                f"Cette RUM est aussi à la ligne {cells.line} : une RUM désigne un seul mandat.",
            )

    def _customer(self, found: _Gathered) -> Customer:
        return Customer(
            id=self._identities.customer(found.reference),
            reference=found.reference,
            kind=found.common.kind,
            name=found.common.name,
            payment_method=found.common.payment_method,
            email=found.common.email,
            address=found.common.address,
            accounts=tuple(found.accounts.values()),
            mandates=tuple(found.mandates),
        )


def _common(cells: Cells) -> _Common | None:
    kind = cells.read("kind", words.kind) or CustomerKind.PERSON
    name = cells.read("name", _name)
    email = cells.read("email", cell.email) or ""
    address = Address(
        street=cells.read("street", _street) or "",
        postal_code=cells.read("postal_code", _postal_code) or "",
        town=cells.read("town", _town) or "",
        country=cells.read("country", cell.country) or "FR",
    )
    method = cells.read("payment_method", words.payment_method)
    if name is None or method is None:
        return None
    return _Common(kind, name, email, address, method)
