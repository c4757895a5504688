"""Reconciling the agenda with what the rules want: one open item per rule and object, and twice is once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.msativo.programme.agenda import Changes, Existing, Owner, Priority, Wanted, reconcile
from ckanext.msativo.programme.errors import ProgrammeError
from ckanext.msativo.programme.messages import Message

TODAY = date(2026, 6, 1)
OPEN = {"aberta", "em_andamento"}
TEXT = Message("t", "t")


def want(rule: str = "r", object_id: str = "o", matter: int = 1, late: int = 0, due: date = TODAY) -> Wanted:
    facts = {"matter": matter, "dias": late}
    return Wanted(rule, object_id, facts, ("matter",), Owner("municipio", "m"), due, Priority(1, 1, late), TEXT, TEXT)


def stored(wanted: Wanted, state: str = "aberta", **changed: Any) -> Existing:
    item = Existing(
        id=f"{wanted.rule}/{wanted.object}",
        rule=wanted.rule,
        object=wanted.object,
        state=state,
        fingerprint=wanted.fingerprint,
        facts=wanted.facts,
        owner=wanted.owner,
        due=wanted.due,
        priority=wanted.priority.value,
    )
    return replace(item, **changed)


def test_a_new_matter_is_opened() -> None:
    assert reconcile([], [want()], TODAY) == Changes(open=(want(),))


def test_an_item_that_is_as_wanted_is_left_alone() -> None:
    for state in OPEN:
        assert not reconcile([stored(want(), state)], [want()], TODAY)


def test_a_rule_that_no_longer_holds_closes_its_item_with_that_note() -> None:
    (close,) = reconcile([stored(want(), "em_andamento")], [], TODAY).close
    assert (close.id, close.note.code, str(close.note)) == ("r/o", "no_longer_holds", "The rule no longer holds.")


def test_days_that_pass_update_the_item_and_keep_its_due_day() -> None:
    old = stored(want(due=TODAY))
    (update,) = reconcile([old], [want(late=3, due=TODAY + timedelta(9))], TODAY).update
    assert (update.id, update.due, update.wanted.facts["dias"]) == ("r/o", TODAY, 3)


def test_new_facts_of_an_open_item_bring_their_own_due_day() -> None:
    (update,) = reconcile([stored(want())], [want(matter=2, due=TODAY + timedelta(9))], TODAY).update
    assert update.due == TODAY + timedelta(9)


def test_another_owner_updates_it() -> None:
    moved = replace(want(), owner=Owner("secretaria", "s"))
    assert [one.wanted.owner.id for one in reconcile([stored(want())], [moved], TODAY).update] == ["s"]


def test_a_discarded_item_stays_away_until_its_facts_change() -> None:
    gone = stored(want(), "descartada", closed_on=TODAY - timedelta(400))
    assert not reconcile([gone], [want()], TODAY)
    assert not reconcile([gone], [want(late=90)], TODAY)
    assert reconcile([gone], [want(matter=2)], TODAY).open == (want(matter=2),)


def test_the_newest_item_decides_what_stays_away() -> None:
    history = [stored(want(), "descartada"), stored(want(matter=2), "concluida", by_rule=True, closed_on=TODAY)]
    assert reconcile(history, [want()], TODAY).open == (want(),)


@pytest.mark.parametrize(("days", "opens"), [(0, False), (30, False), (31, True)])
def test_what_a_person_marked_as_done_has_time_to_show(days: int, opens: bool) -> None:
    done = stored(want(), "concluida", closed_on=TODAY - timedelta(days))
    assert bool(reconcile([done], [want()], TODAY).open) is opens
    assert reconcile([done], [want(matter=2)], TODAY).open


def test_what_its_rule_closed_opens_again_when_the_rule_holds_again() -> None:
    closed = stored(want(), "concluida", closed_on=TODAY, by_rule=True)
    assert reconcile([closed], [want()], TODAY).open == (want(),)


def test_items_by_hand_and_of_rules_that_were_not_run_are_left_alone() -> None:
    by_hand = stored(want(), rule=None)
    other = stored(want("other"))
    assert not reconcile([by_hand, other], [], TODAY, rules={"r"})
    assert [one.id for one in reconcile([by_hand, other], [], TODAY).close] == ["other/o"]


def test_two_items_for_one_rule_and_object_are_refused() -> None:
    for existing, wanted, code in (
        ([], [want(), want(matter=2)], "wanted_twice"),
        ([stored(want()), stored(want(), "em_andamento")], [], "open_twice"),
    ):
        with pytest.raises(ProgrammeError) as caught:
            reconcile(existing, wanted, TODAY)
        assert caught.value.code == code


def applied(existing: list[Existing], changes: Changes, today: date) -> list[Existing]:
    """What a store does with the changes."""
    updates = {one.id: one for one in changes.update}
    closes = {one.id for one in changes.close}
    after = []
    for item in existing:
        if item.id in updates:
            new = updates[item.id]
            item = stored(new.wanted, item.state, id=item.id, due=new.due)
        elif item.id in closes:
            item = replace(item, state="concluida", closed_on=today, by_rule=True)
        after.append(item)
    return after + [stored(one, id=f"new{len(existing)}-{n}") for n, one in enumerate(changes.open)]


wants = st.lists(
    st.builds(
        want,
        st.sampled_from(["r", "s"]),
        st.sampled_from(["a", "b", "c"]),
        st.integers(1, 2),
        st.integers(0, 2),
        st.dates(TODAY, TODAY + timedelta(5)),
    ),
    max_size=6,
    unique_by=lambda item: item.key,
)


@st.composite
def nights(draw: st.DrawFn) -> list[tuple[date, list[Wanted], list[tuple[int, str]]]]:
    """Nights with what the rules want, and what people do with the items on the day after."""
    today, found = TODAY, []
    for _ in range(draw(st.integers(1, 6))):
        today += timedelta(days=draw(st.integers(1, 40)))
        acts = draw(
            st.lists(st.tuples(st.integers(0, 20), st.sampled_from(["em_andamento", "concluida", "descartada"])))
        )
        found.append((today, draw(wants), acts))
    return found


def acted(agenda: list[Existing], acts: list[tuple[int, str]], today: date) -> list[Existing]:
    after = list(agenda)
    for place, state in acts:
        if place < len(after) and after[place].state in OPEN:
            closed_on = None if state == "em_andamento" else today
            after[place] = replace(after[place], state=state, closed_on=closed_on)
    return after


@settings(max_examples=200, deadline=None)
@given(nights())
def test_twice_is_once_and_the_agenda_holds_what_is_wanted_and_not_put_away(story: Any) -> None:
    agenda: list[Existing] = []
    for today, wanted, acts in story:
        before = agenda
        agenda = applied(before, reconcile(before, wanted, today), today)
        assert not reconcile(agenda, wanted, today)
        still_open = [item for item in agenda if item.state in OPEN]
        assert len({item.key for item in still_open}) == len(still_open)
        by_key = {item.key: item for item in wanted}
        assert {item.key for item in still_open} <= set(by_key)
        for item in still_open:
            assert (item.facts, item.fingerprint) == (by_key[item.key].facts, by_key[item.key].fingerprint)
        for missing in set(by_key) - {item.key for item in still_open}:
            put_away = [item for item in before if item.key == missing][-1]
            assert put_away.state in {"descartada", "concluida"} and not put_away.by_rule
            assert put_away.fingerprint == by_key[missing].fingerprint
        agenda = acted(agenda, acts, today)
