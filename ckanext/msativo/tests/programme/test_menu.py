"""What the menu recommends to a municipality and why, and the dates of what it takes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.programme.errors import ProgrammeError
from ckanext.msativo.programme.menu import MenuAction, Municipality, TemplateEntrega, planned, recommend

TOWN = Municipality(
    classes={"aprender": "focal", "saude": "prioritario", "vias": "monitorado", "clima": "sem_dado"},
    states={"ideb": "critico", "creche": "atencao", "leitos": "adequado", "agua": "sem_dado"},
)


def test_the_strongest_answer_to_its_own_situation_comes_first() -> None:
    found = recommend(
        TOWN,
        [
            MenuAction("postos", ("saude",), ("leitos",)),
            MenuAction("tutoria", ("aprender",), ("ideb", "creche")),
            MenuAction("asfalto", ("vias", "clima"), ("agua",)),
            MenuAction("creches", (), ("creche",)),
            MenuAction("leitura", (), ("ideb",)),
        ],
    )
    assert [(one.action, one.score) for one in found] == [
        ("tutoria", 4.25),
        ("postos", 2.0),
        ("leitura", 1.0),
        ("creches", 0.25),
    ]
    assert [(reason.code, dict(reason.params)) for reason in found[0].reasons] == [
        ("focal", {"desafio": "aprender"}),
        ("critico", {"indicador": "ideb"}),
        ("atencao", {"indicador": "creche"}),
    ]
    assert str(found[1].reasons[0]) == "Your municipality is a priority in the challenge: saude."


def test_equal_answers_go_by_name_and_a_name_listed_twice_counts_once() -> None:
    found = recommend(TOWN, [MenuAction("b", ("saude", "saude")), MenuAction("a", ("saude",))])
    assert [(one.action, one.score) for one in found] == [("a", 2.0), ("b", 2.0)]


def test_what_it_has_is_left_out_and_what_is_full_says_so() -> None:
    town = Municipality(TOWN.classes, TOWN.states, frozenset({"tutoria"}))
    found = recommend(
        town, [MenuAction("tutoria", ("aprender",)), MenuAction("postos", ("saude",), (), slots=5, taken=5)]
    )
    assert [one.action for one in found] == ["postos"]
    assert [one.code for one in found[0].obstacles] == ["no_slots"]
    assert recommend(town, [MenuAction("postos", ("saude",), (), slots=5, taken=4)])[0].obstacles == ()


@given(st.lists(st.sampled_from(["aprender", "saude", "vias", "clima", "outro"]), max_size=5), st.data())
def test_serving_more_of_its_challenges_never_ranks_lower(served: list[str], data: st.DataObject) -> None:
    more = [*served, data.draw(st.sampled_from(["aprender", "saude", "vias"]))]
    found = {
        one.action: one.score for one in recommend(TOWN, [MenuAction("a", tuple(served)), MenuAction("b", tuple(more))])
    }
    assert found.get("b", 0) >= found.get("a", 0)


def test_template_deliveries_get_their_dates_from_the_plans_start() -> None:
    first, second = planned(
        [
            TemplateEntrega("Formar professores", 60, 40, "professores", 2, "Lista de presença", begins=10),
            TemplateEntrega("Aprovar a lei", 200, proof="Diário oficial"),
        ],
        date(2026, 7, 1),
        date(2026, 12, 31),
    )
    assert (first.start, first.due, first.quantity, first.unit, first.weight) == (
        date(2026, 7, 11),
        date(2026, 8, 30),
        40,
        "professores",
        2,
    )
    assert (second.start, second.due, second.beyond_cycle, first.beyond_cycle) == (
        date(2026, 7, 1),
        date(2027, 1, 17),
        True,
        False,
    )


def test_a_delivery_due_on_the_cycles_last_day_is_within_it() -> None:
    (one,) = planned([TemplateEntrega("Oficina", 30)], date(2026, 12, 1), date(2026, 12, 31))
    assert (one.due, one.beyond_cycle) == (date(2026, 12, 31), False)


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("template_title", {"title": " "}),
        ("template_days", {"days": 0}),
        ("template_begins", {"begins": -1}),
        ("template_order", {"begins": 31}),
        *(("template_quantity", {"quantity": bad}) for bad in (0, -1, float("nan"))),
        *(("template_weight", {"weight": bad}) for bad in (0, float("inf"))),
    ],
)
def test_a_template_that_cannot_be_is_refused(code: str, changed: dict[str, Any]) -> None:
    with pytest.raises(ProgrammeError) as caught:
        TemplateEntrega(**{"title": "Oficina", "days": 30, **changed})
    assert caught.value.code == code
