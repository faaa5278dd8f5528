"""The values of a bank file as elements of it: reduced where a text may be, refused where none may.

Lengths: EPC016-06 and EPC130-08. Every text passes :mod:`diapason.sepa.text`, references are refused rather
than altered, the other values are typed: so nothing in a template needs escaping.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from diapason.domain.creditor import is_same_creditor
from diapason.domain.identifiers import (
    Bic,
    CreditorIdentifier,
    Iban,
    InvalidIdentifier,
    normalised_mandate_reference,
)
from diapason.domain.presentations import Amendment
from diapason.sepa.addresses import LINE_LIMIT, MOST_LINES, POST_CODE_LIMIT, STREET_LIMIT, TOWN_LIMIT
from diapason.sepa.faults import UnwritableValueError
from diapason.sepa.message import DirectDebit, OrganisationNumber, PaymentInformation, PostalAddress
from diapason.sepa.profiles import Profile
from diapason.sepa.text import are_plain_references, is_sepa_reference, sepa_text, sepa_texts

REFERENCE_LIMIT: Final = 35
NAME_LIMIT: Final = 70

AgentWriter = Callable[[Bic | None], str]


def reference(element: str, of: str, text: str) -> str:
    """A reference as it stands; raises UnwritableValueError."""
    if len(text) > REFERENCE_LIMIT or not is_sepa_reference(text):
        raise UnwritableValueError(
            element, of, f"dépasse {REFERENCE_LIMIT} caractères ou en contient que les banques refusent"
        )
    return text


def require_references(element: str, of: Sequence[str], texts: Sequence[str]) -> None:
    """As :func:`reference`, for many at once; raises UnwritableValueError for the first that cannot stand."""
    if not are_plain_references(texts, REFERENCE_LIMIT):
        for each, text in zip(of, texts, strict=True):
            reference(element, each, text)


def name(element: str, of: str, text: str) -> str:
    """A name in the bank's characters; raises UnwritableValueError where nothing of it can be written."""
    written = sepa_text(text, NAME_LIMIT)
    if not written:
        raise UnwritableValueError(element, of, "est vide, ou ne contient que des caractères refusés")
    return written


def names(element: str, of: Sequence[str], texts: Sequence[str]) -> Sequence[str]:
    """As :func:`name`, for many at once; raises UnwritableValueError for the first that is empty."""
    written = sepa_texts(texts, NAME_LIMIT)
    if not all(written):
        for each, text in zip(of, texts, strict=True):
            name(element, each, text)
    return written


def agent_writer(profile: Profile) -> AgentWriter:
    """Writes the bank's code, or that none is given."""
    element = profile.bank_code_element
    not_provided = "<FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId>"

    def agent(bic: Bic | None) -> str:
        return not_provided if bic is None else f"<FinInstnId><{element}>{bic.code}</{element}></FinInstnId>"

    return agent


def organisation(element: str, of: str, number: OrganisationNumber) -> str:
    """``Id/OrgId/Othr`` with its scheme, where it has one."""
    scheme = ""
    if number.scheme:
        scheme = f"<SchmeNm><Prtry>{reference(f'{element}/SchmeNm', of, number.scheme)}</Prtry></SchmeNm>"
    written = reference(element, of, number.number)
    return f"<Id><OrgId><Othr><Id>{written}</Id>{scheme}</Othr></OrgId></Id>"


def creditor_scheme(identifier: CreditorIdentifier) -> str:
    """``Id/PrvtId/Othr``, also for a company (EPC130-08, AT-02)."""
    return (
        f"<Id><PrvtId><Othr><Id>{identifier}</Id><SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr></PrvtId></Id>"
    )


def postal_address(of: str, address: PostalAddress | None) -> str:
    """``PstlAdr`` in the order that PostalAddress6 and PostalAddress24 share; empty for None."""
    if address is None:
        return ""
    street = sepa_text(address.street, STREET_LIMIT)
    post_code = sepa_text(address.post_code, POST_CODE_LIMIT)
    town = sepa_text(address.town, TOWN_LIMIT)
    lines = [line for line in (sepa_text(line, LINE_LIMIT) for line in address.lines) if line]
    if not town or not address.country:
        raise UnwritableValueError("PstlAdr", of, "n'indique pas la ville et le pays")
    if len(lines) > MOST_LINES or (lines and street):
        raise UnwritableValueError(
            "PstlAdr", of, f"compte plus de {MOST_LINES} lignes libres, ou une rue en plus d'elles"
        )
    return (
        "<PstlAdr>"
        + (f"<StrtNm>{street}</StrtNm>" if street else "")
        + (f"<PstCd>{post_code}</PstCd>" if post_code else "")
        + f"<TwnNm>{town}</TwnNm><Ctry>{sepa_text(address.country, NAME_LIMIT)}</Ctry>"
        + "".join(f"<AdrLine>{line}</AdrLine>" for line in lines)
        + "</PstlAdr>"
    )


def amendment_of(debit: DirectDebit, payment: PaymentInformation) -> str:
    """``AmdmntInd`` and ``AmdmntInfDtls``; empty where nothing changed. Refused where an original is what the
    debit says anyway: banks answer that with MD02."""
    amendment = debit.amendment
    details = (
        _original_mandate(debit, amendment)
        + _original_creditor(payment, amendment, debit.end_to_end_id)
        + _original_account(debit, amendment)
    )
    if not details:
        return ""
    return f"<AmdmntInd>true</AmdmntInd><AmdmntInfDtls>{details}</AmdmntInfDtls>"


def _original_mandate(debit: DirectDebit, amendment: Amendment) -> str:
    if not amendment.original_reference:
        return ""
    original = reference("OrgnlMndtId", debit.end_to_end_id, amendment.original_reference)
    present = normalised_mandate_reference(debit.mandate_reference)
    is_change = normalised_mandate_reference(original) != present
    _require_change("OrgnlMndtId", debit.end_to_end_id, is_change)
    return f"<OrgnlMndtId>{original}</OrgnlMndtId>"


def _original_creditor(payment: PaymentInformation, amendment: Amendment, of: str) -> str:
    former_name = former_identifier = ""
    if amendment.original_creditor_name:
        original = name("OrgnlCdtrSchmeId/Nm", of, amendment.original_creditor_name)
        present = name("Cdtr/Nm", payment.payment_information_id, payment.creditor_name)
        _require_change("OrgnlCdtrSchmeId/Nm", of, original != present)
        former_name = f"<Nm>{original}</Nm>"
    if amendment.original_creditor_id:
        try:
            identifier = CreditorIdentifier.parse(amendment.original_creditor_id)
        except InvalidIdentifier as error:
            raise UnwritableValueError("OrgnlCdtrSchmeId/Id", of, "n'est pas un ICS") from error
        is_change = not is_same_creditor(identifier.text, payment.creditor_identifier.text)
        _require_change("OrgnlCdtrSchmeId/Id", of, is_change)
        former_identifier = creditor_scheme(identifier)
    if not former_name and not former_identifier:
        return ""
    return f"<OrgnlCdtrSchmeId>{former_name}{former_identifier}</OrgnlCdtrSchmeId>"


def _original_account(debit: DirectDebit, amendment: Amendment) -> str:
    """A former account stands in OrgnlDbtrAcct, whatever its bank, since November 2016 (EPC130-08)."""
    of = debit.end_to_end_id
    if amendment.another_bank and amendment.original_iban:
        raise UnwritableValueError("OrgnlDbtrAcct", of, "indique à la fois l'ancien compte et SMNDA")
    if amendment.another_bank:
        return "<OrgnlDbtrAcct><Id><Othr><Id>SMNDA</Id></Othr></Id></OrgnlDbtrAcct>"
    if not amendment.original_iban:
        return ""
    try:
        iban = Iban(amendment.original_iban)
    except InvalidIdentifier as error:
        raise UnwritableValueError("OrgnlDbtrAcct", of, "n'est pas un IBAN") from error
    _require_change("OrgnlDbtrAcct", of, iban != debit.debtor_iban)
    return f"<OrgnlDbtrAcct><Id><IBAN>{iban.electronic}</IBAN></Id></OrgnlDbtrAcct>"


def _require_change(element: str, of: str, is_change: bool) -> None:
    if not is_change:
        raise UnwritableValueError(element, of, "est égal à la valeur actuelle, ce que les banques rejettent")
