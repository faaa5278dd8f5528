"""Entries, customers and instalments for the tests of the files of accounting."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from diapason.accounting.fec import SalesEntry
from diapason.accounting.sheets import DueInstalment
from diapason.domain.accounting import AccountingSettings, LedgerAccount
from diapason.domain.parties import Address, Customer
from tests.world import family

SETTINGS = AccountingSettings(auxiliary_prefix="F")
REVENUE = LedgerAccount("706100", "Cours de musique")
DAY = date(2026, 11, 1)
REGISTERED = date(2026, 11, 23)

HOSTILE_SIGNS = "=+-@＝＋－＠\t\r\n\x0b\x0c\x1c\x85\u2028\u2029\x00;,|\"' \u00a0\u200b\ufeff\u202e'"
HOSTILE = st.one_of(
    st.text(st.characters(exclude_categories=())),
    st.text(st.sampled_from(HOSTILE_SIGNS + "aé1")),
    st.sampled_from(["=cmd|' /C calc'!A0", "\t=1+1", "\r@SUM(A1)", ' ="a";"b"', "\ufeff=1+1", "+33", "-12"]),
)
"""Whatever a school or a family could have typed, and worse."""


def entry(number: int = 1, amount_cents: int = 12_050, **changes: object) -> SalesEntry:
    made = SalesEntry(
        number=number,
        issued_on=DAY,
        validated_on=REGISTERED,
        auxiliary="FC001",
        customer_name="Famille Noël",
        piece=f"F{number:04d}",
        label="Facture F0001 Cours de piano",
        revenue=REVENUE,
        amount_cents=amount_cents,
    )
    return made._replace(**changes)  # type: ignore[arg-type]


def customer(reference: str = "C001", text: str = "", **changes: object) -> Customer:
    """A family; ``text`` stands wherever a person can type."""
    made = family("ecole-demo", "C001", **changes)
    if not text:
        return replace(made, reference=reference)
    account = replace(made.accounts[0], holder=text, iban_text=text, bic_text=text)
    mandate = replace(made.mandates[0], reference=text)
    address = Address(text, text, text, text)
    return replace(
        made,
        reference=reference,
        name=text,
        email=text,
        address=address,
        accounts=(account,),
        mandates=(mandate,),
    )


def due(of: Customer, **changes: object) -> DueInstalment:
    made = DueInstalment("F0001", of.id, date(2026, 12, 7), 12_050, 10_050)
    return made._replace(**changes)  # type: ignore[arg-type]
