"""Objects in S3. What is written once is never written again; what is handed out expires within a minute."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

LINK_SECONDS = 60
UPLOAD_SECONDS = 600
PART_BYTES = 8 * 1024 * 1024
"""Parts of a multipart upload: S3 asks for 5 MiB at least, and memory holds one."""


class FileExists(Exception):
    """An object stands under this key already; it was left as it is."""


class FileMissing(Exception):
    """No object stands under this key, or none any more."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Where the bytes are, and what they are."""

    key: str
    version_id: str
    sha256: str
    size: int


class Bucket:
    """One S3 bucket."""

    def __init__(self, client: S3Client, name: str) -> None:
        self._client = client
        self.name = name

    def put_once(self, key: str, data: bytes, content_type: str = "application/json") -> None:
        """Writes an object; raises FileExists where one stands."""
        try:
            self._client.put_object(
                Bucket=self.name, Key=key, Body=data, ContentType=content_type, IfNoneMatch="*"
            )
        except ClientError as error:
            raise _file_exists(error) from None

    def put(self, key: str, data: bytes, content_type: str = "application/json") -> None:
        """Writes an object whose key is a function of its bytes: writing it again changes nothing."""
        self._client.put_object(Bucket=self.name, Key=key, Body=data, ContentType=content_type)

    def get(self, key: str) -> bytes:
        """The bytes of an object; raises FileMissing."""
        try:
            return self._client.get_object(Bucket=self.name, Key=key)["Body"].read()
        except self._client.exceptions.NoSuchKey:
            raise FileMissing(key) from None

    def size_of(self, key: str) -> int:
        return self._client.head_object(Bucket=self.name, Key=key)["ContentLength"]

    def open(self, key: str, version_id: str) -> IO[bytes]:
        """The bytes of one version as a stream."""
        return self._client.get_object(Bucket=self.name, Key=key, VersionId=version_id)["Body"]  # type: ignore[return-value]

    def describe(self, key: str) -> StoredFile:
        """Reads the object that stands and tells its version, digest and size."""
        answer = self._client.get_object(Bucket=self.name, Key=key)
        digest = hashlib.sha256()
        size = 0
        for piece in answer["Body"].iter_chunks(1024 * 1024):
            digest.update(piece)
            size += len(piece)
        return StoredFile(key, answer.get("VersionId", ""), digest.hexdigest(), size)

    def digest(self, key: str, version_id: str) -> str:
        """SHA-256 of one version, in hexadecimal."""
        digest = hashlib.sha256()
        answer = self._client.get_object(Bucket=self.name, Key=key, VersionId=version_id)
        for piece in answer["Body"].iter_chunks(1024 * 1024):
            digest.update(piece)
        return digest.hexdigest()

    def upload_once(self, key: str, content_type: str) -> OnceUpload:
        """An upload in pieces that becomes visible when it is completed, and only where nothing stands."""
        return OnceUpload(self._client, self.name, key, content_type)

    def download_link(self, key: str, version_id: str, file_name: str) -> str:
        """A link that serves one version as a file to save, for at most a minute."""
        return self._link({"Key": key, "VersionId": version_id}, file_name)

    def link(self, key: str, file_name: str) -> str:
        """The same for an object that is named by its bytes, in a bucket without versions."""
        return self._link({"Key": key}, file_name)

    def _link(self, what: dict[str, str], file_name: str) -> str:
        return self._client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self.name,
                **what,
                "ResponseContentDisposition": f'attachment; filename="{file_name}"',
                "ResponseCacheControl": "no-store",
            },
            ExpiresIn=LINK_SECONDS,
        )

    def upload_form(self, key: str, max_bytes: int) -> UploadForm:
        """A form by which a browser may upload this one object, up to so many bytes, for ten minutes."""
        form = self._client.generate_presigned_post(
            self.name, key, Conditions=[["content-length-range", 1, max_bytes]], ExpiresIn=UPLOAD_SECONDS
        )
        return UploadForm(form["url"], form["fields"])


@dataclass(frozen=True, slots=True)
class UploadForm:
    """Where and with which fields to POST a file (multipart/form-data, the file last, named ``file``)."""

    url: str
    fields: dict[str, str]


class OnceUpload:
    """A write-once upload: small files in one request, larger ones in parts, either with If-None-Match."""

    def __init__(self, client: S3Client, bucket: str, key: str, content_type: str) -> None:
        self._client = client
        self._bucket = bucket
        self._key = key
        self._content_type = content_type
        self._pending = bytearray()
        self._upload_id = ""
        self._etags: list[str] = []

    def write(self, piece: bytes) -> None:
        self._pending += piece
        if len(self._pending) >= PART_BYTES:
            self._send_part()

    def complete(self) -> str:
        """Makes the object visible and returns its version id; raises FileExists where one stands."""
        try:
            if not self._upload_id:
                answer = self._client.put_object(
                    Bucket=self._bucket,
                    Key=self._key,
                    Body=bytes(self._pending),
                    ContentType=self._content_type,
                    IfNoneMatch="*",
                )
                return answer.get("VersionId", "")
            if self._pending:
                self._send_part()
            parts = [{"PartNumber": rank, "ETag": etag} for rank, etag in enumerate(self._etags, 1)]
            completed = self._client.complete_multipart_upload(
                Bucket=self._bucket,
                Key=self._key,
                UploadId=self._upload_id,
                MultipartUpload={"Parts": parts},  # type: ignore[typeddict-item]
                IfNoneMatch="*",
            )
            return completed.get("VersionId", "")
        except ClientError as error:
            raise _file_exists(error) from None

    def abort(self) -> None:
        """Leaves nothing behind."""
        if self._upload_id:
            self._client.abort_multipart_upload(Bucket=self._bucket, Key=self._key, UploadId=self._upload_id)

    def _send_part(self) -> None:
        if not self._upload_id:
            created = self._client.create_multipart_upload(
                Bucket=self._bucket, Key=self._key, ContentType=self._content_type
            )
            self._upload_id = created["UploadId"]
        part = self._client.upload_part(
            Bucket=self._bucket,
            Key=self._key,
            UploadId=self._upload_id,
            PartNumber=len(self._etags) + 1,
            Body=bytes(self._pending),
        )
        self._etags.append(part["ETag"])
        self._pending.clear()


def _file_exists(error: ClientError) -> Exception:
    """FileExists for S3's answer to If-None-Match, else the error itself.

    409 is S3's word that another conditional write is under way: its outcome is not known yet.
    """
    return FileExists() if error.response["Error"]["Code"] in {"PreconditionFailed", "412"} else error
