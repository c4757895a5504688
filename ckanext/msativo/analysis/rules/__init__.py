"""Criticality rules, one file each; importing this package registers them all in ``RULES``."""

from __future__ import annotations

from ckanext.msativo.analysis.registry import import_all
from ckanext.msativo.analysis.rules.base import RULES, CutRule, Cuts, Rule, RuleInput

import_all(__name__, list(__path__))

__all__ = ["RULES", "CutRule", "Cuts", "Rule", "RuleInput"]
