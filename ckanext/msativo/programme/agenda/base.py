"""What an agenda rule is, and the registry of them: one file per rule, found by its name."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from ckanext.msativo.programme.agenda.facts import AgendaFacts
from ckanext.msativo.programme.agenda.items import Owner, Priority, Wanted, plain
from ckanext.msativo.programme.messages import Message

RULES: dict[str, Rule] = {}


@dataclass(frozen=True)
class Rule(ABC):
    """Its dataclass fields are its settings: they can be configured and are kept with every run.

    ``severity`` enters the priority, ``answer_days`` is how long its owner has. ``title`` and ``why`` are msgids over
    the item's facts; ``basis`` names the facts that make an item a new matter when they change.
    """

    severity: float = 1.0
    answer_days: int = 15

    name: ClassVar[str]
    label: ClassVar[str]
    title: ClassVar[str]
    why: ClassVar[str]
    basis: ClassVar[tuple[str, ...]]

    @abstractmethod
    def items(self, facts: AgendaFacts) -> Iterator[Wanted]:
        """The items that the rule asks for on the day of the facts; one per object."""

    def wanted(self, object_id: str, facts: Mapping[str, Any], owner: Owner, due: date, priority: Priority) -> Wanted:
        """An item with the rule's own texts."""
        stored = plain(facts)
        title, explanation = self.texts(stored)
        return Wanted(self.name, object_id, stored, self.basis, owner, due, priority, title, explanation)

    def texts(self, facts: Mapping[str, Any]) -> tuple[Message, Message]:
        """Title and explanation of an item, from its stored facts."""
        return Message(self.name, self.title, facts), Message(f"{self.name}_why", self.why, facts)


def register(rule: Rule) -> Rule:
    """Add a rule under its name; a name can be taken once."""
    if rule.name in RULES:
        raise ValueError(f"there is already an agenda rule named {rule.name}")
    RULES[rule.name] = rule
    return rule
