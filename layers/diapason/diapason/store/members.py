"""The people of a school, whose e-mail addresses are reserved, and whose offices are counted.

One item of the school counts how many active members hold each office. It changes in the transaction that
changes the member, under the condition that nobody is the last: two administrators who take the office from
each other at once do not both succeed.
"""

from __future__ import annotations

from diapason.domain.errors import StateRefused, VersionConflict
from diapason.domain.members import LAST_OF_OFFICE, Member, MemberState, Office, offices_of
from diapason.store.keys import address_reservation
from diapason.store.repository import Repository
from diapason.store.transactions import ConditionFailed, Transaction
from diapason.store.versioned import Versioned, add_put, read, read_all

IS_FREE = "attribute_not_exists(school_id)"
IS_MINE = "school_id = :mine"


class AddressTaken(Exception):
    """The address belongs to an account of another school; to whose, nobody is told."""


class Members(Repository):
    """One school's people."""

    def get(self, username: str) -> Versioned[Member]:
        """Raises NotFound."""
        return read(self._keys.member(username), Member)

    def listed(self) -> list[Versioned[Member]]:
        """All of them, those whose access is closed too."""
        return list(read_all(self._keys.members(), Member))

    def reserve(self, email: str, who: str) -> None:
        """Takes a normalised address for this school, before there is an account; raises AddressTaken. One
        that is this school's already stays so."""
        transaction = self._transactions.begin()
        self._add_reservation(transaction, email, IS_FREE)
        self._journal.record(transaction, "members", who, "member-invited", email=email)
        try:
            transaction.commit()
        except ConditionFailed as refused:
            (standing,) = refused.failed.values()
            if standing is None or standing["school_id"]["S"] != self._keys.school_id:
                raise AddressTaken from None

    def admit(self, member: Member, who: str) -> None:
        """Writes a first record; raises AddressTaken, or VersionConflict where one stands already."""
        assert member.email, "without an address nobody signs in"
        transaction = self._transactions.begin()
        reservation = self._add_reservation(transaction, member.email)
        add_put(transaction, self.table, self._keys.member(member.username), member, None)
        self._add_offices(transaction, frozenset(), offices_of(member))
        self._record(transaction, member, who, "member-admitted")
        try:
            transaction.commit()
        except ConditionFailed as refused:
            raise (AddressTaken if reservation in refused.failed else VersionConflict) from None

    def replace(self, seen: Versioned[Member], changed: Member, who: str, event: str) -> None:
        """Writes over the revision that was read. The address is free while the access is closed.

        Raises VersionConflict, AddressTaken, and StateRefused for the last holder of an office.
        """
        before = seen.value
        assert (changed.username, changed.email) == (before.username, before.email)
        transaction = self._transactions.begin()
        record = add_put(transaction, self.table, self._keys.member(before.username), changed, seen.revision)
        reservation = None
        if changed.state is not before.state:
            move = self._add_release if changed.state is MemberState.CLOSED else self._add_reservation
            reservation = move(transaction, before.email)
        offices = self._add_offices(transaction, offices_of(before), offices_of(changed))
        self._record(transaction, changed, who, event)
        try:
            transaction.commit()
        except ConditionFailed as refused:
            if record in refused.failed:
                raise VersionConflict from None
            if reservation in refused.failed:
                raise AddressTaken from None
            raise _last_of_office(offices, refused) from None

    def record_invitation_mail(self, member: Member, who: str) -> None:
        """A journal row, of what leaves no other trace."""
        transaction = self._transactions.begin()
        self._record(transaction, member, who, "invitation-sent")
        transaction.commit()

    def _add_reservation(
        self, transaction: Transaction, email: str, condition: str = f"{IS_FREE} OR {IS_MINE}"
    ) -> int:
        mine = self._keys.school_id
        return transaction.update(
            self.table, address_reservation(email), "SET school_id = :mine", condition, mine=mine
        )

    def _add_release(self, transaction: Transaction, email: str) -> int:
        mine = self._keys.school_id
        return transaction.update(
            self.table, address_reservation(email), "REMOVE school_id", IS_MINE, mine=mine
        )

    def _add_offices(
        self, transaction: Transaction, before: frozenset[Office], after: frozenset[Office]
    ) -> frozenset[Office]:
        """Counts the change; returns what is given up, and can be so by nobody who is the last to hold it."""
        given_up, taken = before - after, after - before
        if not given_up | taken:
            return given_up
        changes = [f"{office} :less" for office in sorted(given_up)]
        changes += [f"{office} :more" for office in sorted(taken)]
        values = ({"less": -1, "last": 1} if given_up else {}) | ({"more": 1} if taken else {})
        transaction.update(
            self.table,
            self._keys.offices(),
            f"ADD {', '.join(changes)}",
            " AND ".join(f"{office} > :last" for office in sorted(given_up)),
            **values,
        )
        return given_up

    def _record(self, transaction: Transaction, member: Member, who: str, event: str) -> None:
        self._journal.record(
            transaction,
            f"member-{member.username}",
            who,
            event,
            name=member.name,
            role=member.role,
            permissions=sorted(member.permissions),
            state=member.state,
        )


def _last_of_office(given_up: frozenset[Office], refused: ConditionFailed) -> StateRefused:
    """Which of the offices that were given up has no other holder, as the counters stand."""
    (counters,) = refused.failed.values()
    counted = {name: int(value["N"]) for name, value in (counters or {}).items() if "N" in value}
    last = [office for office in sorted(given_up) if counted.get(office, 0) <= 1]
    return StateRefused(" ".join(LAST_OF_OFFICE[office] for office in last))
