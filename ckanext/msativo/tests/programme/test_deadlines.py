"""Deadlines count local calendar days from the day of the submission."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.programme.deadlines import ADESAO, EVIDENCIA, Count, Deadline, answers, deadline, running
from ckanext.msativo.programme.errors import ProgrammeError
from ckanext.msativo.tests.programme.factories import day, steps

SENT = datetime(2026, 11, 10, 18, tzinfo=timezone.utc)
START = date(2026, 11, 10)
WAITING = {"enviada", "em_analise"}


@pytest.mark.parametrize(
    ("passed", "left", "overdue", "warning"),
    [
        (0, 14, False, None),
        (6, 8, False, None),
        (7, 7, False, 7),
        (11, 3, False, 7),
        (12, 2, False, 12),
        (13, 1, False, 12),
        (14, 0, False, 14),
        (15, -1, True, 14),
        (40, -26, True, 14),
    ],
)
def test_an_adesao_is_due_on_day_14_and_overdue_from_day_15(
    passed: int, left: int, overdue: bool, warning: int | None
) -> None:
    seen = deadline(SENT, START + timedelta(days=passed))
    assert seen == Deadline(START, date(2026, 11, 24), left, overdue, warning)
    assert seen.days_late == max(0, -left)


@pytest.mark.parametrize(("passed", "overdue"), [(14, False), (15, False), (16, True)])
def test_a_review_is_due_on_day_15(passed: int, overdue: bool) -> None:
    seen = deadline(SENT, START + timedelta(days=passed), EVIDENCIA)
    assert (seen.due, seen.overdue) == (date(2026, 11, 25), overdue)


def test_day_0_is_the_local_date_of_the_submission() -> None:
    # Midnight in Campo Grande is 04:00 UTC (it has kept −4 all year since 2019).
    assert deadline(datetime(2026, 11, 25, 3, 59, tzinfo=timezone.utc), START).start == date(2026, 11, 24)
    assert deadline(datetime(2026, 11, 25, 4, 0, tzinfo=timezone.utc), START).start == date(2026, 11, 25)
    # In January 2019 there was daylight saving time: midnight was 03:00 UTC.
    assert deadline(datetime(2019, 1, 10, 3, 0, tzinfo=timezone.utc), START).start == date(2019, 1, 10)


def test_the_count_crosses_months_and_leap_days() -> None:
    assert deadline(datetime(2028, 2, 20, 12, tzinfo=timezone.utc), date(2028, 2, 20)).due == date(2028, 3, 5)


def test_a_moment_without_its_zone_is_refused() -> None:
    with pytest.raises(ProgrammeError) as caught:
        deadline(datetime(2026, 11, 10), START)
    assert caught.value.code == "naive_datetime"


def test_each_submission_starts_a_new_count() -> None:
    history = steps(
        "adesao",
        *((0, "rascunho"), (1, "enviada"), (3, "em_analise"), (15, "devolvida"), (20, "enviada"), (21, "em_analise")),
    )
    first = running(history, WAITING, day(15 - 1))
    assert first is not None and (first.start, first.due, first.days_left) == (day(1), day(15), 1)
    assert running(history, WAITING, day(19)) is None
    second = running(history, WAITING, day(35))
    assert second is not None and (second.start, second.due, second.overdue) == (day(20), day(34), True)
    done = answers(history, WAITING, day(35))
    assert [(one.start, one.answered, one.days, one.late) for one in done] == [
        (day(1), day(15), 14, False),
        (day(20), None, None, False),
    ]


def test_an_answer_after_its_due_day_is_late() -> None:
    history = steps("evidencia", (0, "rascunho"), (0, "enviada"), (1, "em_analise"), (16, "aceita"))
    (answer,) = answers(history, WAITING, day(99), EVIDENCIA)
    assert (answer.due, answer.days, answer.late) == (day(15), 16, True)
    assert answers(history, WAITING, day(15), EVIDENCIA)[0].answered is None


@given(st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1)), st.integers(-5, 400), st.integers(1, 60))
def test_a_deadline_is_overdue_exactly_when_no_day_is_left(moment: datetime, passed: int, days: int) -> None:
    sent = moment.replace(tzinfo=timezone.utc)
    start = deadline(sent, date(2020, 1, 1)).start
    assert start == (sent - timedelta(hours=4)).date()
    seen = deadline(sent, start + timedelta(days=passed), Count(days, (7, 12, 14)))
    assert seen.overdue == (seen.days_left < 0) == (passed > days)
    assert seen.warning == max((mark for mark in ADESAO.warnings if mark <= passed), default=None)
