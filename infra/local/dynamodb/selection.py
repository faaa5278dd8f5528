"""The parameter Select: which attributes of the matching items the answer holds.

Source: Amazon DynamoDB API Reference, "Query", parameter "Select".
"""

from dataclasses import dataclass

from infra.local.dynamodb.errors import ValidationError
from infra.local.dynamodb.parameters import Request, choice
from infra.local.dynamodb.ranges import Source
from infra.local.dynamodb.schema import Index

_ALL = "ALL_ATTRIBUTES"
_PROJECTED = "ALL_PROJECTED_ATTRIBUTES"
_SPECIFIC = "SPECIFIC_ATTRIBUTES"
_COUNT = "COUNT"


@dataclass(frozen=True, slots=True)
class Selection:
    """Whether to answer with numbers alone; whether a local index's copies do not suffice."""

    counts_only: bool
    fetches_from_table: bool


def read_selection(request: Request, source: Source, projected: frozenset[str] | None) -> Selection:
    """Return what a request selects; `projected` lists the attributes of its ProjectionExpression.

    Raises ValidationError where the parameters contradict each other or ask a global index for more than it
    holds.
    """
    select = choice(request, "Select", (_implied(source, projected), _ALL, _PROJECTED, _SPECIFIC, _COUNT))
    if projected is not None and select != _SPECIFIC:
        wanted = "only the Count" if select == _COUNT else select
        raise ValidationError(f"Cannot specify the ProjectionExpression when choosing to get {wanted}")
    if projected is None and select == _SPECIFIC:
        raise ValidationError(
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
            "SPECIFIC_ATTRIBUTES"
        )
    if select == _PROJECTED and source.index is None:
        raise ValidationError("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
    if source.index is not None and source.index.is_global:
        _refuse_beyond_global_index(source.index, select, projected)
    return Selection(
        counts_only=select == _COUNT,
        fetches_from_table=_exceeds(source.index, select, projected),
    )


def _implied(source: Source, projected: frozenset[str] | None) -> str:
    if projected is not None:
        return _SPECIFIC
    return _ALL if source.index is None else _PROJECTED


def _refuse_beyond_global_index(index: Index, select: str, projected: frozenset[str] | None) -> None:
    if not _exceeds(index, select, projected):
        return
    if select == _ALL:
        raise ValidationError(
            "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for "
            f"global secondary index {index.name} because its projection type is not ALL"
        )
    missing = sorted((projected or frozenset()) - (index.projected or frozenset()))
    raise ValidationError(
        f"One or more parameter values were invalid: Global secondary index {index.name} does not project "
        f"[{', '.join(missing)}]"
    )


def _exceeds(index: Index | None, select: str, projected: frozenset[str] | None) -> bool:
    if index is None or index.projected is None:
        return False
    if select == _ALL:
        return True
    return projected is not None and not projected <= index.projected
