"""A school, a family and lines for them, from which the tests of bank files make theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from diapason.domain.batches import Creditor, Line
from diapason.domain.creditor import CreditedAccount, PublicAccount
from diapason.domain.mandates import Mandate, MandateState, MandateType, Scheme
from diapason.domain.numbering import end_to_end_id
from diapason.domain.parties import Address, Customer, CustomerKind, DebtorAccount, PaymentMethod
from diapason.domain.presentations import History, SequenceType
from diapason.domain.sequences import CreditorAsWritten, presentation_of
from diapason.workflows.bank_message import creditor_as_written

NUMBER = "20261123-100000-001"
SCHOOL_IBAN = "FR7630001007941234567890185"
TREASURY_IBAN = "FR7610071800000000100042062"
ACCOUNT = "FR1420041010050500013M02606"
SAME_BANK = "FR4920041010050500014M02773"
OTHER_BANK = "FR7630006000011234567890189"
MONEGASQUE = "MC5811222000011234567890170"
ICS, FORMER_ICS = "FR72ZZZ123456", "FR78ZZZ424242"

PLAIN = CreditedAccount("main", "Compte", SCHOOL_IBAN, "BDFEFRPPCCT")
SCHOOL = Creditor("Conservatoire", ICS, PLAIN)
TREASURY = replace(
    PLAIN,
    public_account=PublicAccount(
        service="TGDFT027",
        codique="080012",
        accounting_office="Trésorerie d’Amiens municipale",
        office_address=Address("2 place de l’Hôtel de Ville", "80000", "Amiens", "FR"),
        holder="Régie du conservatoire",
        iban_text=TREASURY_IBAN,
    ),
)
REGIE = Creditor("Ville d’Amiens", ICS, TREASURY, "732 829 320 00074")
AT_HOME = Address(
    "Résidence du Parc, bâtiment C, escalier 4, porte 12, 118 avenue du Général Foy", "80000", "Amiens"
)

MANDATE = Mandate("m1", "RUM-1", "a1", MandateState.SIGNED, date(2026, 9, 1))
FAMILY = Customer(
    id="c1",
    reference="C1",
    kind=CustomerKind.PERSON,
    name="Famille Lefèvre",
    payment_method=PaymentMethod.DIRECT_DEBIT,
    accounts=(DebtorAccount("a1", "Anne Lefevre", ACCOUNT), DebtorAccount("a2", "Luc Lefevre", OTHER_BANK)),
    mandates=(MANDATE,),
    address=AT_HOME,
)


def line_of(position: int = 0, **changes: object) -> Line:
    """A frozen line of the family's mandate."""
    line = Line(
        position=position,
        end_to_end_id=end_to_end_id(NUMBER, position),
        instalment_id=f"i{position}",
        instalment_revision=1,
        invoice_id="i",
        invoice_number="F-17",
        due_date=date(2026, 12, 7),
        customer_id="c1",
        customer_name="Famille Lefèvre",
        amount_cents=10_000 + position,
        account_id="a1",
        holder="Anne Lefevre",
        iban=ACCOUNT,
        bic="",
        mandate_id="m1",
        mandate_reference="RUM-1",
        signed_on=date(2026, 9, 1),
        scheme=Scheme.CORE,
        mandate_type=MandateType.RECURRENT,
        remittance_text="Facture F-17",
        address=None,
    )
    return line._replace(**changes)


def presented_before(
    line: Line,
    creditor: Creditor | CreditorAsWritten = SCHOOL,
    sequence: SequenceType = SequenceType.RECURRENT,
) -> History:
    """The history of a mandate under which this line was presented a month ago."""
    written = creditor_as_written(creditor) if isinstance(creditor, Creditor) else creditor
    before = line._replace(end_to_end_id="20261023-100000-001-000001")
    return History().having(presentation_of(before, "b0", date(2026, 11, 5), written, sequence))


def family_with(*mandates: Mandate) -> Customer:
    return replace(FAMILY, mandates=mandates)
