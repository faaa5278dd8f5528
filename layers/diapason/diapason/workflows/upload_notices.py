"""Notices of S3 that a file was uploaded, as messages that name the work to do."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

from diapason.store.documents import encode_text
from diapason.store.queue import Work


class UnknownUpload(Exception):
    """An object lies in the uploads bucket under a key that no import has."""


def with_work(event: Mapping[str, Any]) -> dict[str, Any]:
    """The queue's event, each notice replaced by the Work that it stands for; other messages as they are.

    S3's test notice, sent when the bucket is set up, names no object and falls away.
    """
    return {"Records": [told for record in event["Records"] for told in _told(record)]}


def _told(record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    body = json.loads(record["body"])
    if "subject" in body:
        yield dict(record)
    for notice in body.get("Records", []):
        work = work_of_key(unquote_plus(notice["s3"]["object"]["key"]))
        yield {**record, "body": encode_text(work)}


def work_of_key(key: str) -> Work:
    """The import whose file was uploaded under this key; raises UnknownUpload."""
    match key.split("/"):
        case [school_id, "imports", import_id] if school_id and import_id:
            return Work(school_id, import_id)
    raise UnknownUpload(key)
