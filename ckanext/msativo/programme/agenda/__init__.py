"""The improvement agenda: rules over the facts of a day, one file each, and the reconciliation with what stands."""

from __future__ import annotations

from ckanext.msativo.programme.agenda import rules as _rules  # registers them all
from ckanext.msativo.programme.agenda.base import RULES, Rule, register
from ckanext.msativo.programme.agenda.facts import (
    AcaoFact,
    AdesaoFact,
    AgendaFacts,
    Change,
    ClusterFact,
    EntregaFact,
    EvidenciaFact,
    FocoFact,
    IndicadorFact,
    PaceFact,
    PlanoFact,
    Ref,
    ResultFact,
)
from ckanext.msativo.programme.agenda.items import FACT_KINDS, Owner, Priority, Wanted, class_weight, plain
from ckanext.msativo.programme.agenda.objects import ABOUT, About, about, parts, public_rules
from ckanext.msativo.programme.agenda.periods import expected_year
from ckanext.msativo.programme.agenda.reconcile import NO_LONGER, OPEN, Changes, Close, Existing, Update, reconcile
from ckanext.msativo.programme.agenda.running import configured, method, wanted_items

RULE_FILES = _rules.FILES

__all__ = [
    "ABOUT",
    "FACT_KINDS",
    "NO_LONGER",
    "OPEN",
    "RULES",
    "RULE_FILES",
    "About",
    "AcaoFact",
    "AdesaoFact",
    "AgendaFacts",
    "Change",
    "Changes",
    "Close",
    "ClusterFact",
    "EntregaFact",
    "EvidenciaFact",
    "Existing",
    "FocoFact",
    "IndicadorFact",
    "Owner",
    "PaceFact",
    "PlanoFact",
    "Priority",
    "Ref",
    "ResultFact",
    "Rule",
    "Update",
    "Wanted",
    "about",
    "class_weight",
    "configured",
    "expected_year",
    "method",
    "parts",
    "plain",
    "public_rules",
    "reconcile",
    "register",
    "wanted_items",
]
