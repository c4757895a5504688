"""When an e-mail goes out: at once, with the day's digest, again after a failure, or never."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.programme import outbox


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of July 2025 in Campo Grande (UTC−4)."""
    return datetime(2025, 7, day, hour, minute, tzinfo=timezone(timedelta(hours=-4))).astimezone(timezone.utc)


@dataclass
class Row:
    criado_em: datetime
    tipo: str = "adesao_retirada"
    proxima_em: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.proxima_em = self.criado_em


def test_at_once_is_one_mail_for_each_the_oldest_first() -> None:
    rows = [Row(at(1, 8)), Row(at(1, 9))]
    assert outbox.plan(rows, "imediato", at(1, 10), 7) == outbox.Plan(mail=rows[:1])
    assert outbox.plan(rows, "nenhum", at(1, 10), 7) == outbox.Plan(never=rows)


def test_a_digest_waits_for_its_hour_and_takes_what_was_told_before_it() -> None:
    before, after = Row(at(1, 6, 59)), Row(at(1, 7, 1))
    assert outbox.plan([before], "resumo", at(1, 6, 59), 7).later == [(before, at(1, 7))]
    planned = outbox.plan([before, after], "resumo", at(1, 7, 2), 7)
    assert (planned.mail, planned.digest, planned.later) == ([before], True, [(after, at(2, 7))])
    both = outbox.plan([before, after], "resumo", at(2, 7), 7)
    assert both.mail == [before, after]


def test_what_is_overdue_does_not_wait_for_the_digest() -> None:
    rows = [Row(at(1, 8)), Row(at(1, 9), "adesao_atrasada")]
    planned = outbox.plan(rows, "resumo", at(1, 10), 7)
    assert (planned.mail, planned.digest) == (rows[1:], False)


def test_a_notice_told_at_the_very_hour_is_of_the_next_digest() -> None:
    assert outbox.digest_at(at(1, 7), 7) == at(2, 7)
    assert outbox.digest_at(at(1, 23, 59), 7) == at(2, 7)
    assert outbox.digest_at(at(1, 0), 7) == at(1, 7)


def test_the_pauses_grow_and_end() -> None:
    now = at(1, 8)
    pauses = [outbox.retry([n], now)[0] for n in range(1, 9)]
    minutes = [(pause - now) / timedelta(minutes=1) if pause else None for pause in pauses]
    assert minutes == [1, 5, 30, 120, 720, 1440, 1440, None]


def test_the_notices_of_a_digest_that_failed_stay_together() -> None:
    now = at(1, 8)
    later = now + timedelta(minutes=30)
    assert outbox.retry([3, 1], now) == (later, later)
    assert outbox.retry([8, 1], now) == (None, now + timedelta(minutes=1))


@given(
    st.lists(st.datetimes(datetime(2024, 1, 1), datetime(2026, 1, 1)), min_size=1, max_size=6),
    st.datetimes(datetime(2024, 1, 1), datetime(2026, 1, 1)),
    st.integers(0, 23),
    st.sampled_from(["imediato", "resumo", "nenhum"]),
)
def test_a_plan_forgets_nothing_that_is_due_and_always_goes_on(
    told: list[datetime], moment: datetime, hour: int, preference: str
) -> None:
    rows = [Row(when.replace(tzinfo=timezone.utc)) for when in sorted(told)]
    now = moment.replace(tzinfo=timezone.utc)
    planned = outbox.plan(rows, preference, now, hour)
    due = [row for row in rows if row.proxima_em <= now]
    assert all(until > now for _row, until in planned.later)
    if due:
        assert planned.mail or planned.later or planned.never
    if preference == "resumo":
        assert len(planned.mail) + len(planned.later) == len(due)
