"""Days of the programme: which local date a moment falls on. The zone is a parameter, there is no clock here."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.errors import ProgrammeError

PROGRAMME_ZONE: tzinfo = ZoneInfo("America/Campo_Grande")


def local_day(moment: datetime, zone: tzinfo = PROGRAMME_ZONE) -> date:
    """The local date of an aware moment; one without an offset raises ``naive_datetime``."""
    return aware(moment).astimezone(zone).date()


def end_of(day: date | datetime, zone: tzinfo = PROGRAMME_ZONE) -> datetime:
    """The first moment after a local day (UTC); for a moment, the microsecond after it. What is before it counts."""
    if isinstance(day, datetime):
        return aware(day).astimezone(timezone.utc) + timedelta(microseconds=1)
    return _after(day, zone)


@lru_cache(maxsize=1024)  # one day is asked for once for each history
def _after(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(timezone.utc)


def aware(moment: datetime) -> datetime:
    """Return the moment unchanged when it carries its offset from UTC, else raise ``naive_datetime``."""
    if moment.utcoffset() is None:
        raise ProgrammeError(
            "naive_datetime",
            N_("The moment {moment} does not say its time zone: give it in UTC, with its offset."),
            moment=moment.isoformat(),
        )
    return moment
