"""Monitoring: totals of two plans by hand, on several days, and what may never be counted."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import ckan.plugins.toolkit as tk
import openpyxl
import pytest
from ckan.tests import helpers

from ckanext.msativo.tests.adesao_world import JAPORA, NEIGHBOUR, SETE_QUEDAS
from ckanext.msativo.tests.cycle_world import call, sent
from ckanext.msativo.tests.monitoring_world import LAW, Two
from ckanext.msativo.tests.test_permissions_world import ANONYMOUS, EDITOR, World, world  # noqa: F401


@pytest.fixture
def two(world: World) -> Two:  # noqa: F811
    return Two(world)


def test_the_totals_of_two_plans_by_hand(two: Two) -> None:
    """On 20 September, day 50: planned 0.5 of the courses, nothing of what is due later without a quantity."""
    shown = two.show()
    (state,) = shown["results"]
    assert (state["id"], state["nome"], shown["count"]) == ("MS", "Mato Grosso do Sul", 1)
    assert (state["entregas"], state["canceladas"], state["concluidas"]) == (3, 1, 0)
    # Weights 2 + 1 + 2; validated 2 × 0.6; declared 2 × 0.6 + 2 × 0.4; planned 2 × 0.5 + 2 × 0.5.
    assert state["validado"] == pytest.approx(1.2 / 5)
    assert state["declarado"] == pytest.approx(2 / 5)
    assert state["previsto"] == pytest.approx(2 / 5)
    assert state["spi"] == pytest.approx(0.6)
    # Sent in time, so it is the State that is late with it, but nothing of the delivery is overdue before its due day.
    assert state["analises"] == {"feitas": 1, "no_prazo": 1, "dias_mediana": 5, "esperando": 1, "atrasadas": 1}
    assert (state["em_analise"], state["atrasadas"], state["atrasadas_estado"]) == (1, 0, 0)
    assert sum(state["luzes"].values()) == 4
    assert shown["total"] == {key: state[key] for key in shown["total"]}


def test_the_past_is_as_it_was(two: Two) -> None:
    assert two.show(data="2025-07-31")["total"]["entregas"] == 0
    before = two.show(data="2025-08-24")["total"]
    assert (before["declarado"], before["validado"]) == (pytest.approx(1.2 / 6), 0)
    assert before["analises"] == {"feitas": 0, "no_prazo": 0, "dias_mediana": None, "esperando": 1, "atrasadas": 0}
    assert two.show(data="2025-09-09")["total"]["entregas"] == 4
    assert two.show(data="2025-09-16")["total"]["analises"]["atrasadas"] == 0
    assert two.show(data="2025-09-17")["total"]["analises"]["atrasadas"] == 1


def test_what_was_sent_in_time_and_not_answered_is_the_states_delay(two: Two) -> None:
    """On 15 November both courses are past due, of Japorã since the 9th; its law since 30 September."""
    rows = {row["id"]: row for row in two.show("2025-11-15", grupo="municipio")["results"]}
    assert (rows[JAPORA]["atrasadas"], rows[JAPORA]["atrasadas_estado"]) == (2, 0)
    assert (rows[SETE_QUEDAS]["atrasadas"], rows[SETE_QUEDAS]["atrasadas_estado"]) == (0, 1)
    assert [row["nome"] for row in two.show(grupo="municipio")["results"]] == ["Japorã", "Sete Quedas"]
    open_ones = two.show("2025-11-15", pendencias=True)["pendencias"]
    assert [(row["municipio"], row["dias_atraso"]) for row in open_ones["atrasadas"]] == [
        ("Japorã", 46),
        ("Japorã", 6),
        ("Sete Quedas", 6),
    ]
    assert [(row["municipio"], row["analise_ate"]) for row in open_ones["com_estado"]] == [
        ("Sete Quedas", "2025-09-16")
    ]
    assert not any("responsavel" in row for of in open_ones.values() for row in of)


def test_every_grouping_names_its_keys_in_peoples_words_and_is_asked_for_by_them(two: Two) -> None:
    names = {
        "regiao": {row["id"]: row["nome"] for row in two.show(grupo="regiao")["results"]},
        "plano": {row["id"]: row["municipio"] for row in two.show(grupo="plano")["results"]},
        "acao": {row["id"]: row["nome"] for row in two.show(grupo="acao")["results"]},
        "secretaria": {row["id"]: row["entregas"] for row in two.show(grupo="secretaria")["results"]},
        "desafio": {row["id"]: row["nome"] for row in two.show(grupo="desafio")["results"]},
    }
    assert set(names["plano"].values()) == {"Japorã", "Sete Quedas"}
    assert names["acao"] == {two.acao["nome"]: "Formação continuada"}
    assert names["secretaria"] == {two.world.orgs["secretaria"]["name"]: 3}
    assert names["desafio"] == {}
    for grupo in ("regiao", "plano", "acao", "secretaria"):
        key, name = next(iter(names[grupo].items()))
        (row,) = two.show(grupo=grupo, id=key)["results"]
        assert row["id"] == key
        if grupo == "regiao":
            assert two.show(grupo=grupo, id=name)["results"][0]["id"] == key
    assert two.show(grupo="municipio", id="Japorã")["total"]["entregas"] == 2
    # Another grouping narrows what is counted; one without any plan has a row of zeros.
    inside = two.show(grupo="plano", municipio=JAPORA)
    assert ([row["id"] for row in inside["results"]], inside["total"]["entregas"]) == ([two.here["id"]], 2)
    (empty,) = two.show(grupo="municipio", id="Campo Grande")["results"]
    assert (empty["entregas"], empty["validado"]) == (0, None)


def test_the_curve_goes_through_the_cycle_and_ends_in_what_holds(two: Two) -> None:
    shown = two.show(serie=True, ciclo="2025-2026")
    points = {point["data"]: point for point in shown["serie"]}
    assert (shown["serie"][0]["data"], shown["serie"][-1]["data"]) == ("2025-07-01", "2026-12-31")
    assert points["2025-07-31"]["previsto"] is None
    total = shown["total"]
    assert points["2025-09-20"] == {
        "data": "2025-09-20",
        **{key: total[key] for key in ("previsto", "declarado", "validado")},
    }
    # Nothing is accepted yet on 31 August but the courses of Japorã, of four deliveries with weight 6.
    assert points["2025-08-31"]["validado"] == pytest.approx(1.2 / 6)
    assert points["2025-09-30"] == {
        "data": "2025-09-30",
        "previsto": pytest.approx((2 * 0.6 + 1 + 2 * 0.6) / 5),
        "declarado": None,
        "validado": None,
    }
    assert points["2026-12-31"]["previsto"] == 1


def test_drafts_are_counted_by_nobody_and_named_to_nobody(two: Two) -> None:
    for role in (ANONYMOUS, NEIGHBOUR, EDITOR):
        assert two.show(role=role)["total"]["entregas"] == 3
        assert two.draft["id"] not in json.dumps(two.show(role=role, grupo="plano"))
        with pytest.raises(Exception, match=two.draft["id"]):
            two.show(role=role, grupo="plano", id=two.draft["id"])


ODD: list[dict[str, Any]] = [
    {"grupo": "bairro"},
    {"data": "2025-02-30"},
    {"data": "ontem"},
    {"data": "2999-01-01"},
    {"ciclo": "nunca"},
    {"grupo": "municipio", "id": "Atlântida"},
    {"grupo": "municipio", "id": "Japorã", "municipio": "Sete Quedas"},
    {"grupo": "regiao", "id": "0"},
    {"grupo": "estado", "id": "SP"},
    {"grupo": "desafio", "id": "\x00"},
    {"grupo": "desafio", "id": "a" * 3000},
    {"grupo": "secretaria", "id": "ninguém"},
    {"grupo": "acao", "id": "nada"},
    {"grupo": "plano", "id": "1' OR '1'='1"},
    {"limit": -1},
]


def test_what_cannot_be_answered_is_refused_in_words(two: Two) -> None:
    for asked in ODD:
        with pytest.raises((tk.ValidationError, tk.ObjectNotFound)):
            two.show(**asked)


def test_a_light_tells_its_shares_in_percent(two: Two) -> None:
    rows = call(two.world, ANONYMOUS, "entrega_list", "2025-09-20", municipio=SETE_QUEDAS, luz="vermelho")["results"]
    assert ["0 %" in row["motivo"] and "50 %" in row["motivo"] for row in rows] == [True]


def test_downloads_say_what_the_api_says(two: Two, app: Any) -> None:
    asked = {"grupo": "municipio", "data": "2025-09-20"}
    rows = helpers.call_action("msativo_monitoramento_show", **asked)["results"]
    answer = app.get("/dados/monitoramento.csv", query_string=asked)
    table = list(csv.DictReader(io.StringIO(answer.body)))
    assert [(row["id"], float(row["validado"])) for row in table] == [(row["id"], row["validado"]) for row in rows]
    assert [row["analises_atrasadas"] for row in table] == ["0", "1"]
    assert [int(row["luz_azul"]) for row in table] == [row["luzes"]["azul"] for row in rows]
    assert "2025-09-20" in answer.headers["Content-Disposition"]
    assert json.loads(app.get("/dados/monitoramento.json", query_string=asked).body)["results"] == rows
    book = openpyxl.load_workbook(io.BytesIO(app.get("/dados/monitoramento.xlsx", query_string=asked).data))
    assert book.worksheets[0].max_row == 3
    assert "2025-09-20" in {str(cell.value) for row in book.worksheets[1].iter_rows() for cell in row}
    deliveries = list(csv.DictReader(io.StringIO(app.get("/dados/entregas.csv?data=2025-09-20").body)))
    of_api = helpers.call_action("msativo_entrega_list", data="2025-09-20")["results"]
    assert [row["id"] for row in deliveries] == [row["id"] for row in of_api]
    assert {row["acao"] for row in deliveries} == {two.acao["nome"]}
    assert "responsavel" not in deliveries[0]
    assert app.get("/dados/entregas.csv?data=ontem", status=400).status_code == 400


def test_a_download_is_sent_anew_after_a_step_and_not_before(two: Two, app: Any) -> None:
    first = app.get("/dados/monitoramento.csv")
    known = {"If-None-Match": first.headers["ETag"]}
    assert app.get("/dados/monitoramento.csv", headers=known, status=304).status_code == 304
    sent(two.world, two.here[LAW], day="2025-09-19", quantidade=None)
    assert app.get("/dados/monitoramento.csv", headers=known).status_code == 200
