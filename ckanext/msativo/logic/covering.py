"""Who acts for whom today: the programme's rule of cover, fed from the absences that were told."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from ckanext.msativo.model import people_reading as reading
from ckanext.msativo.programme.cover import Absence, acting_for, covered_by


def absences(today: date) -> list[Absence]:
    return [Absence(row.usuario_id, row.inicio, row.fim, row.substituto_id) for row in reading.absences(today)]


def recipients(user_ids: Collection[str], today: date) -> dict[str, str]:
    """Who gets what is meant for each of these users: the user, or who covers an absence."""
    away = absences(today)
    return {user: acting_for(user, away, today) for user in user_ids}


def covered(user_id: str, today: date) -> frozenset[str]:
    """Ids of those whose reviews and notices are this user's today."""
    return covered_by(user_id, absences(today), today)
