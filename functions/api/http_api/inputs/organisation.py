"""Requests that write the school as creditor."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Le, MaxLen
from pydantic import AfterValidator, Strict
from pydantic_core import PydanticCustomError

from diapason.domain.creditor import NOTICE_DAYS, Organisation
from diapason.domain.numbering import InvalidPrefix, NumberingKind, NumberingRule, checked_prefix
from diapason.domain.remittance_rule import (
    DEFAULT_REMITTANCE_RULE,
    RULE_LIMIT,
    InvalidRemittanceRule,
    checked_rule,
)
from http_api.fields import CreditorIdentifierText, Input, Name, Revision, SiretText
from http_api.inputs.addresses import AddressInput
from http_api.limits import MAX_CODE, MAX_NOTICE_DAYS


def _prefix(text: str) -> str:
    try:
        return checked_prefix(text)
    except InvalidPrefix as fault:
        raise PydanticCustomError("numbering.prefix", "{words}", {"words": str(fault)}) from None


def _rule(text: str) -> str:
    try:
        return checked_rule(text)
    except InvalidRemittanceRule as fault:
        raise PydanticCustomError("remittance_rule.words", "{words}", {"words": str(fault)}) from None


Prefix = Annotated[str, MaxLen(MAX_CODE), AfterValidator(_prefix)]
RemittanceRule = Annotated[str, MaxLen(RULE_LIMIT), AfterValidator(_rule)]
NoticeDays = Annotated[int, Strict(), Ge(1), Le(MAX_NOTICE_DAYS)]


class NumberingInput(Input):
    """Numérotation des remises."""

    kind: NumberingKind = NumberingKind.TIMESTAMP
    prefix: Prefix = ""

    def rule(self) -> NumberingRule:
        return NumberingRule(self.kind, self.prefix)


class OrganisationInput(Input):
    """L’établissement comme créancier."""

    revision: Revision
    name: Name
    creditor_id: CreditorIdentifierText = ""
    siret: SiretText = ""
    address: AddressInput = AddressInput()
    numbering: NumberingInput = NumberingInput()
    remittance_rule: RemittanceRule = DEFAULT_REMITTANCE_RULE
    notice_days: NoticeDays = NOTICE_DAYS

    def written_over(self, before: Organisation) -> Organisation:
        """The organisation with this content, and with the identifier that it leaves."""
        return Organisation(
            name=self.name,
            creditor_id=self.creditor_id,
            siret=self.siret,
            address=self.address.address(),
            numbering=self.numbering.rule(),
            remittance_rule=self.remittance_rule,
            notice_days=self.notice_days,
        ).succeeding(before)
