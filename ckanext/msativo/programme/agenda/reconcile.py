"""From what the rules want today to what changes in the agenda; doing it twice changes nothing.

One open item per rule and object. An open item whose rule no longer holds is closed with that note. What a person
discarded stays away until its facts change; what a person marked as done stays away as long as its facts are the same
and the settling time has not passed (a measure needs time to show). Items by hand are not touched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.agenda.items import Owner, Wanted
from ckanext.msativo.programme.errors import ProgrammeError
from ckanext.msativo.programme.messages import Message

NO_LONGER = Message("no_longer_holds", N_("The rule no longer holds."))
OPEN = frozenset({"aberta", "em_andamento"})
DISCARDED = "descartada"
DONE = "concluida"
SETTLE_DAYS = 30


@dataclass(frozen=True)
class Existing:
    """A stored item; ``rule`` None when it was made by hand.

    ``closed_on``: local day on which it was done or discarded; ``by_rule``: closed because its rule no longer held.
    """

    id: str
    rule: str | None
    object: str
    state: str
    fingerprint: str
    facts: Mapping[str, Any]
    owner: Owner
    due: date
    priority: float
    closed_on: date | None = None
    by_rule: bool = False

    @property
    def key(self) -> tuple[str | None, str]:
        return (self.rule, self.object)


@dataclass(frozen=True)
class Update:
    """New contents of an open item. Its due day stays while it is the same matter, else it is the new one."""

    id: str
    wanted: Wanted
    due: date


@dataclass(frozen=True)
class Close:
    """An open item to be closed, with the note that says why."""

    id: str
    note: Message


@dataclass(frozen=True)
class Changes:
    """What to do, each in the order of its input; all empty when the agenda is as it should be."""

    open: tuple[Wanted, ...] = ()
    update: tuple[Update, ...] = ()
    close: tuple[Close, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.open or self.update or self.close)


def reconcile(
    existing: Iterable[Existing],
    wanted: Iterable[Wanted],
    today: date,
    *,
    rules: Collection[str] | None = None,
    settle_days: int = SETTLE_DAYS,
) -> Changes:
    """Compare the stored items (oldest first) with the wanted ones.

    ``rules`` names those that were run: open items of others are left alone; None = all, then an item of a rule that
    is gone is closed too. Raises ``wanted_twice`` or ``open_twice`` for two items of one rule and object.
    """
    stored = [item for item in existing if item.rule is not None and (rules is None or item.rule in rules)]
    asked = _by_key(wanted, "wanted_twice")
    standing = _by_key((item for item in stored if item.state in OPEN), "open_twice")
    away = _kept_away(stored, today, settle_days)
    return Changes(
        open=tuple(item for key, item in asked.items() if key not in standing and (*key, item.fingerprint) not in away),
        update=tuple(
            Update(item.id, asked[key], _due(item, asked[key]))
            for key, item in standing.items()
            if key in asked and _differs(item, asked[key])
        ),
        close=tuple(Close(item.id, NO_LONGER) for key, item in standing.items() if key not in asked),
    )


def _by_key(items: Iterable[Any], code: str) -> dict[tuple[str, str], Any]:
    found: dict[tuple[str, str], Any] = {}
    for item in items:
        if item.key in found:
            raise ProgrammeError(
                code,
                N_("There are two agenda items of the rule {rule} on {object}: one must go."),
                rule=item.key[0],
                object=item.key[1],
            )
        found[item.key] = item
    return found


def _kept_away(stored: Iterable[Existing], today: date, settle_days: int) -> set[tuple[str | None, str, str]]:
    """Matters (rule, object, fingerprint) that a person put away and that stay away today: the newest item decides."""
    newest = {item.key: item for item in stored}
    return {(*key, item.fingerprint) for key, item in newest.items() if _stays_away(item, today, settle_days)}


def _stays_away(item: Existing, today: date, settle_days: int) -> bool:
    if item.state == DISCARDED:
        return True
    settling = item.closed_on is not None and today <= item.closed_on + timedelta(days=settle_days)
    return item.state == DONE and not item.by_rule and settling


def _due(item: Existing, wanted: Wanted) -> date:
    return item.due if item.fingerprint == wanted.fingerprint else wanted.due


def _differs(item: Existing, wanted: Wanted) -> bool:
    return (item.fingerprint, item.facts, item.owner, item.priority) != (
        wanted.fingerprint,
        wanted.facts,
        wanted.owner,
        wanted.priority.value,
    )
