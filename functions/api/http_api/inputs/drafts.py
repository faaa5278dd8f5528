"""Requests of the wizard. Each edit names the version of the draft that it was made on."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from annotated_types import MaxLen, MinLen

from diapason.domain.drafts import Criteria, GeneralInformation
from diapason.domain.errors import FieldError, InvalidInput
from diapason.domain.instalment_search import InstalmentSearch
from diapason.workflows.draft_view import RowFilter, SortKey
from diapason.workflows.drafting import RowChange
from http_api.fields import (
    Cents,
    Comment,
    Count,
    Day,
    ExternalNumber,
    Flag,
    Id,
    Input,
    OptionalCode,
    RequestKey,
    Search,
    Version,
)
from http_api.inputs.instalments import SearchInput
from http_api.limits import MAX_CONFIRMED, MAX_SELECTED

InstalmentIds = Annotated[list[Id], MinLen(1), MaxLen(MAX_SELECTED)]


class GeneralInput(Input):
    """Informations générales de la remise."""

    credited_account_id: Id
    external_number: ExternalNumber = ""
    comment: Comment = ""

    def general(self) -> GeneralInformation:
        return GeneralInformation(self.credited_account_id, self.external_number, self.comment)


class GeneralUpdate(GeneralInput):
    """Informations générales de la remise, modifiées."""

    version: Version


class CriteriaInput(Input):
    """Critères de sélection ; montants en centimes, dates comprises."""

    version: Version
    due_from: Day
    due_to: Day
    min_cents: Cents | None = None
    max_cents: Cents | None = None
    activity: OptionalCode = ""

    def criteria(self) -> Criteria:
        return Criteria(self.due_from, self.due_to, self.min_cents, self.max_cents, self.activity)


class VersionInput(Input):
    """La version sur laquelle la demande est faite."""

    version: Version


class AttachInput(VersionInput):
    """Échéances à attacher : nommées une à une, ou toutes celles qu’une recherche trouve."""

    instalment_ids: InstalmentIds | None = None
    search: SearchInput | None = None

    def named_or_searched(self) -> list[str] | InstalmentSearch:
        """Raises InvalidInput unless exactly one of the two is given."""
        if self.instalment_ids is not None and self.search is None:
            return self.instalment_ids
        if self.search is not None and self.instalment_ids is None:
            return self.search.search()
        words = "Indiquez soit les échéances, soit la recherche."
        raise InvalidInput([FieldError("instalment_ids", "one-of", words)])


class RowFilterInput(Input):
    """Toutes les lignes que ce filtre laisse voir."""

    search: Search = ""
    collection_date: Day | None = None
    activity: OptionalCode = ""
    anomalies_only: Flag = False

    def row_filter(self) -> RowFilter:
        return RowFilter(self.search, self.collection_date, self.activity, self.anomalies_only)


class RowsInput(VersionInput):
    """Lignes nommées une à une, ou toutes celles d’un filtre : l’un ou l’autre."""

    instalment_ids: InstalmentIds | None = None
    filter: RowFilterInput | None = None

    def named_or_filter(self) -> list[str] | RowFilter:
        """Raises InvalidInput unless exactly one of the two is given."""
        if self.instalment_ids is not None and self.filter is None:
            return self.instalment_ids
        if self.filter is not None and self.instalment_ids is None:
            return self.filter.row_filter()
        words = "Indiquez soit les lignes, soit le filtre."
        raise InvalidInput([FieldError("instalment_ids", "one-of", words)])


class DatesInput(RowsInput):
    """Date de prélèvement à donner à des lignes : la même à toutes, ou, avec proposed, à chacune celle que
    son anomalie propose."""

    date: Day | None = None
    proposed: Flag = False

    def day_or_proposed(self) -> dt.date | None:
        """The one day; None for that which is proposed for each. Raises InvalidInput unless exactly one of
        the two is asked for."""
        if (self.date is not None) == self.proposed:
            words = "Indiquez soit une date, soit que chaque ligne prenne la date proposée."
            raise InvalidInput([FieldError("date", "one-of", words)])
        return self.date


class RowInput(VersionInput):
    """Une ligne modifiée ; ce qui est absent ou nul reste tel quel. is_final : dernier prélèvement du mandat
    (FNAL)."""

    collection_date: Day | None = None
    amount_cents: Cents | None = None
    account_id: Id | None = None
    mandate_id: Id | None = None
    is_final: Flag | None = None

    def change(self) -> RowChange:
        return RowChange(
            self.collection_date, self.amount_cents, self.account_id, self.mandate_id, self.is_final
        )


class SheetInput(Input):
    """Ce que montre le tableau : son filtre, et son ordre."""

    filter: RowFilterInput | None = None
    sort: SortKey = SortKey.STORED
    descending: Flag = False

    def row_filter(self) -> RowFilter:
        return self.filter.row_filter() if self.filter else RowFilter()


class ValidateInput(VersionInput):
    """Validation de la remise : le nombre et la somme (en centimes) que le bouton annonçait ; confirmed, les
    dates dont la somme inhabituelle a été confirmée."""

    request_key: RequestKey
    count: Count
    total_cents: Count
    confirmed: Annotated[tuple[Day, ...], MaxLen(MAX_CONFIRMED)] = ()
