"""What distinguishes the three versions of the direct-debit message; all the rest is the same in each.

Source: ISO 20022 pain.008.001.02 (2009), .07 (2017) and .08 (2019).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

_SCHEMAS: Final = Path(__file__).parent / "schema"


@dataclass(frozen=True, slots=True)
class Profile:
    """One version of pain.008.001.

    Attributes:
        version: as banks name it, ``02``, ``07`` or ``08``.
        bank_code_element: the element that holds a BIC.
        status_report: the message by which a bank answers.
    """

    version: str
    bank_code_element: str
    status_report: str

    @property
    def message(self) -> str:
        """Name of the message, ``pain.008.001.08``."""
        return f"pain.008.001.{self.version}"

    @property
    def namespace(self) -> str:
        """XML namespace of the message."""
        return f"urn:iso:std:iso:20022:tech:xsd:{self.message}"

    @property
    def schema_path(self) -> Path:
        """The schema of what this project writes in that version; stricter than ISO's."""
        return _SCHEMAS / f"{self.message}.xsd"


PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {
        profile.version: profile
        for profile in (
            Profile(version="02", bank_code_element="BIC", status_report="pain.002.001.03"),
            Profile(version="07", bank_code_element="BICFI", status_report="pain.002.001.10"),
            Profile(version="08", bank_code_element="BICFI", status_report="pain.002.001.10"),
        )
    }
)
