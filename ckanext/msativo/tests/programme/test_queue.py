"""What needs whom: the order, the days, what is told once, and whose turn each state is."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.programme import queue as of
from ckanext.msativo.programme.ownership import COORDENACAO, KINDS, MUNICIPIO, SECRETARIA
from ckanext.msativo.programme.queue import Matter, queue
from ckanext.msativo.programme.workflows import ACAO, ADESAO, AGENDA, EVIDENCIA, PLANO

TODAY = date(2026, 11, 24)


def on(days: int) -> date:
    return TODAY + timedelta(days=days)


def told(matters: list[Matter], *desks: str) -> list[tuple[str, str, str, int | None]]:
    return [(item.matter.id, item.verb, item.level, item.days) for item in queue(matters, desks, TODAY)]


def test_the_worst_comes_first_as_in_a_day_of_a_prefeitura() -> None:
    matters = [
        Matter("recomendacao", "r", "aberta", "3 actions"),
        Matter("entrega", "turmas", "em_execucao", "Turmas", on(5)),
        Matter("evidencia", "lista", "devolvida", "Lista", on(60), about="presenca"),
        Matter("entrega", "busca", "planejada", "Busca ativa", on(-12)),
        Matter("reuniao", "bimestral", "marcada", "Reunião", on(10)),
        Matter("plano", "p", "rascunho", "Plano"),
    ]
    assert told(matters, MUNICIPIO) == [
        ("busca", "enviar_evidencia", "vencido", -12),
        ("lista", "corrigir", "devolvido", 60),
        ("turmas", "enviar_evidencia", "vence_logo", 5),
        ("p", "completar_plano", "aberto", None),
        ("r", "ver_cardapio", "novo", None),
        ("bimestral", "abrir", "data", 10),
    ]


@pytest.mark.parametrize(("days", "seen"), [(31, False), (30, True), (0, True), (-1, True)])
def test_a_delivery_is_there_from_thirty_days_before_its_day(days: int, seen: bool) -> None:
    assert bool(told([Matter("entrega", "e", "planejada", "E", on(days))], MUNICIPIO)) is seen


@pytest.mark.parametrize(("days", "seen"), [(15, False), (14, True), (0, True), (-1, False)])
def test_a_meeting_is_there_until_its_day_is_over_and_never_late(days: int, seen: bool) -> None:
    found = told([Matter("reuniao", "m", "marcada", "M", on(days))], MUNICIPIO)
    assert [level for _, _, level, _ in found] == (["data"] if seen else [])


@pytest.mark.parametrize(("days", "level"), [(4, "aberto"), (3, "vence_logo"), (0, "vence_logo"), (-1, "vencido")])
def test_the_states_own_deadlines_are_counted_like_the_prefeituras(days: int, level: str) -> None:
    matter = Matter("evidencia", "e", "enviada", "E", on(days), about="x")
    for desk in (SECRETARIA, COORDENACAO):
        assert told([matter], desk) == [("e", "revisar", level, days)]
    assert told([matter], MUNICIPIO) == []


def test_a_delivery_with_evidence_at_hand_is_told_once_and_late_all_the_same() -> None:
    delivery = Matter("entrega", "d", "em_execucao", "D", on(-3))
    drafts = [Matter("evidencia", name, "rascunho", "D", on(-3), about="d") for name in ("e1", "e2")]
    assert told([delivery, drafts[0]], MUNICIPIO) == [("e1", "continuar", "vencido", -3)]
    # Two drafts are two things, and what was decided says nothing of its delivery.
    assert [row[0] for row in told([delivery, *drafts], MUNICIPIO)] == ["e1", "e2"]
    done = Matter("evidencia", "e3", "aceita_parcial", "D", about="d")
    assert [row[0] for row in told([done, delivery], MUNICIPIO)] == ["d"]


def test_an_agenda_item_is_of_its_owner_alone() -> None:
    for owner in KINDS:
        matter = Matter("agenda", "a", "aberta", "A", on(9), owner=owner)
        assert [desk for desk in KINDS if told([matter], desk)] == [owner]


WAITING = [("adesao", ADESAO, ADESAO.waiting), ("evidencia", EVIDENCIA, EVIDENCIA.waiting)]
WAITING += [("plano", PLANO, PLANO.waiting | {"em_aditivo"})]


@pytest.mark.parametrize(("kind", "workflow", "waiting"), WAITING, ids=[row[0] for row in WAITING])
def test_each_state_waits_for_one_side_as_the_workflow_says(kind: str, workflow, waiting) -> None:
    for state in workflow.states:
        matter = Matter(kind, "x", state, "X")
        mine, states = told([matter], MUNICIPIO), told([matter], SECRETARIA, COORDENACAO)
        assert not (mine and states)
        assert bool(states) is (state in waiting)
        # What can still be sent by the prefeitura is in its queue, and what is final is in none.
        can_send = any(step.action == "enviar" and state in step.sources for step in workflow.steps)
        assert bool(mine) is can_send, state


def test_every_rule_names_states_and_verbs_that_there_are() -> None:
    known = {"adesao": ADESAO, "evidencia": EVIDENCIA, "plano": PLANO, "acao": ACAO, "agenda": AGENDA}
    for rule in of.RULES:
        assert rule.verb in of.VERBS and rule.kind in of.KINDS and rule.level in of.LEVELS
        if rule.kind in known:
            assert set(rule.states) <= {*known[rule.kind].states, of.ABSENT}


matters = st.lists(
    st.builds(
        Matter,
        kind=st.sampled_from(list(of.KINDS)),
        id=st.sampled_from("abcdef"),
        state=st.sampled_from(sorted({state for rule in of.RULES for state in rule.states} | {"aceita", "aprovado"})),
        title=st.sampled_from(["Água", "agua", "Zebra"]),
        due=st.none() | st.integers(-50, 50).map(on),
        owner=st.sampled_from(KINDS),
        about=st.sampled_from(["", "a", "b"]),
    ),
    max_size=12,
    unique_by=lambda matter: (matter.kind, matter.id),
)


@given(matters, st.sets(st.sampled_from(KINDS), min_size=1), st.randoms())
def test_the_order_does_not_hang_on_how_the_facts_came(found: list[Matter], desks: set[str], random) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)
    assert queue(found, desks, TODAY) == queue([*shuffled, *found], desks, TODAY)


@given(matters, st.sets(st.sampled_from(KINDS), min_size=1))
def test_nothing_is_twice_and_nothing_less_urgent_comes_before(found: list[Matter], desks: set[str]) -> None:
    items = queue(found, desks, TODAY)
    keys = [(item.matter.kind, item.matter.id) for item in items]
    assert len(keys) == len(set(keys))
    ranks = [of.LEVELS.index(item.level) for item in items]
    assert ranks == sorted(ranks)
    for before, after in pairwise(items):
        if before.level == after.level and after.days is not None:
            assert before.days is not None and before.days <= after.days
    assert all((item.level == of.OVERDUE) is (item.days is not None and item.days < 0) for item in items)


@given(matters)
def test_more_desks_see_what_each_sees(found: list[Matter]) -> None:
    ids = [{(i.matter.kind, i.matter.id) for i in queue(found, [desk], TODAY)} for desk in KINDS]
    together = {(i.matter.kind, i.matter.id) for i in queue(found, KINDS, TODAY)}
    assert together <= set.union(*ids)
