"""What holds for every walk through every workflow."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.msativo.programme.cycles import Cycle
from ckanext.msativo.programme.days import local_day
from ckanext.msativo.programme.history import broken_at, state_at, until
from ckanext.msativo.programme.workflows import (
    ROLES,
    WORKFLOWS,
    Actor,
    Transition,
    Workflow,
    WorkflowError,
    advance,
    create,
    possible,
)
from ckanext.msativo.tests.programme.factories import INSIDE

every_workflow = pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=list(WORKFLOWS))
actors = st.sampled_from([Actor(kind, kind) for kind in ROLES] + [Actor("coordenacao", "p", em_nome_de="5002704")])
facts = st.fixed_dictionaries(
    {},
    optional={
        "nota": st.sampled_from(["", "Motivo"]),
        "coordenador": st.just("Ana"),
        "pontos_focais": st.just(["Bia"]),
        "termo": st.just("t.pdf"),
        "ciclo": st.sampled_from(
            [
                Cycle("c", d, d.replace(month=12), d, d.replace(month=6))
                for d in (INSIDE.date(), INSIDE.date().replace(year=2024))
            ]
        ),
        "entregas": st.integers(0, 2),
        "entregas_abertas": st.integers(0, 1),
        "descricao": st.just("x"),
        "data": st.just(INSIDE.date()),
        "quantidade": st.sampled_from([None, 2, 5]),
        "quantidade_aceita": st.sampled_from([None, 2, 5]),
        "com_quantidade": st.booleans(),
        "arquivos": st.just(["a"]),
        "meta": st.sampled_from([None, 4]),
    },
)


def walk(workflow: Workflow, data: st.DataObject) -> list[Transition]:
    """Try random actions; what is refused leaves the state as it is."""
    history = [create(workflow, actor=Actor("municipio", "m"), at=INSIDE)]
    for _ in range(data.draw(st.integers(0, 12))):
        state, at = history[-1].target, history[-1].at + timedelta(hours=data.draw(st.integers(0, 40)))
        action = data.draw(st.sampled_from([*workflow.actions, "inventada"]))
        try:
            history.append(advance(workflow, state, action, actor=data.draw(actors), facts=data.draw(facts), at=at))
        except WorkflowError as error:
            assert error.code in {"unknown_action", "wrong_state", "wrong_role", "needs"}
            assert str(error)
    return history


@every_workflow
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_walk_is_an_unbroken_chain_of_rows_of_the_table(workflow: Workflow, data: st.DataObject) -> None:
    history = walk(workflow, data)
    assert broken_at(history) is None
    for step in history[1:]:
        row = workflow.step(step.source or "", step.action)
        assert row is not None and row.target == step.target and step.actor.role in row.who
        assert set(step.records) <= set(row.records)
    assert not any(step.source in workflow.final for step in history)


@every_workflow
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_is_possible_is_refused_for_its_needs_alone_and_the_rest_is_refused(
    workflow: Workflow, data: st.DataObject
) -> None:
    state, actor = data.draw(st.sampled_from(sorted(workflow.states))), data.draw(actors)
    for action in workflow.actions:
        try:
            advance(workflow, state, action, actor=actor, facts=data.draw(facts), at=INSIDE)
            done = True
        except WorkflowError as error:
            done = error.code == "needs"
            assert error.possible == possible(workflow, state, actor)
        assert done == (action in possible(workflow, state, actor))


@every_workflow
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_past_day_is_not_changed_by_what_comes_after_it(workflow: Workflow, data: st.DataObject) -> None:
    history = walk(workflow, data)
    cut = data.draw(st.integers(0, len(history) - 1))
    day = local_day(history[cut].at)
    known = [step for step in history if local_day(step.at) <= day]
    assert state_at(history, day) == state_at(known, day) == known[-1].target
    assert until(history, day) == tuple(known)


def test_every_state_is_reached_from_the_first() -> None:
    for workflow in WORKFLOWS.values():
        reached = {workflow.initial}
        for _ in workflow.states:
            reached |= {step.target for step in workflow.steps if reached & set(step.sources)}
        assert reached == set(workflow.states)
        assert workflow.waiting <= set(workflow.states)


def test_moments_of_other_zones_are_the_same_moments() -> None:
    east = timezone(timedelta(hours=9))
    step = create(WORKFLOWS["agenda"], actor=Actor("sistema"), at=datetime(2026, 3, 2, 12, tzinfo=east))
    # 2 March 12:00 at +09:00 is 1 March 23:00 in Campo Grande.
    assert state_at([step], datetime(2026, 3, 1).date()) == "aberta"
