"""The environment that the template gives every function, typed; a missing setting stops the start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields


class MissingSetting(RuntimeError):
    """The function was deployed without one of its settings."""


@dataclass(frozen=True, slots=True)
class Environment:
    """Names of tables and buckets, addresses of queues, and the user pool, as template.yaml declares them."""

    registry_table: str
    billing_table: str
    collection_table: str
    journal_table: str
    outputs_bucket: str
    work_bucket: str
    uploads_bucket: str
    create_batches_queue_url: str
    generate_bank_file_queue_url: str
    release_batch_queue_url: str
    import_records_queue_url: str
    user_pool_id: str
    export_accounting_queue_url: str

    @classmethod
    def read(cls, variables: Mapping[str, str] | None = None) -> Environment:
        """Raises MissingSetting, which names every variable that lacks."""
        source = os.environ if variables is None else variables
        names = {field.name: field.name.upper() for field in fields(cls)}
        missing = [name for name in names.values() if not source.get(name)]
        if missing:
            raise MissingSetting(f"environment variables are not set: {', '.join(missing)}")
        return cls(**{field: source[name] for field, name in names.items()})
