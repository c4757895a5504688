"""What a rule asks for: an item with its owner, due day, priority, and the facts that it stands on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.messages import Message

CLASS_WEIGHTS: Mapping[str, float] = {"focal": 3.0, "prioritario": 2.0}
OTHER_CLASS = 1.0
LATE_UNIT_DAYS = 30

# How to show a fact; the others are names, codes and counts. Shares are 0 to 1, dates are ISO texts.
FACT_KINDS: Mapping[str, str] = {
    "prazo": "date",
    "desde": "date",
    "validado": "share",
    "parte": "share",
    "cobertura": "share",
    "cobertura_minima": "share",
    "spi": "number",
    "spi_par": "number",
    "validado_par": "share",
}


@dataclass(frozen=True)
class Owner:
    """An organisation: ``kind`` municipio, secretaria or coordenacao; ``id`` its id (IBGE code of a municipality)."""

    kind: str
    id: str


@dataclass(frozen=True)
class Priority:
    """class weight × severity × (1 + days late/30). Weight 3 focal, 2 priority, 1 others; severity is the rule's."""

    class_weight: float
    severity: float
    days_late: int = 0

    @property
    def value(self) -> float:
        return round(self.class_weight * self.severity * (1 + self.days_late / LATE_UNIT_DAYS), 6)

    @property
    def formula(self) -> Message:
        """The sum as a sentence."""
        return Message(
            "priority",
            N_("{valor} = class weight {peso} × severity {gravidade} × (1 + {dias} days late/30)"),
            {"valor": self.value, "peso": self.class_weight, "gravidade": self.severity, "dias": self.days_late},
        )


def class_weight(classe: str) -> float:
    return CLASS_WEIGHTS.get(classe, OTHER_CLASS)


@dataclass(frozen=True)
class Wanted:
    """An item that a rule asks for. ``facts`` is plain JSON; ``basis`` names those whose change makes it a new matter.

    Days that pass by themselves are facts but no basis: they do not bring a discarded item back.
    """

    rule: str
    object: str
    facts: Mapping[str, Any]
    basis: tuple[str, ...]
    owner: Owner
    due: date
    priority: Priority
    title: Message
    explanation: Message

    @property
    def key(self) -> tuple[str, str]:
        return (self.rule, self.object)

    @property
    def fingerprint(self) -> str:
        """Hash of the facts that the item is based on."""
        based = {name: self.facts[name] for name in self.basis}
        return hashlib.sha256(json.dumps(based, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as they come back from a JSON column: dates as ISO texts, tuples as lists."""
    return json.loads(json.dumps(facts, default=lambda value: value.isoformat()))
