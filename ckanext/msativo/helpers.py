"""Template helpers. Blanket-registered: each public function here is one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo import vocabulary
from ckanext.msativo.logic.method import rule_choices

__all__ = [
    "msativo_areas",
    "msativo_indicator_kinds",
    "msativo_organization_kinds",
    "msativo_polarities",
    "msativo_reference_groups",
    "msativo_rules",
]


def _choices(labels: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"value": value, "label": tk._(label)} for value, label in labels.items()]


def msativo_areas(field: Any = None) -> list[dict[str, Any]]:
    return _choices(vocabulary.AREAS)


def msativo_polarities(field: Any = None) -> list[dict[str, Any]]:
    return _choices(vocabulary.POLARITIES)


def msativo_indicator_kinds(field: Any = None) -> list[dict[str, Any]]:
    return _choices(vocabulary.KINDS_OF_INDICATOR)


def msativo_reference_groups(field: Any = None) -> list[dict[str, Any]]:
    return _choices(vocabulary.REFERENCE_GROUPS)


def msativo_organization_kinds(field: Any = None) -> list[dict[str, Any]]:
    return _choices(vocabulary.ORGANIZATION_KINDS)


def msativo_rules(field: Any = None) -> list[dict[str, Any]]:
    return _choices(rule_choices())
