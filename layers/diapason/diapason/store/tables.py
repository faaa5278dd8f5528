"""Settings, people and journal as PynamoDB reads them. Writing goes through transactions.py alone.

Customers, invoices, drafts, batches and imports are read by the thousand, and so as the wire carries them.
An aggregate keeps its content as one JSON ``document``; what conditions and indexes need of it stands
beside the document as attributes of their own.
"""

from __future__ import annotations

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from diapason.store.environment import Environment


class RegistryItem(Model):
    """School, organisation, credited accounts, members, activities."""

    class Meta:
        table_name = ""

    PK = UnicodeAttribute(hash_key=True)
    SK = UnicodeAttribute(range_key=True)
    revision = NumberAttribute(default=1)
    document = UnicodeAttribute()


class JournalItem(Model):
    """Who changed what, when: one row with each change, in the same transaction."""

    class Meta:
        table_name = ""

    PK = UnicodeAttribute(hash_key=True)
    SK = UnicodeAttribute(range_key=True)
    at = UnicodeAttribute()
    who = UnicodeAttribute()
    event = UnicodeAttribute()
    facts = JSONAttribute(null=True)


def bind(environment: Environment) -> None:
    """Names the tables; called once where the function is put together."""
    RegistryItem.Meta.table_name = environment.registry_table
    JournalItem.Meta.table_name = environment.journal_table
