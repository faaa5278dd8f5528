"""The file of entries: the 18 fields of LPF, article A47 A-1, and entries that balance."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diapason.accounting.fec import SalesEntry, file_name, write_entries
from diapason.accounting.reread import UnsoundFile, read_entries
from diapason.domain.accounting import AccountingSettings, EntriesEncoding, LedgerAccount
from diapason.domain.money import MAX_CENTS
from tests.unit.accounting.accounting_examples import HOSTILE, REVENUE, SETTINGS, entry

HEADER = (
    "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\t"
    "PieceRef\tPieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\tValidDate\tMontantdevise\tIdevise"
)
AMOUNTS = st.integers(-MAX_CENTS, MAX_CENTS).filter(bool)


def lines_of(data: bytes) -> list[str]:
    assert data.endswith(b"\r\n")
    return data.decode().removesuffix("\r\n").split("\r\n")


def test_an_invoice_debits_its_customer_and_credits_revenue() -> None:
    lines = lines_of(write_entries([entry()], SETTINGS))

    assert lines == [
        HEADER,
        (
            "VE\tVentes\t1\t20261101\t411000\tClients\tFC001\tFamille Noël\tF0001\t20261101\t"
            "Facture F0001 Cours de piano\t120,50\t0,00\t\t\t20261123\t\t"
        ),
        (
            "VE\tVentes\t1\t20261101\t706100\tCours de musique\t\t\tF0001\t20261101\t"
            "Facture F0001 Cours de piano\t0,00\t120,50\t\t\t20261123\t\t"
        ),
    ]


def test_a_credit_note_is_the_reverse() -> None:
    customer, revenue = lines_of(write_entries([entry(amount_cents=-5)], SETTINGS))[1:]

    assert customer.split("\t")[11:13] == ["0,00", "0,05"]
    assert revenue.split("\t")[11:13] == ["0,05", "0,00"]


def test_the_file_is_named_by_siren_and_last_day() -> None:
    assert file_name("732829320", date(2026, 11, 30)) == "732829320FEC20261130.txt"


@given(st.lists(AMOUNTS, max_size=8), st.integers(1, 10**6), st.sampled_from(EntriesEncoding))
def test_every_file_balances_and_is_read_again(
    amounts: list[int], first: int, encoding: EntriesEncoding
) -> None:
    settings = AccountingSettings(encoding=encoding)
    entries = [entry(number, cents) for number, cents in enumerate(amounts, first)]

    read = read_entries(write_entries(entries, settings), encoding)

    assert read.debit_cents == read.credit_cents == sum(map(abs, amounts))
    assert [(one.number, one.amount_cents) for one in read.entries] == [
        (one.number, one.amount_cents) for one in entries
    ]


@given(HOSTILE, st.sampled_from(EntriesEncoding))
def test_whatever_was_typed_the_file_keeps_its_shape(text: str, encoding: EntriesEncoding) -> None:
    settings = AccountingSettings(
        journal_label=text, customers_account=LedgerAccount("411000", text), encoding=encoding
    )
    hostile = entry(
        auxiliary=text,
        customer_name=text,
        piece=text,
        label=text,
        revenue=LedgerAccount("706000", text),
    )

    data = write_entries([hostile], settings)
    (read,) = read_entries(data, encoding).entries

    assert (read.number, read.amount_cents) == (1, 12_050)
    values = [value for line in data.decode(encoding).split("\r\n")[1:-1] for value in line.split("\t")]
    assert len(values) == 2 * 18
    assert not any(
        value.startswith(tuple("=+-@＝＋－＠")) or '"' in value or "|" in value for value in values
    )


SOUND = write_entries([entry(1), entry(2, -300)], SETTINGS)


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        (b"JournalCode", b"Journal", "header"),
        (b"120,50\t0,00", b"120,51\t0,00", "balance"),
        (b"120,50\t0,00", b"120.50\t0.00", "amount"),
        (b"120,50\t0,00", b"-120,50\t0,00", "amount"),
        (b"Ventes\t2\t", b"Ventes\t3\t", "after"),
        (b"Clients\t", b"Cli\tents\t", "fields"),
    ],
)
def test_a_faulty_file_is_told(before: bytes, after: bytes, fault: str) -> None:
    assert before in SOUND

    with pytest.raises(UnsoundFile, match=fault):
        read_entries(SOUND.replace(before, after), EntriesEncoding.UTF_8)


def test_a_file_that_ends_too_early_is_told() -> None:
    lines = SOUND.splitlines(keepends=True)

    with pytest.raises(UnsoundFile, match="counterpart"):
        read_entries(b"".join(lines[:-1]), EntriesEncoding.UTF_8)
    with pytest.raises(UnsoundFile, match="end"):
        read_entries(SOUND.removesuffix(b"\r\n"), EntriesEncoding.UTF_8)


def test_an_entry_with_both_sides_in_one_line_is_told() -> None:
    mixed = SOUND.replace(b"120,50\t0,00", b"120,50\t1,00").replace(b"0,00\t120,50", b"1,00\t120,50")

    with pytest.raises(UnsoundFile, match="two sides"):
        read_entries(mixed, EntriesEncoding.UTF_8)


def test_two_entries_made_into_one_are_told() -> None:
    swapped = SOUND.splitlines(keepends=True)
    swapped[2], swapped[4] = swapped[4], swapped[2]

    with pytest.raises(UnsoundFile, match="two entries in one"):
        read_entries(b"".join(swapped), EntriesEncoding.UTF_8)


def test_entries_name_the_account_of_their_revenue() -> None:
    made: SalesEntry = entry(revenue=REVENUE)

    (read,) = read_entries(write_entries([made], SETTINGS), EntriesEncoding.UTF_8).entries

    assert (read.revenue_account, read.auxiliary, read.piece) == ("706100", "FC001", "F0001")
