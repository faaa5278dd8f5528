"""What changes on a customer, in the words of the screen; accounts are masked on both sides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from diapason.domain.imports import FieldChange
from diapason.domain.mandates import MANDATE, Mandate
from diapason.domain.parties import Customer, DebtorAccount
from diapason.intake import customer_columns as words

_CUSTOMER: tuple[tuple[str, Callable[[Customer], str]], ...] = (
    ("nom", lambda customer: customer.name),
    ("type", lambda customer: words.kind.word(customer.kind)),
    ("courriel", lambda customer: customer.email),
    ("adresse", lambda customer: customer.address.street),
    ("code postal", lambda customer: customer.address.postal_code),
    ("ville", lambda customer: customer.address.town),
    ("pays", lambda customer: customer.address.country),
    ("mode de paiement", lambda customer: words.payment_method.word(customer.payment_method)),
)
_ACCOUNT: tuple[tuple[str, Callable[[DebtorAccount], str]], ...] = (
    ("titulaire du compte {}", lambda account: account.holder),
    ("BIC du compte {}", lambda account: account.bic_text),
    ("compte {}", lambda account: "clos" if account.closed else "ouvert"),
)
_MANDATE: tuple[tuple[str, Callable[[Mandate], str]], ...] = (
    ("mandat {}", lambda mandate: MANDATE.words[mandate.state]),
    ("date de signature du mandat {}", lambda mandate: _day(mandate.signed_on)),
    ("type du mandat {}", lambda mandate: words.mandate_type.word(mandate.type)),
    ("schéma du mandat {}", lambda mandate: mandate.scheme),
    ("ICS du mandat {}", lambda mandate: mandate.creditor_id),
    ("dernier prélèvement du mandat {}", lambda mandate: _day(mandate.used_before_on)),
)


def differences(before: Customer, after: Customer) -> tuple[FieldChange, ...]:
    """Empty where nothing changes."""
    return (
        *_differing(_CUSTOMER, "", before, after),
        *_of_accounts(before, after),
        *_of_mandates(before, after),
    )


def _of_accounts(before: Customer, after: Customer) -> Iterator[FieldChange]:
    for account in after.accounts:
        known = before.account(account.id)
        if known is None:
            yield FieldChange("compte ajouté", "", account.masked)
        else:
            yield from _differing(_ACCOUNT, known.masked, known, account)


def _of_mandates(before: Customer, after: Customer) -> Iterator[FieldChange]:
    for mandate in after.mandates:
        known = before.mandate(mandate.id)
        if known is None:
            yield FieldChange("mandat ajouté", "", f"{mandate.reference} ({MANDATE.words[mandate.state]})")
            continue
        yield from _differing(_MANDATE, known.reference, known, mandate)
        if known.account_id != mandate.account_id:
            accounts = [_masked(before, known.account_id), _masked(after, mandate.account_id)]
            yield FieldChange(f"compte du mandat {known.reference}", *accounts)
        if known.replaces != mandate.replaces:
            references = [_reference(before, known.replaces), _reference(after, mandate.replaces)]
            yield FieldChange(f"mandat que remplace {known.reference}", *references)


def _differing(
    fields: tuple[tuple[str, Callable[..., str]], ...], name: str, before: object, after: object
) -> Iterator[FieldChange]:
    for field, shown in fields:
        if shown(before) != shown(after):
            yield FieldChange(field.format(name), shown(before), shown(after))


def _masked(customer: Customer, account_id: str) -> str:
    account = customer.account(account_id)
    return account.masked if account else ""


def _reference(customer: Customer, mandate_id: str) -> str:
    mandate = customer.mandate(mandate_id)
    return mandate.reference if mandate else ""


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
