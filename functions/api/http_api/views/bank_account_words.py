"""What the settings of a credited account mean, in words: for the tab « banque » of the page."""

from __future__ import annotations

from collections.abc import Iterator

from diapason.domain.creditor import AddressRule, CreditedAccount
from diapason.domain.mandates import Scheme
from diapason.domain.money import french_euros
from http_api.words import words_of

_END_OF_DAY = 24
_SCHEMES = {Scheme.CORE: "prélèvements CORE", Scheme.B2B: "prélèvements interentreprises (B2B)"}


def meaning_of(account: CreditedAccount) -> Iterator[str]:
    """One phrase for each setting, without a full stop."""
    yield words_of(account.version)
    yield _SCHEMES[account.scheme]
    yield "une écriture par remise" if account.batch_booking else "une écriture par prélèvement"
    yield f"fichier à remettre {_day(account.lead_days)} avant {_hour(account.cut_off_hour)}"
    yield words_of(account.bic_rule)
    yield words_of(address_rule_in_force(account))
    yield words_of(account.sequence_rule)
    if account.initiating_party_id:
        yield f"émetteur des fichiers : {account.initiating_party_id}"
    if account.ultimate_creditor and account.public_account is None:
        yield f"encaissé pour le compte de {account.ultimate_creditor}"
    if account.names_ultimate_debtor:
        yield "le client est nommé quand le compte débité est à une autre personne"
    yield from _ceilings(account)
    if account.public_account is not None:
        public = account.public_account
        yield (
            f"compte au Trésor de {public.holder}, encaissé par {public.accounting_office} "
            f"(codique {public.codique}, service {public.service})"
        )
    if account.closed:
        yield "compte clos : il ne peut plus être crédité"


def address_rule_in_force(account: CreditedAccount) -> AddressRule:
    """The Treasury's profile wants structured addresses, whatever was chosen."""
    return AddressRule.STRUCTURED if account.demands_address else account.address_rule


def _day(lead_days: int) -> str:
    return "la veille ouvrée" if lead_days == 1 else f"{lead_days} jours ouvrés plus tôt,"


def _hour(cut_off_hour: int) -> str:
    return "minuit" if cut_off_hour == _END_OF_DAY else f"{cut_off_hour} h"


def _ceilings(account: CreditedAccount) -> Iterator[str]:
    ceilings = account.ceilings
    if ceilings.line_cents is not None:
        yield f"plafond de {french_euros(ceilings.line_cents)} par prélèvement"
    if ceilings.customer_month_cents is not None:
        yield f"plafond de {french_euros(ceilings.customer_month_cents)} par client et par mois"
    if ceilings.batch_cents is not None:
        yield f"seconde confirmation au-dessus de {french_euros(ceilings.batch_cents)} par remise"
