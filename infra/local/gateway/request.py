"""An HTTP request as the gateway receives it, before it becomes an event."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class Request:
    """`headers` keep order and repetition; `target` is the request line's, still percent-encoded."""

    method: str
    target: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    source_ip: str

    @property
    def path(self) -> str:
        """Decoded, as HTTP APIs do in spite of the name `rawPath` (REST APIs and function URLs do not)."""
        return unquote(urlsplit(self.target).path)

    @property
    def query_string(self) -> str:
        return urlsplit(self.target).query

    def header(self, name: str) -> str | None:
        """All values of a header, joined; None when it is absent."""
        values = [value for given, value in self.headers if given.lower() == name]
        return ",".join(values) if values else None
