"""The school itself: organisation, credited accounts, members, activities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from pynamodb.exceptions import DoesNotExist

from diapason.domain.creditor import CreditedAccount, Organisation, School
from diapason.domain.errors import NotFound, VersionConflict
from diapason.domain.members import Member
from diapason.store.documents import decode, encode_text
from diapason.store.keys import Key, school_in_list
from diapason.store.repository import Repository
from diapason.store.tables import RegistryItem
from diapason.store.transactions import ConditionFailed

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Versioned(Generic[T]):
    """A record as it was read: writing it back names the revision that it replaces."""

    value: T
    revision: int


@dataclass(frozen=True, slots=True)
class Activity:
    """What an invoice is for; ``code`` is the school's own."""

    code: str
    label: str


class Registry(Repository):
    """One school's settings and people."""

    def school(self) -> School:
        return self._get(self._keys.school(), School).value

    def put_school(self, school: School, who: str) -> None:
        """Creates or replaces the school, and enters it into the list of schools."""
        transaction = self._transactions.begin()
        for key in (self._keys.school(), school_in_list(school.id)):
            transaction.put(self.table, key, {"revision": 1, "document": encode_text(school)}, "")
        self._journal.record(transaction, "school", who, "school-written")
        transaction.commit()

    def organisation(self) -> Versioned[Organisation]:
        return self._get(self._keys.organisation(), Organisation)

    def put_organisation(self, organisation: Organisation, revision: int | None, who: str) -> None:
        """``revision`` is the one that was read, None for the first writing; raises VersionConflict."""
        self._put(self._keys.organisation(), organisation, revision, who, "organisation")

    def credited_account(self, account_id: str) -> Versioned[CreditedAccount]:
        return self._get(self._keys.credited_account(account_id), CreditedAccount)

    def credited_accounts(self) -> list[Versioned[CreditedAccount]]:
        return list(self._all(self._keys.credited_accounts(), CreditedAccount))

    def put_credited_account(self, account: CreditedAccount, revision: int | None, who: str) -> None:
        key = self._keys.credited_account(account.id)
        self._put(key, account, revision, who, f"credited-account-{account.id}")

    def member(self, username: str) -> Member:
        return self._get(self._keys.member(username), Member).value

    def members(self) -> list[Member]:
        return [found.value for found in self._all(self._keys.members(), Member)]

    def put_member(self, member: Member, revision: int | None, who: str) -> None:
        self._put(self._keys.member(member.username), member, revision, who, f"member-{member.username}")

    def activities(self) -> list[Activity]:
        return [found.value for found in self._all(self._keys.activities(), Activity)]

    def put_activity(self, activity: Activity, revision: int | None, who: str) -> None:
        self._put(self._keys.activity(activity.code), activity, revision, who, f"activity-{activity.code}")

    def _get(self, key: Key, kind: type[T]) -> Versioned[T]:
        try:
            item = RegistryItem.get(key.pk, key.sk, consistent_read=True)
        except DoesNotExist:
            raise NotFound from None
        return Versioned(decode(item.document, kind), int(item.revision))

    def _all(self, prefix: Key, kind: type[T]) -> Iterator[Versioned[T]]:
        found = RegistryItem.query(prefix.pk, RegistryItem.SK.startswith(prefix.sk), consistent_read=True)
        for item in found:
            yield Versioned(decode(item.document, kind), int(item.revision))

    def _put(self, key: Key, value: object, revision: int | None, who: str, subject: str) -> None:
        transaction = self._transactions.begin()
        item = {"revision": (revision or 0) + 1, "document": encode_text(value)}
        if revision is None:
            transaction.put_new(self.table, key, item)
        else:
            transaction.put(self.table, key, item, "revision = :seen", seen=revision)
        self._journal.record(transaction, subject, who, "written", revision=item["revision"])
        try:
            transaction.commit()
        except ConditionFailed:
            raise VersionConflict from None


def school_ids() -> Iterator[str]:
    """Every school there is, for the sweeper; the only reading outside one school's keys."""
    for item in RegistryItem.query(school_in_list("").pk):
        yield str(item.SK)
