"""``clients.csv``: one row for each account or mandate of a customer.

Rows of one reference make one customer: what they say of the customer must agree, and each adds an account,
a mandate or both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from diapason.domain.identifiers import normalised_mandate_reference
from diapason.domain.imports import ImportReport
from diapason.domain.mandates import Mandate, MandateState, MandateType, Scheme
from diapason.domain.parties import Address, Customer, CustomerKind, DebtorAccount, PaymentMethod
from diapason.intake import cells as cell
from diapason.intake.cells import Cells, choice_of, text_up_to
from diapason.intake.columns import Column, Layout
from diapason.intake.problems import Problems
from diapason.intake.tables import Table

MAX_ROWS_OF_CUSTOMER = 50
"""A customer and its mandates are written in one transaction of at most 100 actions."""


class AccountState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


CUSTOMER_COLUMNS = Layout(
    [
        Column("reference", "Référence", ("Référence client", "Code client", "Code"), is_mandatory=True),
        Column("kind", "Type", ("Type de client",)),
        Column("name", "Nom", ("Nom du client", "Raison sociale"), is_mandatory=True),
        Column("email", "Courriel", ("E-mail", "Email", "Mail", "Adresse e-mail")),
        Column("street", "Adresse", ("Rue",)),
        Column("postal_code", "Code postal", ("CP",)),
        Column("town", "Ville", ("Commune",)),
        Column("country", "Pays"),
        Column("payment_method", "Mode de paiement", ("Mode de règlement",), is_mandatory=True),
        Column("holder", "Titulaire", ("Titulaire du compte",)),
        Column("iban", "IBAN"),
        Column("bic", "BIC"),
        Column("account_state", "État du compte"),
        Column("mandate_reference", "RUM", ("Référence du mandat",)),
        Column("signed_on", "Date de signature", ("Signé le",)),
        Column("mandate_state", "État du mandat"),
        Column("mandate_type", "Type de mandat"),
        Column("scheme", "Schéma"),
        Column("creditor_identifier", "ICS du mandat", ("ICS",)),
    ]
)

_reference = text_up_to(35)
_name = text_up_to(140)
_street = text_up_to(140)
_postal_code = text_up_to(16)
_town = text_up_to(70)
_kind = choice_of(
    {
        "particulier": CustomerKind.PERSON,
        "famille": CustomerKind.PERSON,
        "entreprise": CustomerKind.COMPANY,
        "société": CustomerKind.COMPANY,
        "association": CustomerKind.ASSOCIATION,
        "organisme public": CustomerKind.PUBLIC_BODY,
        "collectivité": CustomerKind.PUBLIC_BODY,
    }
)
_payment_method = choice_of(
    {
        "prélèvement": PaymentMethod.DIRECT_DEBIT,
        "prélèvement automatique": PaymentMethod.DIRECT_DEBIT,
        "prélèvement SEPA": PaymentMethod.DIRECT_DEBIT,
        "chèque": PaymentMethod.CHEQUE,
        "espèces": PaymentMethod.CASH,
        "carte": PaymentMethod.CARD,
        "carte bancaire": PaymentMethod.CARD,
        "virement": PaymentMethod.TRANSFER,
    }
)
_mandate_state = choice_of(
    {
        "brouillon": MandateState.DRAFT,
        "signé": MandateState.SIGNED,
        "actif": MandateState.SIGNED,
        "suspendu": MandateState.SUSPENDED,
        "révoqué": MandateState.REVOKED,
        "caduc": MandateState.LAPSED,
    }
)
_mandate_type = choice_of(
    {
        "récurrent": MandateType.RECURRENT,
        "RCUR": MandateType.RECURRENT,
        "ponctuel": MandateType.ONE_OFF,
        "OOFF": MandateType.ONE_OFF,
    }
)
_scheme = choice_of({"CORE": Scheme.CORE, "SDD CORE": Scheme.CORE, "B2B": Scheme.B2B})
_account_state = choice_of(
    {"ouvert": AccountState.OPEN, "clos": AccountState.CLOSED, "fermé": AccountState.CLOSED}
)


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
    """A customer as the file tells it; ``line`` is the first of its rows."""

    line: int
    customer: Customer


@dataclass(frozen=True, slots=True)
class CustomersRead:
    """All customers of a file, or what is wrong with it."""

    entries: list[CustomerEntry]
    rows: int
    report: ImportReport


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


def read_customers(table: Table, identities: Identities) -> CustomersRead:
    """Raises UnreadableFile; every other fault is in the report, and then no customer is to be taken."""
    return _Reading(identities).read(table)


class _Reading:
    def __init__(self, identities: Identities) -> None:
        self._identities = identities
        self._problems = Problems()
        self._customers: dict[str, _Gathered] = {}
        self._mandate_lines: dict[str, int] = {}

    def read(self, table: Table) -> CustomersRead:
        columns = CUSTOMER_COLUMNS.match(table.header)
        rows = 0
        for row in table.rows:
            rows += 1
            self._take(Cells(row, columns, self._problems))
        entries = [CustomerEntry(found.line, self._customer(found)) for found in self._customers.values()]
        return CustomersRead(entries, rows, self._problems.report(columns.unknown))

    def _take(self, cells: Cells) -> None:
        reference = cells.read("reference", _reference)
        common = _common(cells)
        account = self._account(cells, reference or "")
        mandate = self._mandate(cells, account)
        if not cells.are_sound or reference is None or common is None:
            return
        customer = self._customers.get(self._identities.customer(reference))
        if customer is None:
            customer = _Gathered(cells.line, reference, common)
            self._customers[self._identities.customer(reference)] = customer
        elif not self._agrees(cells, customer, common, account, mandate):
            return
        customer.rows += 1
        if account:
            customer.accounts[account.id] = account
        if mandate:
            customer.mandates.append(mandate)

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
        state = cells.read("account_state", _account_state)
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

    def _mandate(self, cells: Cells, account: DebtorAccount | None) -> Mandate | None:
        reference = cells.read("mandate_reference", cell.mandate_reference)
        signed_on = cells.read("signed_on", cell.day)
        state = cells.read("mandate_state", _mandate_state)
        kind = cells.read("mandate_type", _mandate_type) or MandateType.RECURRENT
        scheme = cells.read("scheme", _scheme) or Scheme.CORE
        creditor = cells.read("creditor_identifier", cell.creditor_identifier) or ""
        if not cells.are_sound:
            return None
        if reference is None:
            if signed_on or state:
                cells.refuse(
                    "mandate_reference", "mandate.without_reference", "Indiquez la référence du mandat (RUM)."
                )
            return None
        if account is None:
            cells.refuse(
                "iban", "mandate.without_account", "Indiquez l’IBAN du compte que ce mandat autorise."
            )
            return None
        state = state or (MandateState.SIGNED if signed_on else MandateState.DRAFT)
        if state is MandateState.SIGNED and signed_on is None:
            cells.refuse("signed_on", "mandate.without_date", "Un mandat signé porte sa date de signature.")
        self._check_once(cells, reference)
        return Mandate(
            id=self._identities.mandate(reference),
            reference=reference,
            account_id=account.id,
            state=state,
            signed_on=signed_on,
            scheme=scheme,
            type=kind,
            creditor_id=creditor,
        )

    def _check_once(self, cells: Cells, reference: str) -> None:
        line = self._mandate_lines.setdefault(normalised_mandate_reference(reference), cells.line)
        if line != cells.line:
            cells.refuse(
                "mandate_reference",
                "mandate.twice",
                f"Cette RUM est déjà à la ligne {line} : une RUM désigne un seul mandat.",
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
    kind = cells.read("kind", _kind) or CustomerKind.PERSON
    name = cells.read("name", _name)
    email = cells.read("email", cell.email) or ""
    address = Address(
        street=cells.read("street", _street) or "",
        postal_code=cells.read("postal_code", _postal_code) or "",
        town=cells.read("town", _town) or "",
        country=cells.read("country", cell.country) or "FR",
    )
    method = cells.read("payment_method", _payment_method)
    if name is None or method is None:
        return None
    return _Common(kind, name, email, address, method)
