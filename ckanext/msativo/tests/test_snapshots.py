"""Snapshots: the same inputs give the same result, only what changed is computed, and what is frozen stays."""

from __future__ import annotations

import importlib
import json
import threading
from collections.abc import Callable
from typing import Any

import ckan.lib.jobs as ckan_jobs
import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan.tests import helpers
from rq import SimpleWorker

from ckanext.msativo.logic import jobs_queue, snapshots
from ckanext.msativo.logic.portal import portal_context
from ckanext.msativo.model import Snapshot
from ckanext.msativo.tests import factories
from ckanext.msativo.tests.conftest import truncate_results
from ckanext.msativo.tests.factories import CODES, Desafio, act, load_values, member, part, patch
from ckanext.msativo.tests.test_permissions_web import submit
from ckanext.msativo.tests.test_permissions_world import Web

N = len(CODES)
CYCLE = "2025-2026"


def run(**data: Any) -> dict[str, Any]:
    return helpers.call_action("msativo_analysis_run", **data)


def focus(**filters: Any) -> list[dict[str, Any]]:
    return act(None, "msativo_foco_list", limit=5000, **filters)["results"]


def everything(**filters: Any) -> str:
    """All results of a snapshot as one text: equal texts are equal to the last digit."""
    lists = (focus(**filters), act(None, "msativo_criticidade_list", limit=5000, **filters)["results"])
    return json.dumps(lists, sort_keys=True)


def freeze(snapshot: str, **data: Any) -> dict[str, Any]:
    return helpers.call_action("msativo_snapshot_freeze", id=snapshot, **{"ciclo": CYCLE, **data})


def indicators(org: dict[str, Any], number: int = 3) -> list[dict[str, Any]]:
    """Indicators with values that differ in each."""
    made = [factories.Indicador(owner_org=org["id"]) for _ in range(number)]
    for i, indicador in enumerate(made):
        load_values(indicador, {code: (7 * j * (i + 1)) % 83 + j / 10 for j, code in enumerate(CODES)})
    return made


def challenge_of(org: dict[str, Any], *parts: dict[str, Any], **fields: Any) -> dict[str, Any]:
    rows = [part(item, 1, i == 0) for i, item in enumerate(parts)]
    return Desafio(owner_org=org["id"], indicadores=rows, **fields)


def refusal(action: str, **data: Any) -> dict[str, Any]:
    with pytest.raises(tk.ValidationError) as caught:
        tk.get_action(action)(portal_context(), data)
    model.Session.rollback()
    return caught.value.error_dict


# -- the same inputs, the same result ----------------------------------------------------------------------------------
def test_the_same_inputs_are_the_same_snapshot_and_what_changed_alone_is_computed(coordenacao: dict[str, Any]) -> None:
    a, b, c = indicators(coordenacao)
    one, two = challenge_of(coordenacao, a, b), challenge_of(coordenacao, b, c)
    first = run()
    assert sorted(first["computados"]) == sorted(item["name"] for item in (a, b, c, one, two))
    again = run()
    assert not again["novo"] and again["snapshot"] == first["snapshot"] and again["computados"] == []
    assert again["reaproveitados"] == 5
    before = everything()

    load_values(c, {code: i % 13 for i, code in enumerate(CODES)})
    second = run()
    assert second["novo"] and sorted(second["computados"]) == sorted([c["name"], two["name"]])
    patch(one, title="Outro título", notes="Outra razão.")
    assert not run()["novo"]
    patch(one, agregacao="geometric")
    third = run()
    assert third["computados"] == [one["name"]]
    # What was before is as it was, and all that was computed in steps is what one run from nothing gives.
    patch(one, agregacao="arithmetic", title=one["title"])
    steps = everything(snapshot=third["snapshot"])
    old = everything(snapshot=first["snapshot"])
    assert old == before
    hashes = {row["numero"]: row["hash"] for row in act(None, "msativo_snapshot_list")["results"]}
    patch(one, agregacao="geometric")
    truncate_results()
    model.Session.expire_all()
    fresh = run()
    assert everything() == steps
    assert helpers.call_action("msativo_snapshot_show", id=fresh["snapshot"])["hash"] == hashes[third["numero"]]


def test_another_seed_varies_otherwise_and_is_kept_with_the_result(coordenacao: dict[str, Any]) -> None:
    a, b, c = indicators(coordenacao)
    challenge_of(coordenacao, a, b, c)
    first, other = run(), run(semente=7)
    assert other["novo"] and other["computados"] == [row["desafio"] for row in focus()][:1]
    rows = {seed: focus(snapshot=found["snapshot"]) for seed, found in ((0, first), (7, other))}
    figures = {
        seed: {row["codigo_ibge"]: (row["necessidade"], row["posicao"]) for row in found}
        for seed, found in rows.items()
    }
    assert figures[0] == figures[7]
    assert [row["prob_pior_k"] for row in rows[0]] != [row["prob_pior_k"] for row in rows[7]]
    assert helpers.call_action("msativo_snapshot_show", id=other["snapshot"])["semente"] == 7
    # Back to the first seed: what was computed is found again.
    assert run()["computados"] == []
    assert focus() == rows[0]


def test_two_runs_at_a_time_make_one_snapshot(coordenacao: dict[str, Any], app: Any) -> None:
    a, b = indicators(coordenacao, 2)
    challenge_of(coordenacao, a, b)
    model.Session.commit()
    outcomes = at_once(app, [lambda: run(), lambda: run(), lambda: run()])
    assert {outcome["snapshot"] for outcome in outcomes} == {outcomes[0]["snapshot"]}
    assert sorted(outcome["novo"] for outcome in outcomes) == [False, False, True]
    assert model.Session.query(Snapshot).count() == 1 and len(focus()) == N
    # Different ones at a time as well: each is whole.
    outcomes = at_once(app, [lambda seed=seed: run(semente=seed) for seed in (1, 2, 3)])
    assert len({outcome["snapshot"] for outcome in outcomes}) == 3
    assert all(len(focus(snapshot=outcome["snapshot"])) == N for outcome in outcomes)


def at_once(app: Any, calls: list[Callable[[], Any]]) -> list[Any]:
    """Do all at the same time, each with a connection of its own; errors are results."""
    gate, found = threading.Barrier(len(calls)), [None] * len(calls)

    def work(i: int) -> None:
        with app.flask_app.test_request_context():
            gate.wait()
            try:
                found[i] = calls[i]()
            except Exception as error:
                found[i] = error  # type: ignore[call-overload]
            finally:
                model.Session.remove()

    threads = [threading.Thread(target=work, args=(i,)) for i in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    model.Session.rollback()
    model.Session.expire_all()
    return found


# -- freezing ----------------------------------------------------------------------------------------------------------
def test_a_frozen_cycle_is_corrected_only_by_an_erratum_that_names_it(coordenacao: dict[str, Any]) -> None:
    a, b = indicators(coordenacao, 2)
    challenge_of(coordenacao, a, b)
    older, first = run(semente=9), run()
    assert "ciclo" in refusal("msativo_snapshot_freeze", id=first["snapshot"], ciclo="2025-26")
    assert "ciclo" in refusal("msativo_snapshot_freeze", id=first["snapshot"], ciclo="   ")
    for field, data in (("corrige", {"corrige": str(first["numero"]), "errata": "x"}), ("errata", {"errata": "x"})):
        assert field in refusal("msativo_snapshot_freeze", id=first["snapshot"], ciclo=CYCLE, **data)
    frozen = freeze(str(first["numero"]), ciclo=f" {CYCLE} ")
    assert frozen["ciclo"] == CYCLE and frozen["congelado_em"] and frozen["corrigido_por"] is None
    before = everything(snapshot=first["snapshot"])
    assert "id" in refusal("msativo_snapshot_freeze", id=first["snapshot"], ciclo=CYCLE)
    # A correction is newer than what it corrects.
    data = {"id": older["snapshot"], "ciclo": CYCLE, "corrige": first["snapshot"], "errata": "Um erro."}
    assert "id" in refusal("msativo_snapshot_freeze", **data)

    load_values(b, {code: i % 13 for i, code in enumerate(CODES)})
    second = run()
    told = refusal("msativo_snapshot_freeze", id=second["snapshot"], ciclo=CYCLE)
    assert str(first["numero"]) in told["corrige"][0]
    for errata in (None, "", "  "):
        data = {"id": second["snapshot"], "ciclo": CYCLE, "corrige": first["snapshot"], "errata": errata}
        assert "errata" in refusal("msativo_snapshot_freeze", **data)
    data = {"id": second["snapshot"], "ciclo": CYCLE, "corrige": second["snapshot"], "errata": "Um erro."}
    assert "corrige" in refusal("msativo_snapshot_freeze", **data)
    for reference in ("999999999", "nenhum"):
        with pytest.raises(tk.ObjectNotFound):
            freeze(second["snapshot"], corrige=reference, errata="Um erro.")
    erratum = freeze(second["snapshot"], corrige=str(first["numero"]), errata="A fonte corrigiu um valor.")
    assert erratum["corrige"] == first["snapshot"] and erratum["errata"] == "A fonte corrigiu um valor."
    listed = {row["id"]: row for row in act(None, "msativo_snapshot_list")["results"]}
    assert listed[first["snapshot"]]["corrigido_por"] == second["snapshot"]
    assert listed[first["snapshot"]]["errata"] is None
    assert everything(snapshot=first["snapshot"]) == before
    # The erratum is what holds now: the first cannot be corrected twice.
    third = run(semente=8)
    data = {"id": third["snapshot"], "ciclo": CYCLE, "corrige": first["snapshot"], "errata": "Outro."}
    assert "corrige" in refusal("msativo_snapshot_freeze", **data)
    freeze(third["snapshot"], corrige=second["snapshot"], errata="Outro.")


def test_two_freezes_of_a_cycle_at_a_time_make_one(coordenacao: dict[str, Any], app: Any) -> None:
    a, b = indicators(coordenacao, 2)
    challenge_of(coordenacao, a, b)
    first, second = run(), run(semente=9)
    model.Session.commit()
    found = at_once(app, [lambda id=id: freeze(id) for id in (first["snapshot"], second["snapshot"])])
    assert sorted(isinstance(outcome, tk.ValidationError) for outcome in found) == [False, True]
    frozen = [row for row in act(None, "msativo_snapshot_list")["results"] if row["congelado_em"]]
    assert len(frozen) == 1


def test_the_database_itself_refuses_to_change_what_is_kept(coordenacao: dict[str, Any], subtests: Any) -> None:
    a, b = indicators(coordenacao, 2)
    challenge = challenge_of(coordenacao, a, b)
    editor = member(coordenacao)
    snapshot = run()["snapshot"]
    act(editor, "msativo_foco_decide", desafio=challenge["id"], municipio=CODES[0], classe="focal", motivo="x")
    from ckanext.msativo.tests.test_decisions import file

    contest = helpers.call_action(
        "msativo_contestacao_create", desafio=challenge["id"], municipio=CODES[0], texto="x", upload=[file()]
    )
    act(editor, "msativo_contestacao_answer", id=contest["id"], decisao="parcial", resposta="x")
    freeze(snapshot)
    migration = importlib.import_module("ckanext.msativo.migration.msativo.versions.0002_challenges")
    for table in {*migration.TABLES, *migration.APPEND_ONLY}:
        column = {"dados": "hash", "snapshot": "errata", "contestacao": "texto"}.get(table)
        inspected = sa.inspect(model.meta.engine).get_columns(f"msativo_{table}")
        column = column or inspected[-1]["name"]
        for statement in (f"UPDATE msativo_{table} SET {column} = {column}", f"DELETE FROM msativo_{table}"):
            with subtests.test(statement):
                with pytest.raises(sa.exc.IntegrityError, match="never changed"):
                    model.Session.execute(sa.text(statement))
                model.Session.rollback()


def test_in_a_frozen_cycle_the_method_changes_only_with_an_erratum_or_in_the_next_cycle(
    coordenacao: dict[str, Any], app: Any, subtests: Any
) -> None:
    a, b, c = indicators(coordenacao)
    challenge = challenge_of(coordenacao, a, b, c)
    patch(challenge, errata="De um ciclo anterior.")
    freeze(run()["snapshot"])
    dataset = helpers.call_action("package_show", id=challenge["id"])
    other = [part(a, 2, True), part(b, 1), part(c, 1)]
    fewer = [part(a, 1, True), part(b)]
    match = {"match__id": challenge["id"]}
    routes: dict[str, tuple[str, dict[str, Any]]] = {
        "patch weights": ("package_patch", {"id": challenge["id"], "indicadores": other}),
        "patch away an indicator": ("package_patch", {"id": challenge["name"], "indicadores": fewer}),
        "update": ("package_update", {**dataset, "indicadores": other}),
        "update without its id": (
            "package_update",
            {**{k: v for k, v in dataset.items() if k != "id"}, "k_piores": "5"},
        ),
        "revise a weight": ("package_revise", {**match, "update__indicadores__0__peso": "1.2"}),
        "revise an anchor": ("package_revise", {**match, "update__indicadores__1__ancora": "true"}),
        "revise a goal": ("package_revise", {**match, "update__indicadores__1__melhor": "3"}),
        "revise away": ("package_revise", {**match, "filter": ["-indicadores__2"]}),
        "patch the mean": ("package_patch", {"id": challenge["id"], "agregacao": "geometric"}),
        "patch the normaliser": ("package_patch", {"id": challenge["id"], "normalizacao": "minmax"}),
        "patch the least weight": ("package_patch", {"id": challenge["id"], "peso_minimo": "0.9"}),
        "patch K": ("package_patch", {"id": challenge["id"], "k_piores": "5"}),
        "the old erratum again": (
            "package_patch",
            {"id": challenge["id"], "k_piores": "5", "errata": " De um ciclo anterior. "},
        ),
        "an empty erratum": ("package_patch", {"id": challenge["id"], "k_piores": "5", "errata": "  "}),
        "spaces around the cycle": ("package_patch", {"id": challenge["id"], "k_piores": "5", "ciclo": f"{CYCLE} "}),
    }
    for name, (action, data) in routes.items():
        with subtests.test(name):
            assert CYCLE in refusal(action, **data)["ciclo"][0]
            assert helpers.call_action("package_show", id=challenge["id"]) == dataset
    web = Web(app)
    web.log_in(member(coordenacao))
    url = f"/desafio/edit/{challenge['name']}"
    from ckanext.msativo.tests.test_challenges import form

    answer = submit(web, url, form(dataset, other, errata=dataset["errata"]), page=url)
    assert answer.status_code == 200 and CYCLE in answer.body
    assert helpers.call_action("package_show", id=challenge["id"]) == dataset

    # All else may be edited, and the cycle changed, but not changed back with another method.
    patch(challenge, title="Outro título", notes="Outra razão.")
    patch(challenge, ciclo="2027-2028")
    patch(challenge, indicadores=other)
    assert "ciclo" in refusal("package_patch", id=challenge["id"], ciclo=CYCLE)
    patch(challenge, indicadores=dataset["indicadores"])
    patch(challenge, ciclo=CYCLE)
    # An erratum is for one change: the next one says again what is corrected.
    patch(challenge, indicadores=other, errata="O peso estava errado.")
    patch(challenge, title="Mais um título")
    assert "ciclo" in refusal("package_patch", id=challenge["id"], indicadores=fewer)
    patch(challenge, indicadores=fewer, errata="Um indicador não cabia.")
    assert len(helpers.call_action("package_show", id=challenge["id"])["indicadores"]) == 2


def test_later_runs_of_a_frozen_cycle_keep_its_goals_and_method(coordenacao: dict[str, Any]) -> None:
    a, b, c = indicators(coordenacao)
    patch(a, meta="10")
    challenge = challenge_of(coordenacao, a, b, c)
    first = run()["snapshot"]
    freeze(first)
    ends = [
        (item["melhor"], item["pior"]) for item in act(None, "msativo_desafio_show", id=challenge["id"])["indicadores"]
    ]
    assert ends[0][0] == 10
    frozen = everything(snapshot=first)
    # New data would give other ends, an indicator's new target and direction another method: both in the next cycle.
    load_values(b, {code: 1000 + i for i, code in enumerate(CODES)})
    patch(a, meta="20", polaridade="maior_melhor")
    run()
    about = act(None, "msativo_desafio_show", id=challenge["id"])
    assert [(item["melhor"], item["pior"]) for item in about["indicadores"]] == ends
    assert about["metodo"]["indicadores"][0]["polaridade"] == -1
    assert {row["notas"][b["name"]] for row in focus()} == {0.0}
    assert everything(snapshot=first) == frozen
    patch(challenge, title="Ainda se edita")
    # An erratum takes what the indicators say now; so does the next cycle, with ends from its own data.
    patch(challenge, agregacao="geometric", errata="A média estava errada.")
    run()
    about = act(None, "msativo_desafio_show", id=challenge["id"])
    assert about["metodo"]["agregacao"] == "geometric" and about["metodo"]["indicadores"][0]["polaridade"] == 1
    patch(challenge, ciclo="2027-2028")
    run()
    about = act(None, "msativo_desafio_show", id=challenge["id"])
    assert about["indicadores"][0]["melhor"] == 20 and about["indicadores"][1]["melhor"] == 1002
    assert everything(snapshot=first) == frozen


def test_a_decision_after_the_freeze_is_seen_in_the_newest_snapshot_and_not_in_the_frozen_one(
    coordenacao: dict[str, Any],
) -> None:
    a, b = indicators(coordenacao, 2)
    challenge = challenge_of(coordenacao, a, b, normalizacao="minmax")
    editor, code = member(coordenacao), CODES[0]

    def decide(classe: str, reason: str) -> dict[str, Any]:
        data = {"desafio": challenge["name"], "municipio": code, "classe": classe, "motivo": reason}
        return act(editor, "msativo_foco_decide", **data)

    first = run()["snapshot"]
    decide("monitorado", "Antes.")
    freeze(first)
    row = decide("focal", "Depois.")
    assert (row["classe"], row["decisao"]["motivo"]) == ("focal", "Depois.")

    def seen(**filters: Any) -> tuple[str, str]:
        (row,) = focus(municipio=code, **filters)
        return row["classe"], row["decisao"]["motivo"]

    assert seen() == ("focal", "Depois.") and seen(snapshot=first) == ("monitorado", "Antes.")
    assert decide("", "Voltar atrás.")["decisao"]["classe"] is None
    assert seen(snapshot=first) == ("monitorado", "Antes.")
    # The snapshot that carries it on is an equal one, and no run makes another while nothing changes.
    listed = act(None, "msativo_snapshot_list")["results"]
    assert len(listed) == 2 and listed[0]["hash"] == listed[1]["hash"] and listed[0]["congelado_em"] is None
    assert not run()["novo"]
    assert len(focus()) == N and len(act(None, "msativo_criticidade_list", limit=5000)["results"]) == 2 * N


# -- in the background -------------------------------------------------------------------------------------------------
def work() -> None:
    SimpleWorker([ckan_jobs.get_queue()], connection=ckan_jobs.connect_to_redis()).work(burst=True)


def status(user: Any, job: str) -> dict[str, Any]:
    return act(user, "msativo_analysis_status", job=job)


def test_a_run_in_the_background_tells_how_far_it_is(
    coordenacao: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = indicators(coordenacao, 2)
    challenge = challenge_of(coordenacao, a, b)
    editor = member(coordenacao)
    ckan_jobs.get_queue().empty()
    answer = act(editor, "msativo_analysis_run", background=True, semente=5)
    assert set(answer) == {"job"} and act(None, "msativo_foco_list")["count"] == 0
    assert status(editor, answer["job"])["estado"] == "na_fila"
    work()
    told = status(editor, answer["job"])
    assert told["estado"] == "concluida" and told["erro"] is None
    assert (told["feitos"], told["total"], told["agora"]) == (0, 1, challenge["name"])
    assert told["resultado"]["snapshot"] == act(None, "msativo_foco_list")["snapshot"]
    assert told["resultado"]["desafios"] == 1
    assert helpers.call_action("msativo_snapshot_show")["semente"] == 5
    assert editor["name"] not in json.dumps(told)

    other = tk.enqueue_job(jobs_queue.jobs.analyse, [], title="another").id
    for job in (other, "0" * 36, "a b", "*", "a" * 5000):
        with pytest.raises(tk.ObjectNotFound):
            status(editor, job)

    def broken(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("senha=segredo")

    ckan_jobs.get_queue().empty()
    monkeypatch.setattr(snapshots, "run", broken)
    failing = act(editor, "msativo_analysis_run", background=True)["job"]
    work()
    told = status(editor, failing)
    assert told["estado"] == "falhou" and told["resultado"] is None
    assert told["erro"] and "segredo" not in told["erro"]
