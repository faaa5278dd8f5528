"""Small remittances to write, and what was written of them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from diapason.domain.identifiers import Bic, CreditorIdentifier, Iban
from diapason.domain.mandates import Scheme
from diapason.domain.parties import Address
from diapason.domain.presentations import Amendment, SequenceType
from diapason.sepa.addresses import hybrid, structured
from diapason.sepa.message import (
    DirectDebit,
    GroupHeader,
    OrganisationNumber,
    PaymentGroups,
    PaymentInformation,
    Totals,
    UltimateCreditor,
)
from diapason.sepa.pain008 import WrittenFile, write_bank_file
from diapason.sepa.profiles import PROFILES

VERSIONS = sorted(PROFILES)
FRENCH_ACCOUNT = Iban("FR7630006000011234567890189")
POSTAL_ACCOUNT = Iban("FR1420041010050500013M02606")
MONEGASQUE_ACCOUNT = Iban("MC5811222000010123456789030")
FORMER_ACCOUNT = Iban("FR4920041010050500014M02773")
CREDITOR_IDENTIFIER = CreditorIdentifier.parse("FR72ZZZ123456")
FORMER_IDENTIFIER = CreditorIdentifier.parse("FR78ZZZ424242")
SIRET = OrganisationNumber("73282932000074", "SIRET")
OFFICE_ADDRESS = Address("2 place de la Trésorerie", "80000", "Amiens", "FR")


def debit(**changes: object) -> DirectDebit:
    plain = DirectDebit(
        end_to_end_id="2026-12-001-000001",
        amount_cents=12_345,
        mandate_reference="RUM-0001",
        signed_on=date(2024, 9, 1),
        debtor_name="Martin Dupont",
        debtor_iban=POSTAL_ACCOUNT,
        debtor_bic=None,
        debtor_address=None,
        remittance_text="Facture F-0001",
    )
    return plain._replace(**changes)


def payment(debits: list[DirectDebit], **changes: object) -> PaymentInformation:
    settings: dict[str, object] = {
        "payment_information_id": "2026-12-001-RCUR",
        "batch_booking": True,
        "totals": Totals(len(debits), sum(debit.amount_cents for debit in debits)),
        "local_instrument": Scheme.CORE,
        "sequence_type": SequenceType.RECURRENT,
        "collection_date": date(2026, 12, 1),
        "creditor_name": "OGEC Sainte-Marie",
        "creditor_iban": FRENCH_ACCOUNT,
        "creditor_bic": Bic("AGRIFRPP"),
        "creditor_identifier": CREDITOR_IDENTIFIER,
    }
    return PaymentInformation(**(settings | changes))


def header(groups: PaymentGroups, **changes: object) -> GroupHeader:
    totals = [group.totals for group, _ in groups]
    settings: dict[str, object] = {
        "message_id": "2026-12-001",
        "created_at": datetime(2026, 11, 21, 18, 30, 15, 999_999, tzinfo=UTC),
        "totals": Totals(sum(total.count for total in totals), sum(total.cents for total in totals)),
        "initiating_party_name": "OGEC Sainte-Marie",
        "initiating_party_id": None,
    }
    return GroupHeader(**(settings | changes))


@dataclass
class Written:
    """A file as a sink received it."""

    content: bytes
    file: WrittenFile


def write(version: str, groups: PaymentGroups, **header_changes: object) -> Written:
    pieces: list[bytes] = []
    file = write_bank_file(PROFILES[version], header(groups, **header_changes), groups, pieces.append)
    return Written(b"".join(pieces), file)


def write_debits(version: str, debits: list[DirectDebit], **payment_changes: object) -> Written:
    return write(version, [(payment(debits, **payment_changes), debits)])


def rich_groups() -> PaymentGroups:
    """Every element that the writer knows: two groups, BIC and none, addresses of both forms, amendments of
    every kind, ultimate debtor, and a creditor that collects for somebody else."""
    recurrent = [
        debit(debtor_bic=Bic("PSSTFRPPPAR")),
        debit(
            end_to_end_id="2026-12-001-000002",
            amount_cents=1,
            debtor_name="Zoé D'Hérouville & fils",
            debtor_iban=MONEGASQUE_ACCOUNT,
            debtor_address=structured(Address("12, bd des Moulins", "98000", "Monaco", "MC")),
            ultimate_debtor="Léa D'Hérouville",
        ),
    ]
    one_off = [
        debit(
            end_to_end_id="2026-12-001-000003",
            amount_cents=99_999_999_999,
            remittance_text="",
            amendment=Amendment(
                original_reference="RUM-0000",
                original_iban=FORMER_ACCOUNT.electronic,
                original_creditor_id="FR78ZZZ424242",
                original_creditor_name="OGEC Saint-Joseph",
            ),
        ),
        debit(
            end_to_end_id="2026-12-001-000004",
            amount_cents=2,
            debtor_address=hybrid(
                Address(
                    "Résidence des Trois Jardins, bâtiment C, escalier 4, porte 12, chez Mme Anne-Marie "
                    "de La Rochefoucauld",
                    "80000",
                    "Amiens",
                    "FR",
                )
            ),
            amendment=Amendment(another_bank=True),
        ),
    ]
    return [
        (payment(recurrent), recurrent),
        (
            payment(
                one_off,
                payment_information_id="2026-12-001-OOFF",
                sequence_type=SequenceType.ONE_OFF,
                batch_booking=False,
                creditor_bic=None,
                creditor_address=structured(OFFICE_ADDRESS),
                ultimate_creditor=UltimateCreditor(
                    "Régie du conservatoire", OrganisationNumber("FR7610071800000000100042062")
                ),
            ),
            one_off,
        ),
    ]


def rich_file(version: str) -> bytes:
    return write(version, rich_groups(), initiating_party_id=SIRET).content
