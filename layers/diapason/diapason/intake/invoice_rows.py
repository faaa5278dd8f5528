"""``factures.csv``: one row for each instalment of an invoice or credit note."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from diapason.domain.invoices import MAX_INSTALMENTS, InvoiceKind, Sending, Share, normalised_number
from diapason.domain.money import MAX_CENTS
from diapason.intake import cells as cell
from diapason.intake.cells import Cells, Choice, text_up_to
from diapason.intake.columns import Column, Layout
from diapason.intake.problems import Problems
from diapason.intake.reading import Faulty, Read
from diapason.intake.tables import Table

MAX_ACTIVITIES = 200
"""Different activities that one file may name: the school's list grows by those that are new."""

INVOICE_COLUMNS = Layout(
    [
        Column(
            "number",
            "Numéro",
            ("Numéro de facture", "N° de facture", "N°"),
            is_mandatory=True,
            example="F0001",
        ),
        Column("kind", "Type", ("Type de pièce",), example="facture"),
        Column(
            "customer_reference",
            "Référence client",
            ("Code client", "Client", "Référence"),
            is_mandatory=True,
            example="C0001",
        ),
        Column(
            "issued_on",
            "Date de facture",
            ("Date d’émission", "Date"),
            is_mandatory=True,
            example="15/09/2026",
        ),
        Column("label", "Libellé", ("Objet",), example="Cours de piano"),
        Column("activity", "Activité", ("Code activité",), example="PIANO"),
        Column("pupil", "Élève", ("Nom de l’élève",), example="Léa Exemple"),
        Column("sending", "État d’envoi", ("Envoi",), example="envoyée au destinataire"),
        Column("notified_on", "Date d’envoi", ("Envoyée le",), example="16/09/2026"),
        Column("due_date", "Échéance", ("Date d’échéance",), is_mandatory=True, example="05/10/2026"),
        Column(
            "amount",
            "Montant",
            ("Montant de l’échéance", "Montant TTC"),
            is_mandatory=True,
            example="120,00",
        ),
    ]
)

_number = text_up_to(35)
_reference = text_up_to(35)
_label = text_up_to(140)
_activity = text_up_to(40)
_pupil = text_up_to(140)
_kind = Choice({"facture": InvoiceKind.INVOICE, "avoir": InvoiceKind.CREDIT_NOTE})
_sending = Choice(
    {
        "en attente": Sending.WAITING,
        "prête": Sending.READY,
        "envoyée": Sending.SENT,
        "envoyée au destinataire": Sending.SENT,
        "conservée": Sending.KEPT,
        "conservée en interne": Sending.KEPT,
    }
)


class InvoiceTerms(NamedTuple):
    """What all rows of an invoice say alike; ``number`` is as the first of them spells it."""

    number: str
    kind: InvoiceKind
    customer_reference: str
    issued_on: date
    label: str
    activity: str
    sending: Sending
    pupil: str = ""
    notified_on: date | None = None


class InvoiceEntry(NamedTuple):
    """An invoice as the file tells it, its instalments by due date; ``line`` is the first of its rows."""

    line: int
    terms: InvoiceTerms
    shares: tuple[Share, ...]


@dataclass(slots=True)
class _Gathered:
    line: int
    terms: InvoiceTerms
    total_cents: int = 0
    shares: list[Share] = field(default_factory=list)


def read_invoices(table: Table) -> Read[InvoiceEntry]:
    """Raises UnreadableFile; every other fault is among the problems."""
    return _Reading().read(table)


class _Reading:
    def __init__(self) -> None:
        self._problems = Problems()
        self._faulty = Faulty()
        self._invoices: dict[str, _Gathered] = {}
        self._activities: set[str] = set()

    def read(self, table: Table) -> Read[InvoiceEntry]:
        columns = INVOICE_COLUMNS.match(table.header)
        rows = 0
        for row in table.rows:
            rows += 1
            self._take(Cells(row, columns, self._problems))
        return Read(
            [
                InvoiceEntry(found.line, found.terms, tuple(sorted(found.shares)))
                for number, found in self._invoices.items()
                if number not in self._faulty
            ],
            rows,
            len(self._faulty),
            self._faulty.stray_rows,
            self._problems,
            columns.present,
            columns.unknown,
        )

    def _take(self, cells: Cells) -> None:
        number = cells.read("number", _number)
        self._gather(cells, number)
        if not cells.are_sound:
            self._faulty.add(normalised_number(number) if number is not None else None)

    def _gather(self, cells: Cells, number: str | None) -> None:
        terms = self._terms(cells, number)
        due_date = cells.read("due_date", cell.day)
        cents = cells.read("amount", cell.amount)
        if terms is None or due_date is None or cents is None:
            return
        self._check_sign(cells, terms, cents)
        if not cells.are_sound:
            return
        share = Share(due_date, cents)
        invoice = self._invoices.setdefault(normalised_number(terms.number), _Gathered(cells.line, terms))
        if invoice.shares and not _fits(cells, invoice, terms, share):
            return
        invoice.shares.append(share)
        invoice.total_cents += cents

    def _terms(self, cells: Cells, number: str | None) -> InvoiceTerms | None:
        kind = cells.read("kind", _kind) or InvoiceKind.INVOICE
        customer_reference = cells.read("customer_reference", _reference)
        issued_on = cells.read("issued_on", cell.day)
        label = cells.read("label", _label) or ""
        activity = cells.read("activity", _activity) or ""
        pupil = cells.read("pupil", _pupil) or ""
        sending = cells.read("sending", _sending) or Sending.WAITING
        notified_on = cells.read("notified_on", cell.day)
        if notified_on is not None and sending is not Sending.SENT:
            cells.refuse(
                "notified_on",
                "notified.not_sent",
                "Une date d’envoi suppose l’état « envoyée au destinataire » : corrigez l’un ou l’autre.",
            )
        if activity and activity not in self._activities:
            self._activities.add(activity)
            if len(self._activities) == MAX_ACTIVITIES + 1:
                cells.refuse(
                    "activity",
                    "activity.too_many",
                    f"Un fichier admet {MAX_ACTIVITIES} activités : la colonne est-elle la bonne ?",
                )
        if number is None or customer_reference is None or issued_on is None:
            return None
        if notified_on is None and sending is Sending.SENT:
            notified_on = issued_on
        return InvoiceTerms(
            number, kind, customer_reference, issued_on, label, activity, sending, pupil, notified_on
        )

    def _check_sign(self, cells: Cells, terms: InvoiceTerms, cents: int) -> None:
        if terms.kind is InvoiceKind.INVOICE and cents < 0:
            cells.refuse(
                "amount",
                "amount.negative",
                "Le montant d’une facture est positif ; un avoir porte le type « avoir ».",
            )
        elif terms.kind is InvoiceKind.CREDIT_NOTE and cents > 0:
            cells.refuse("amount", "amount.positive", "Le montant d’un avoir est négatif.")


def _fits(cells: Cells, invoice: _Gathered, terms: InvoiceTerms, share: Share) -> bool:
    """Whether a further row of an invoice fits those before it."""
    if terms._replace(number="") != invoice.terms._replace(number=""):
        cells.refuse(
            "number",
            "invoice.differs",
            f"Ce numéro est déjà à la ligne {invoice.line} avec un autre type, client, date, libellé, "
            "activité, élève ou envoi : les lignes d’une même facture doivent s’accorder.",
        )
    elif share in invoice.shares:
        cells.refuse(
            "due_date",
            "instalment.twice",
            "Cette échéance, à la même date et du même montant, figure déjà pour cette facture.",
        )
    elif len(invoice.shares) >= MAX_INSTALMENTS:
        cells.refuse(
            "number", "invoice.too_many_instalments", f"Une facture admet {MAX_INSTALMENTS} échéances."
        )
    elif abs(invoice.total_cents + share.amount_cents) > MAX_CENTS:
        cells.refuse("amount", "amount.range", "Le total de la facture dépasse 999 999 999,99 €.")
    return cells.are_sound
