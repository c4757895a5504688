"""Normalisers, one file each; importing this package registers them all in ``NORMALISERS``."""

from __future__ import annotations

from ckanext.msativo.analysis.normalisers.base import NORMALISERS, Goals, Normaliser, Scored
from ckanext.msativo.analysis.registry import import_all

import_all(__name__, list(__path__))

__all__ = ["NORMALISERS", "Goals", "Normaliser", "Scored"]
