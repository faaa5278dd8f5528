"""The lines of a batch as the page receives them. Amounts are integer cents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from diapason.domain.amendments import words_of_amendment
from diapason.domain.batches import Batch, Chunk, Collection, LineState
from diapason.domain.mandates import Scheme
from diapason.domain.presentations import SequenceType
from http_api.fields import View
from http_api.masking import masked
from http_api.words import words_of


class LineView(View):
    """Ligne de remise, figée ; l’IBAN est masqué. sequence est connue une fois le fichier fait ;
    amendments sont les modifications de mandat que le fichier annonce."""

    position: int
    end_to_end_id: str
    state: LineState
    state_words: str
    instalment_id: str
    invoice_id: str
    invoice_number: str
    customer_id: str
    customer_name: str
    due_date: date
    amount_cents: int
    holder: str
    account: str
    bic: str
    mandate_reference: str
    signed_on: date
    scheme: Scheme
    remittance_text: str
    sequence: SequenceType | None
    sequence_words: str
    amendments: list[str]


class LinesView(View):
    """Une page des lignes d’une remise ; count les compte toutes."""

    lines: list[LineView]
    count: int


def lines_view(batch: Batch, lines: Iterable[tuple[Chunk, Collection]]) -> LinesView:
    return LinesView(
        lines=[_line_view(batch, chunk, collection) for chunk, collection in lines], count=batch.count
    )


def _line_view(batch: Batch, chunk: Chunk, collection: Collection) -> LineView:
    line = collection.line
    sequence = collection.sequence if batch.groups else None
    return LineView(
        position=line.position,
        end_to_end_id=line.end_to_end_id,
        state=chunk.state,
        state_words=words_of(chunk.state),
        instalment_id=line.instalment_id,
        invoice_id=line.invoice_id,
        invoice_number=line.invoice_number,
        customer_id=line.customer_id,
        customer_name=line.customer_name,
        due_date=line.due_date,
        amount_cents=line.amount_cents,
        holder=line.holder,
        account=masked(line.iban),
        bic=line.bic,
        mandate_reference=line.mandate_reference,
        signed_on=line.signed_on,
        scheme=line.scheme,
        remittance_text=line.remittance_text,
        sequence=sequence,
        sequence_words=words_of(sequence) if sequence else "",
        amendments=list(words_of_amendment(collection.amendment)),
    )
