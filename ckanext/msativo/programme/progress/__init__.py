"""Progress of plans: credit, declared and validated, planned value, SPI, lights, overdue; as of any past day.

Records in (``Entrega`` with its terms, history and evidences), dataclasses out (``Standing`` of one delivery,
``Totals`` of any grouping).
"""

from __future__ import annotations

from ckanext.msativo.programme.progress.curve import Point, ahead, curve
from ckanext.msativo.programme.progress.formulas import SPI_RED, SPI_YELLOW, credit, planned_value
from ckanext.msativo.programme.progress.lights import LIGHTS, Light
from ckanext.msativo.programme.progress.records import Entrega, Evidencia, Terms
from ckanext.msativo.programme.progress.reviews import Reviews, reviews, submissions
from ckanext.msativo.programme.progress.standing import Standing, standing, standings
from ckanext.msativo.programme.progress.totals import GROUPINGS, Totals, grouped, series, totals

__all__ = [
    "GROUPINGS",
    "LIGHTS",
    "SPI_RED",
    "SPI_YELLOW",
    "Entrega",
    "Evidencia",
    "Light",
    "Point",
    "Reviews",
    "Standing",
    "Terms",
    "Totals",
    "ahead",
    "credit",
    "curve",
    "grouped",
    "planned_value",
    "reviews",
    "series",
    "standing",
    "standings",
    "submissions",
    "totals",
]
