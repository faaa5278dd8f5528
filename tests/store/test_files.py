"""Objects: written once, read whole, handed out for a minute."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import count
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.exceptions import ClientError

from diapason.store.files import LINK_SECONDS, PART_BYTES, UPLOAD_SECONDS, Bucket, FileExists, FileMissing
from tests.world import World, opened_world

XML = "application/xml"
KEYS = count(1)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One world for all tests here; each has a key of its own."""
    with opened_world() as opened:
        yield opened


@pytest.fixture
def bucket(world: World) -> Bucket:
    return Bucket(world.house.s3, world.house.environment.outputs_bucket)


@pytest.fixture
def key() -> str:
    return f"ecole-demo/remittances/b{next(KEYS)}/fichier.xml"


def uploads_under_way(bucket: Bucket, key: str) -> list[Any]:
    answer = boto3.client("s3").list_multipart_uploads(Bucket=bucket.name)
    return [upload for upload in answer.get("Uploads", []) if upload["Key"] == key]


def versions(bucket: Bucket, key: str) -> int:
    answer = boto3.client("s3").list_object_versions(Bucket=bucket.name, Prefix=key)
    return len(answer.get("Versions", []))


def uploaded(bucket: Bucket, key: str, *pieces: bytes) -> str:
    upload = bucket.upload_once(key, XML)
    for piece in pieces:
        upload.write(piece)
    return upload.complete()


def test_what_was_written_is_read_with_its_size_and_digest(bucket: Bucket, key: str) -> None:
    bucket.put_once(key, b"<a/>", XML)

    stored = bucket.describe(key)

    assert bucket.get(key) == b"<a/>"
    assert bucket.size_of(key) == stored.size == 4
    assert stored.sha256 == hashlib.sha256(b"<a/>").hexdigest()
    assert bucket.digest(key, stored.version_id) == stored.sha256
    assert bucket.open(key, stored.version_id).read() == b"<a/>"


def test_a_second_writing_is_refused_and_leaves_the_first(bucket: Bucket, key: str) -> None:
    bucket.put_once(key, b"first")

    with pytest.raises(FileExists):
        bucket.put_once(key, b"second")
    with pytest.raises(FileExists):
        uploaded(bucket, key, b"third")

    assert bucket.get(key) == b"first"
    assert versions(bucket, key) == 1


def test_a_small_upload_becomes_visible_when_it_is_completed(bucket: Bucket, key: str) -> None:
    upload = bucket.upload_once(key, XML)
    upload.write(b"<a>")
    upload.write(b"</a>")
    assert versions(bucket, key) == 0

    version = upload.complete()

    assert bucket.get(key) == b"<a></a>"
    assert bucket.describe(key).version_id == version


def test_a_large_upload_goes_in_parts_and_comes_back_whole(bucket: Bucket, key: str) -> None:
    piece = bytes(range(256)) * (PART_BYTES // 1024)
    pieces = [piece] * 6

    version = uploaded(bucket, key, *pieces)

    whole = b"".join(pieces)
    assert len(whole) > PART_BYTES
    assert bucket.digest(key, version) == hashlib.sha256(whole).hexdigest()
    assert uploads_under_way(bucket, key) == []


def test_a_large_upload_ending_with_a_full_part_has_no_empty_one(bucket: Bucket, key: str) -> None:
    uploaded(bucket, key, b"x" * PART_BYTES)

    assert bucket.size_of(key) == PART_BYTES


def test_an_empty_upload_is_an_empty_object(bucket: Bucket, key: str) -> None:
    uploaded(bucket, key)

    assert bucket.get(key) == b""


def test_an_upload_that_is_given_up_leaves_nothing(bucket: Bucket, key: str) -> None:
    upload = bucket.upload_once(key, XML)
    upload.write(b"x" * PART_BYTES)
    assert len(uploads_under_way(bucket, key)) == 1

    upload.abort()

    assert uploads_under_way(bucket, key) == []
    assert versions(bucket, key) == 0


def test_giving_up_before_anything_was_sent_is_nothing(bucket: Bucket, key: str) -> None:
    bucket.upload_once(key, XML).abort()

    assert versions(bucket, key) == 0


@pytest.mark.parametrize("large", [False, True])
def test_every_completion_asks_that_nothing_stands(bucket: Bucket, key: str, large: bool) -> None:
    asked: list[dict[str, Any]] = []
    client = bucket._client
    name = "complete_multipart_upload" if large else "put_object"
    original = getattr(client, name)

    def noted(**request: Any) -> Any:
        asked.append(request)
        return original(**request)

    with patch.object(client, name, noted):
        uploaded(bucket, key, b"x" * (PART_BYTES if large else 3))

    assert [request["IfNoneMatch"] for request in asked] == ["*"]


@pytest.mark.parametrize(
    ("code", "is_told_as"),
    [
        ("PreconditionFailed", FileExists),
        ("412", FileExists),
        ("ConditionalRequestConflict", ClientError),
        ("AccessDenied", ClientError),
        ("SlowDown", ClientError),
    ],
)
def test_only_the_word_that_something_stands_means_that_it_does(
    bucket: Bucket, key: str, code: str, is_told_as: type[Exception]
) -> None:
    """409 says that another writing is under way: its outcome is not known."""
    error = ClientError({"Error": {"Code": code, "Message": ""}}, "PutObject")

    with patch.object(bucket._client, "put_object", side_effect=error):
        with pytest.raises(is_told_as):
            bucket.put_once(key, b"")
        with pytest.raises(is_told_as):
            uploaded(bucket, key, b"x")


def test_a_missing_object_is_an_error_and_not_an_empty_one(bucket: Bucket, key: str) -> None:
    with pytest.raises(FileMissing):
        bucket.get(key)
    for read in (bucket.describe, bucket.size_of):
        with pytest.raises(ClientError):
            read(key)


def test_an_older_version_is_read_as_it_was(bucket: Bucket, key: str) -> None:
    bucket.put(key, b"first")
    first = bucket.describe(key)
    bucket.put(key, b"second")

    assert bucket.open(key, first.version_id).read() == b"first"
    assert bucket.digest(key, first.version_id) == first.sha256
    assert bucket.describe(key).sha256 != first.sha256


def test_a_download_link_names_one_version_and_lives_a_minute(bucket: Bucket, key: str) -> None:
    bucket.put_once(key, b"<a/>", XML)
    version = bucket.describe(key).version_id

    link = urlsplit(bucket.download_link(key, version, "remise.xml"))

    asked = {name: values[0] for name, values in parse_qs(link.query).items()}
    assert link.path.endswith(key)
    assert asked["versionId"] == version
    assert asked["response-content-disposition"] == 'attachment; filename="remise.xml"'
    assert asked["response-cache-control"] == "no-store"
    assert LINK_SECONDS <= 60
    assert int(asked["X-Amz-Expires"]) == LINK_SECONDS


def test_an_upload_form_is_for_one_key_and_a_bounded_size(bucket: Bucket, key: str) -> None:
    with patch.object(
        bucket._client, "generate_presigned_post", wraps=bucket._client.generate_presigned_post
    ) as signing:
        form = bucket.upload_form(key, 5_000)

    assert form.fields["key"] == key
    assert signing.call_args.kwargs["Conditions"] == [["content-length-range", 1, 5_000]]
    assert signing.call_args.kwargs["ExpiresIn"] == UPLOAD_SECONDS <= 600
