"""Recording that a file was given to the bank: a fact of its own, whether or not a link was issued here."""

from __future__ import annotations

from dataclasses import replace

from diapason.domain.batches import BATCH, Batch, BatchEvent, Deposit
from diapason.domain.clock import in_paris
from diapason.domain.errors import StateRefused, VersionConflict
from diapason.domain.members import Member
from diapason.store.house import SchoolStore


def record_deposit(store: SchoolStore, member: Member, batch_id: str, version: int) -> Batch:
    """Once; raises StateRefused where there is no verified file, or somebody else recorded it, and
    VersionConflict."""
    batch = store.batches.get(batch_id)
    if batch.deposited is not None:
        if batch.deposited.by == member.username:
            return batch
        day = in_paris(batch.deposited.at)
        raise StateRefused(f"Le dépôt de cette remise a déjà été enregistré, le {day:%d/%m/%Y}.")
    state = BATCH.after(batch.state, BatchEvent.DEPOSIT)
    if batch.version != version:
        raise VersionConflict
    if not batch.can_be_downloaded:
        raise StateRefused("Le fichier est encore en cours de contrôle : réessayez dans un instant.")
    changed = replace(batch, state=state, deposited=Deposit(store.clock.now(), member.username))
    return store.batches.write(batch, changed, member.username, "deposited")
