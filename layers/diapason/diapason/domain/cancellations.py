"""Cancelling a generated batch: on which grounds, and who has a say in it.

Once a link to the file was issued the bank counts as having it (MONEY: a file that was handed out was sent).
From then on a cancel needs the bank's own reject, or a second person who attests that it was not executed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from diapason.domain.errors import FieldError
from diapason.domain.members import Member, Role

MIN_REASON = 10
"""Characters below which a reason explains nothing to whoever reads the journal in a year."""


class CancellationGround(StrEnum):
    """Why a file that was made need not be debited after all."""

    NEVER_HANDED_OUT = "never_handed_out"
    BANK_REJECT = "bank_reject"
    ATTESTATION = "attestation"


CANCELLATION_GROUND_WORDS = {
    CancellationGround.NEVER_HANDED_OUT: "le fichier n’a jamais été remis à personne",
    CancellationGround.BANK_REJECT: "la banque a rejeté le fichier",
    CancellationGround.ATTESTATION: "une seconde personne atteste que la banque ne l’a pas exécuté",
}


@dataclass(frozen=True, slots=True)
class CancellationRequest:
    """What is asked for. ``reject_reference`` and ``rejected_on`` (Europe/Paris) are the bank's, of its
    reject alone."""

    ground: CancellationGround
    reason: str
    reject_reference: str = ""
    rejected_on: date | None = None

    def faults(self, file_made_on: date, today: date) -> Iterator[FieldError]:
        """What is missing or cannot be; the dates are those of Paris."""
        if len(self.reason.strip()) < MIN_REASON:
            words = f"Expliquez l’annulation en {MIN_REASON} caractères au moins : le journal la conserve."
            yield FieldError("reason", "too_short", words)
        if self.ground is not CancellationGround.BANK_REJECT:
            if self.reject_reference or self.rejected_on:
                words = (
                    "Retirez la référence et la date du rejet : elles ne vont qu’avec un rejet de la banque."
                )
                yield FieldError("reject_reference", "unexpected", words)
            return
        if not self.reject_reference:
            words = "Indiquez la référence que la banque donne à son rejet."
            yield FieldError("reject_reference", "missing", words)
        if self.rejected_on is None:
            yield FieldError("rejected_on", "missing", "Indiquez la date du rejet de la banque.")
        elif not file_made_on <= self.rejected_on <= today:
            words = (
                "La banque ne peut avoir rejeté le fichier qu’entre sa génération, le "
                f"{file_made_on:%d/%m/%Y}, et aujourd’hui : corrigez la date."
            )
            yield FieldError("rejected_on", "impossible", words)


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Who cancels, why, and on which ground. ``evidence`` is the reference of the bank's reject, of
    ``rejected_on``; ``attested_by`` is another person than ``requested_by``, empty until they did."""

    ground: CancellationGround
    reason: str
    requested_by: str
    requested_at: datetime
    evidence: str = ""
    rejected_on: date | None = None
    attested_by: str = ""
    attested_at: datetime | None = None

    @property
    def decided_by(self) -> str:
        """Whose word the cancel rests on in the end."""
        return self.attested_by or self.requested_by

    def may_be_attested_by(self, member: Member) -> bool:
        """A second person, whatever their role grants them besides."""
        return member.username != self.requested_by

    def may_be_withdrawn_by(self, member: Member) -> bool:
        return member.username == self.requested_by or member.role is Role.ADMINISTRATOR
