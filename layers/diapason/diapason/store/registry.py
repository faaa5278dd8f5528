"""The school itself: its option, organisation, credited accounts, activities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from diapason.domain.accounting import AccountingSettings
from diapason.domain.creditor import CreditedAccount, Organisation, School
from diapason.domain.errors import NotFound, VersionConflict
from diapason.store.keys import Key, school_in_list, stable_id
from diapason.store.repository import Repository
from diapason.store.transactions import ConditionFailed
from diapason.store.versioned import Versioned, add_put, read, read_all


@dataclass(frozen=True, slots=True)
class Activity:
    """What an invoice is for; ``code`` is the school's own. Closed, it stays on the invoices that bear it."""

    code: str
    label: str
    closed: bool = False


def activity_id(school_id: str, code: str) -> str:
    """The id that a school's own code stands for: a code may hold anything, an address may not."""
    return stable_id(school_id, "activity", code)


class Registry(Repository):
    """One school's settings."""

    def school(self) -> School:
        return self.versioned_school().value

    def versioned_school(self) -> Versioned[School]:
        return read(self._keys.school(), School)

    def put_school(
        self, school: School, revision: int | None, who: str, event: str = "school-written", **facts: object
    ) -> None:
        """Writes the school and its entry in the list of schools; ``revision`` is the one that was read, None
        for the founding. Raises VersionConflict."""
        transaction = self._transactions.begin()
        add_put(transaction, self.table, self._keys.school(), school, revision)
        add_put(transaction, self.table, school_in_list(school.id), school, revision)
        self._journal.record(transaction, "school", who, event, **facts)
        try:
            transaction.commit()
        except ConditionFailed:
            raise VersionConflict from None

    def organisation(self) -> Versioned[Organisation]:
        return read(self._keys.organisation(), Organisation)

    def put_organisation(self, organisation: Organisation, revision: int | None, who: str) -> None:
        """``revision`` is the one that was read, None for the first writing; raises VersionConflict."""
        self._put(self._keys.organisation(), organisation, revision, who, "organisation")

    def credited_account(self, account_id: str) -> Versioned[CreditedAccount]:
        return read(self._keys.credited_account(account_id), CreditedAccount)

    def credited_accounts(self) -> list[Versioned[CreditedAccount]]:
        return list(read_all(self._keys.credited_accounts(), CreditedAccount))

    def put_credited_account(self, account: CreditedAccount, revision: int | None, who: str) -> None:
        key = self._keys.credited_account(account.id)
        self._put(key, account, revision, who, f"credited-account-{account.id}")

    def accounting_settings(self) -> Versioned[AccountingSettings]:
        """Raises NotFound as long as the school has not recorded them."""
        return read(self._keys.accounting_settings(), AccountingSettings)

    def put_accounting_settings(self, settings: AccountingSettings, revision: int | None, who: str) -> None:
        """``revision`` is the one that was read, None for the first writing; raises VersionConflict."""
        self._put(self._keys.accounting_settings(), settings, revision, who, "accounting-settings")

    def activities(self) -> list[Activity]:
        return [found.value for found in self.versioned_activities()]

    def versioned_activities(self) -> list[Versioned[Activity]]:
        """By code."""
        return list(read_all(self._keys.activities(), Activity))

    def activity(self, code: str) -> Versioned[Activity]:
        """Raises NotFound."""
        return read(self._keys.activity(code), Activity)

    def activity_of_id(self, identifier: str) -> Versioned[Activity]:
        """Raises NotFound."""
        for found in self.versioned_activities():
            if activity_id(self._keys.school_id, found.value.code) == identifier:
                return found
        raise NotFound("Cette activité n’existe pas.")

    def put_activity(self, activity: Activity, revision: int | None, who: str) -> None:
        self._put(self._keys.activity(activity.code), activity, revision, who, f"activity-{activity.code}")

    def _put(self, key: Key, value: object, revision: int | None, who: str, subject: str) -> None:
        transaction = self._transactions.begin()
        add_put(transaction, self.table, key, value, revision)
        self._journal.record(transaction, subject, who, "written", revision=(revision or 0) + 1)
        try:
            transaction.commit()
        except ConditionFailed:
            raise VersionConflict from None


def schools() -> Iterator[Versioned[School]]:
    """Every school there is, by id, for sweeper and platform; the only reading outside one school's keys."""
    yield from read_all(school_in_list(""), School)


def school_ids() -> Iterator[str]:
    """Every school's id."""
    return (found.value.id for found in schools())
