"""Means of scores, one file each; importing this package registers them all in ``MEANS``."""

from __future__ import annotations

from ckanext.msativo.analysis.means.base import MEANS, Mean
from ckanext.msativo.analysis.registry import import_all

import_all(__name__, list(__path__))

__all__ = ["MEANS", "Mean"]
