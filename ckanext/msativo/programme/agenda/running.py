"""Running the rules: configured, over the facts of one day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields, replace
from typing import Any

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.agenda.base import RULES, Rule
from ckanext.msativo.programme.agenda.facts import AgendaFacts
from ckanext.msativo.programme.agenda.items import Wanted
from ckanext.msativo.programme.errors import ProgrammeError

Settings = Mapping[str, Mapping[str, float]]


def configured(settings: Settings | None = None) -> tuple[Rule, ...]:
    """All rules, with their settings replaced where ``settings`` (rule → setting → number) says so.

    Raises ``unknown_rule``, ``unknown_setting``, or ``setting_value`` for what is not a number of 0 or more.
    """
    given = settings or {}
    for name in given:
        if name not in RULES:
            raise ProgrammeError(
                "unknown_rule",
                N_("There is no agenda rule “{rule}”. Known: {known}."),
                rule=name,
                known=", ".join(sorted(RULES)),
            )
    return tuple(_replaced(RULES[name], given.get(name, {})) for name in sorted(RULES))


def _replaced(rule: Rule, values: Mapping[str, Any]) -> Rule:
    known = {field.name for field in fields(rule)}
    for name, value in values.items():
        if name not in known:
            raise ProgrammeError(
                "unknown_setting",
                N_("The agenda rule {rule} has no setting “{setting}”. Known: {known}."),
                rule=rule.name,
                setting=name,
                known=", ".join(sorted(known)),
            )
        default = getattr(rule, name)
        whole = isinstance(default, int)
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float) or not 0 <= value < 1e6:
            raise ProgrammeError(
                "setting_value",
                N_("{rule}: {setting} must be a number of 0 or more like {default}, not {value}."),
                rule=rule.name,
                setting=name,
                default=default,
                value=value,
            )
    return replace(rule, **values)


def wanted_items(facts: AgendaFacts, rules: Iterable[Rule] | None = None) -> list[Wanted]:
    """What all the rules ask for, the most urgent first."""
    chosen = configured() if rules is None else rules
    found = [item for rule in chosen for item in rule.items(facts)]
    return sorted(found, key=lambda item: (-item.priority.value, item.due, item.key))


def method(rules: Iterable[Rule]) -> dict[str, dict[str, Any]]:
    """The settings of the rules, to be stored with what they made."""
    return {rule.name: asdict(rule) for rule in rules}
