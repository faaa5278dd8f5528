"""Pending batches that a change of settings left behind: their files will be refused."""

from __future__ import annotations

from collections.abc import Callable

from diapason.domain.batches import Batch, BatchState
from diapason.domain.clock import paris_date
from http_api.asking import Asking
from http_api.fields import View


class OutdatedBatchView(View):
    """Remise en attente dont le fichier sera refusé, et pourquoi."""

    batch_id: str
    number: str
    words: str


def outdated_batches(
    asking: Asking, is_outdated: Callable[[Batch], bool], what: str
) -> list[OutdatedBatchView]:
    """Those that are still to be collected; ``what`` names what changed (« l’IBAN du compte »)."""
    today = paris_date(asking.store.clock.now())
    return [
        OutdatedBatchView(
            batch_id=batch.id,
            number=batch.number,
            words=(
                f"La remise {batch.number} est en attente et {what} a changé : son fichier sera refusé. "
                "Supprimez-la et refaites-la."
            ),
        )
        for batch in asking.store.batches.listed(due_from=today.isoformat())
        if batch.state is BatchState.PENDING and is_outdated(batch)
    ]
