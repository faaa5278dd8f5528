"""The table as a sheet: what the page shows, in its order, and nothing that a spreadsheet would compute."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from diapason.domain.drafts import Draft, DraftRow, GeneralInformation
from diapason.domain.errors import InvalidInput
from diapason.workflows import draft_sheet, drafting
from diapason.workflows.draft_sheet import COLUMNS, SheetLink, export_sheet
from diapason.workflows.draft_table import write_table
from diapason.workflows.draft_view import RowFilter, SortKey
from tests.workflows.draft_rows import BLOCKED, a_row
from tests.workflows.story import Story, a_story
from tests.world import opened_world


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    with opened_world() as world:
        yield a_story(world)


def a_draft(story: Story, *rows: DraftRow) -> Draft:
    draft = drafting.create_draft(story.store, story.member, GeneralInformation("main"))
    return replace(draft, segments=write_table(story.store, draft, rows))


def exported(story: Story, draft: Draft, row_filter: RowFilter = RowFilter(), **order: Any) -> SheetLink:  # noqa: B008
    order = {"sort": SortKey.STORED, "descending": False, **order}
    return export_sheet(story.store, draft, row_filter, order["sort"], descending=order["descending"])


def read(story: Story, link: SheetLink) -> list[list[str]]:
    """The rows as a spreadsheet reads them."""
    address = urlsplit(link.url)
    key = address.path.removeprefix("/").removeprefix(f"{story.store.work_files.name}/")
    data = boto3.client("s3").get_object(Bucket=story.store.work_files.name, Key=key)["Body"].read()
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def test_a_row_says_what_the_table_shows(story: Story) -> None:
    row = a_row(
        1,
        total_cents=123_450,
        remaining_cents=100_000,
        amount_cents=99_905,
        collection_date=date(2027, 1, 5),
        anomalies=BLOCKED,
        is_final=True,
    )

    header, cells = read(story, exported(story, a_draft(story, row)))

    assert tuple(header) == COLUMNS
    assert cells == [
        "F001",
        "Famille 001",
        "PIANO",
        "07/12/2026",
        "1234,50",
        "1000,00",
        "05/01/2027",
        "999,05",
        "FR14••••2606",
        "RUM-001",
        "oui",
        "Le compte du client est clos : choisissez-en un autre.",
    ]


@pytest.mark.parametrize("name", ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1", "＝1", 'a";"b', "a\r\nb;c"])
def test_nothing_that_was_typed_is_computed_or_breaks_a_row(story: Story, name: str) -> None:
    (_, cells) = read(story, exported(story, a_draft(story, a_row(1, customer_name=name))))

    assert len(cells) == len(COLUMNS)
    assert cells[1][0] not in "=+-@＝\t"


def test_the_sheet_follows_filter_and_order(story: Story) -> None:
    rows = [a_row(rank, activity="DANSE" if rank % 2 else "PIANO") for rank in range(6)]
    link = exported(
        story, a_draft(story, *rows), RowFilter(activity="DANSE"), sort=SortKey.AMOUNT, descending=True
    )

    assert [cells[0] for cells in read(story, link)[1:]] == ["F005", "F003", "F001"]
    assert link.rows == 3


def test_the_link_serves_a_file_to_save_for_a_minute(story: Story) -> None:
    link = exported(story, a_draft(story, a_row(1)))

    query = parse_qs(urlsplit(link.url).query)
    assert link.file_name == "remise-en-preparation-20261123-1200.csv"
    assert query["response-content-disposition"] == [f'attachment; filename="{link.file_name}"']
    assert link.expires_in == 60
    assert f"/{story.store.keys.school_id}/drafts/" in urlsplit(link.url).path


def test_a_table_that_is_too_long_is_to_be_filtered(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft_sheet, "MAX_SHEET_ROWS", 1)
    draft = a_draft(story, a_row(1), a_row(2))

    with pytest.raises(InvalidInput):
        exported(story, draft)

    assert exported(story, draft, RowFilter(search="F002")).rows == 1
