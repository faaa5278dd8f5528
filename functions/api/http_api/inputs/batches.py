"""Requests about registered batches."""

from __future__ import annotations

from diapason.domain.cancellations import CancellationGround, CancellationRequest
from http_api.fields import Day, Input, OptionalCode, Reason, Version


class GenerateInput(Input):
    """La version de la remise dont le fichier est demandé."""

    version: Version


class VersionInput(Input):
    """La version de la remise qui a été lue."""

    version: Version


class CancelInput(Input):
    """L’annulation d’une remise générée ; référence et date du rejet quand la banque a rejeté le fichier."""

    version: Version
    ground: CancellationGround
    reason: Reason
    reject_reference: OptionalCode = ""
    rejected_on: Day | None = None

    def request(self) -> CancellationRequest:
        return CancellationRequest(self.ground, self.reason, self.reject_reference, self.rejected_on)
