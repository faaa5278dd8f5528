"""The Treasury's profile (dépôt de fonds au Trésor): what must be there before a file can be made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from diapason.domain.creditor import PublicAccount
from diapason.domain.identifiers import Iban, InvalidIban, InvalidIdentifier, Siret

_SERVICE = re.compile(r"[A-Z0-9]{1,10}")
_CODIQUE = re.compile(r"[0-9]{6}")


class PublicAccountFault(NamedTuple):
    """``part`` is the part of the profile, or ``siret``, which is the organisation's; ``words`` are French
    and go on a sentence."""

    part: str
    words: str


def faults_of_public_account(account: PublicAccount, siret: str) -> Iterator[PublicAccountFault]:
    """What is missing or wrong; ``siret`` is the organisation's."""
    if not _SERVICE.fullmatch(account.service):
        words = "le code du service s’écrit en capitales et chiffres, par exemple TGDFT027."
        yield PublicAccountFault("service", words)
    if not _CODIQUE.fullmatch(account.codique):
        yield PublicAccountFault("codique", "le codique du poste comptable compte six chiffres.")
    if not account.accounting_office.strip():
        yield PublicAccountFault("accounting_office", "le nom du poste comptable manque.")
    if not (account.office_address.town.strip() and account.office_address.country):
        yield PublicAccountFault("office_address", "la ville et le pays du poste comptable manquent.")
    if not account.holder.strip():
        yield PublicAccountFault("holder", "le titulaire du compte au Trésor manque.")
    try:
        Iban.parse(account.iban_text)
    except InvalidIban as error:
        yield PublicAccountFault("iban", f"l’IBAN du compte au Trésor est faux : {error}")
    try:
        Siret.parse(siret)
    except InvalidIdentifier:
        yield PublicAccountFault("siret", "le SIRET de l’organisation manque ou est faux.")
