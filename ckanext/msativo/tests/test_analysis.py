"""The analysis as the portal runs it: what is stored, what is computed anew, what is shown."""

from __future__ import annotations

import hashlib
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import helpers

from ckanext.msativo.logic import indicators, observations
from ckanext.msativo.logic.portal import portal_context
from ckanext.msativo.model import Criticidade, Resultado, Snapshot
from ckanext.msativo.tests import factories
from ckanext.msativo.tests.factories import CODES, load, load_values, patch, tidy

PARAISO, CAMPO_GRANDE = "5006275", "5002704"


def run() -> dict[str, Any]:
    return helpers.call_action("msativo_analysis_run")


def criticality(**filters: Any) -> dict[str, Any]:
    return tk.get_action("msativo_criticidade_list")({"user": "", "ignore_auth": False}, {"limit": 5000, **filters})


def states(**filters: Any) -> dict[str, str]:
    return {row["codigo_ibge"]: row["estado"] for row in criticality(**filters)["results"]}


def test_the_worst_quarter_is_critical_ties_at_the_cut_included(indicador: dict[str, Any]) -> None:
    # 1 … 79, lower is better: Q75 of the values by linear interpolation is 1 + 0.75·78 = 59.5, the median 40.
    load_values(indicador, {code: i + 1 for i, code in enumerate(CODES)})
    run()
    rows = criticality(indicador=indicador["name"])
    assert rows["count"] == len(rows["results"]) == 79
    by_value = {row["valor"]: row for row in rows["results"]}
    assert by_value[60]["estado"] == "critico" and by_value[59]["estado"] == "atencao"
    assert by_value[40]["estado"] == "atencao" and by_value[39]["estado"] == "adequado"
    assert by_value[79]["posicao"] == 1 and by_value[1]["posicao"] == 79
    assert by_value[79]["limite"] == pytest.approx(59.5)
    assert by_value[79]["limite_atencao"] == 40
    assert "59,5" in by_value[79]["motivo"] and "79" in by_value[79]["motivo"]


def test_a_municipality_without_a_value_is_neither_critical_nor_fine(indicador: dict[str, Any]) -> None:
    load_values(indicador, {code: i for i, code in enumerate(CODES) if code != PARAISO})
    run()
    rows = criticality(indicador=indicador["name"])
    assert rows["count"] == 79
    (row,) = criticality(indicador=indicador["name"], municipio=PARAISO)["results"]
    assert row["estado"] == "sem_dado" and row["posicao"] is None and row["valor"] is None
    # 78 values: the cut is that of 78, not of 79.
    assert sum(row["estado"] == "critico" for row in rows["results"]) == 20


def test_declared_limits_judge_by_the_value_alone(coordenacao: dict[str, Any]) -> None:
    indicador = factories.Indicador(
        owner_org=coordenacao["id"], regra="limiar", polaridade="maior_melhor", corte_verde="0.7", corte_vermelho="0.6"
    )
    load_values(indicador, {CODES[0]: 0.7, CODES[1]: 0.69, CODES[2]: 0.6, CODES[3]: 0.59})
    run()
    found = states(indicador=indicador["name"])
    assert [found[code] for code in CODES[:4]] == ["adequado", "atencao", "atencao", "critico"]


def test_an_older_value_counts_within_the_tolerance_and_says_so(indicador: dict[str, Any]) -> None:
    rows = [(indicador["name"], code, 2020, i) for i, code in enumerate(CODES[:70])]
    rows += [(indicador["name"], CODES[70], 2018, 99), (indicador["name"], CODES[71], 2017, 99)]
    load(tidy(rows))
    run()
    found = {row["codigo_ibge"]: row for row in criticality(indicador=indicador["name"])["results"]}
    assert (found[CODES[70]]["estado"], found[CODES[70]]["defasagem"], found[CODES[70]]["ano_valor"]) == (
        "critico",
        2,
        2018,
    )
    assert found[CODES[71]]["estado"] == "sem_dado"


def test_the_default_year_is_the_newest_with_enough_coverage(indicador: dict[str, Any]) -> None:
    rows = [(indicador["name"], code, 2019, i) for i, code in enumerate(CODES[:70])]
    rows += [(indicador["name"], code, 2020, i) for i, code in enumerate(CODES[:30])]
    load(tidy(rows))
    run()
    assert {row["ano"] for row in criticality(indicador=indicador["name"])["results"]} == {2019}
    assert {row["ano"] for row in criticality(indicador=indicador["name"], ano=2020)["results"]} == {2020}
    (coverage,) = helpers.call_action("msativo_indicador_coverage", indicador=indicador["name"])["results"]
    years = {year["ano"]: year for year in coverage["anos"]}
    assert coverage["ano_padrao"] == 2019
    assert years[2019]["suficiente"] and not years[2020]["suficiente"]
    assert years[2020]["com_valor"] == 30 and years[2020]["instalados"] == 79


def test_a_year_without_values_is_answered_from_the_years_before(indicador: dict[str, Any]) -> None:
    load_values(indicador, {code: i for i, code in enumerate(CODES) if code != PARAISO}, ano=2010)
    run()
    rows = criticality(indicador=indicador["name"], ano=2012)["results"]
    assert len(rows) == 79 and {row["defasagem"] for row in rows} == {2, None}
    (row,) = criticality(indicador=indicador["name"], municipio=PARAISO)["results"]
    assert (row["estado"], row["nota"]) == ("sem_dado", "nao_instalado")
    assert criticality(indicador=indicador["name"], ano=2013)["count"] == 0


def test_critical_since_is_the_start_of_the_unbroken_run(indicador: dict[str, Any]) -> None:
    worst = {2015: 1, 2016: 99, 2017: 99, 2018: 1, 2019: 99, 2020: 99}
    rows = [
        (indicador["name"], code, year, worst[year] if code == CAMPO_GRANDE else i % 50 + 2)
        for year in worst
        for i, code in enumerate(CODES)
    ]
    load(tidy(rows))
    run()
    (row,) = criticality(indicador=indicador["name"], municipio=CAMPO_GRANDE)["results"]
    assert row["critico_desde"] == 2019
    (row,) = criticality(indicador=indicador["name"], municipio=CAMPO_GRANDE, ano=2017)["results"]
    assert row["critico_desde"] == 2016


def test_nothing_changed_makes_no_new_snapshot(indicador: dict[str, Any]) -> None:
    load_values(indicador, {code: i for i, code in enumerate(CODES)})
    first, second = run(), run()
    assert first["novo"] and not second["novo"]
    assert first["snapshot"] == second["snapshot"] and second["computados"] == []


def test_only_the_changed_indicator_is_computed_and_the_old_snapshot_stays(coordenacao: dict[str, Any]) -> None:
    one, other = (factories.Indicador(owner_org=coordenacao["id"]) for _ in range(2))
    for indicador in (one, other):
        load_values(indicador, {code: i for i, code in enumerate(CODES)})
    first = run()
    load_values(one, {code: -i for i, code in enumerate(CODES)})
    second = run()
    assert second["computados"] == [one["name"]] and second["reaproveitados"] == 1
    old = states(indicador=one["name"], snapshot=first["snapshot"])
    new = states(indicador=one["name"])
    assert old[CODES[-1]] == new[CODES[0]] == "critico"
    assert old[CODES[0]] == new[CODES[-1]] == "adequado"
    # Going back to the same data finds the old result.
    load_values(one, {code: i for i, code in enumerate(CODES)})
    assert run()["computados"] == []


def test_a_change_of_method_computes_anew(indicador: dict[str, Any]) -> None:
    load_values(indicador, {code: i for i, code in enumerate(CODES)})
    run()
    patch(indicador, quantil_p="0.1")
    assert run()["computados"] == [indicador["name"]]
    assert sum(state == "critico" for state in states(indicador=indicador["name"]).values()) == 8


def test_a_change_past_ckan_is_found_by_the_next_run(indicador: dict[str, Any]) -> None:
    load_values(indicador, {code: i for i, code in enumerate(CODES)})
    run()
    resource = helpers.call_action("package_show", id=indicador["id"])["resources"][0]["id"]
    rows = observations.read(resource)
    rows.valor[:] = rows.valor[::-1].copy()
    observations.replace(resource, rows, 1000)
    assert run()["computados"] == [indicador["name"]]


def test_rows_that_others_wrote_and_that_cannot_be_are_left_out_and_reported(indicador: dict[str, Any]) -> None:
    load_values(indicador, {code: i for i, code in enumerate(CODES)})
    resource = helpers.call_action("package_show", id=indicador["id"])["resources"][0]["id"]
    strange = [
        {"codigo_ibge": "9999999", "ano": 2020, "valor": 1e9},
        {"codigo_ibge": PARAISO, "ano": 2010, "valor": 1e9},
    ]
    helpers.call_action("datastore_upsert", resource_id=resource, force=True, records=strange)
    run()
    assert criticality(indicador=indicador["name"])["count"] == 79
    (coverage,) = helpers.call_action("msativo_indicador_coverage", indicador=indicador["name"])["results"]
    assert {warning["motivo"] for warning in coverage["avisos"]} == {"codigo_desconhecido", "nao_instalado"}


def test_a_withdrawn_indicator_disappears_from_every_list_and_old_snapshot(indicador: dict[str, Any]) -> None:
    load_values(indicador, {code: i for i, code in enumerate(CODES)})
    first = run()
    patch(indicador, private=True)
    assert criticality(snapshot=first["snapshot"])["count"] == 0
    assert helpers.call_action("msativo_snapshot_show", id=first["snapshot"])["indicadores"] == []
    with pytest.raises(tk.ObjectNotFound):
        criticality(indicador=indicador["name"])


def test_a_failed_run_leaves_nothing_half_written(indicador: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    from ckanext.msativo.logic import snapshots

    load_values(indicador, {code: i for i, code in enumerate(CODES)})

    def broken(*_args: Any) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(snapshots, "_snapshot", broken)
    with pytest.raises(RuntimeError):
        run()
    assert model.Session.query(Resultado).count() == 0
    assert model.Session.query(Criticidade).count() == 0
    assert model.Session.query(Snapshot).count() == 0


def test_lists_are_paged_without_gaps(indicador: dict[str, Any]) -> None:
    load_values(indicador, {code: i // 2 for i, code in enumerate(CODES)})
    run()
    pages = [criticality(indicador=indicador["name"], limit=30, offset=offset) for offset in (0, 30, 60)]
    codes = [row["codigo_ibge"] for page in pages for row in page["results"]]
    assert len(codes) == len(set(codes)) == 79
    assert {page["count"] for page in pages} == {79}
    assert criticality(indicador=indicador["name"], limit=0)["results"] == []


def test_filters_by_region_state_and_name(indicador: dict[str, Any]) -> None:
    load_values(indicador, {code: i for i, code in enumerate(CODES)})
    run()
    region = next(r for r in factories.TERRITORY.regions("imediata") if "Coxim" in r.nome)
    assert set(states(regiao="coxim")) == set(region.municipios) == set(states(regiao=region.codigo))
    assert set(states(municipio="campo grande")) == {CAMPO_GRANDE} == set(states(municipio="500270"))
    assert set(states(estado="critico").values()) == {"critico"}


def test_a_municipality_shows_its_worst_first(coordenacao: dict[str, Any]) -> None:
    good, bad = (factories.Indicador(owner_org=coordenacao["id"]) for _ in range(2))
    load_values(good, {code: i for i, code in enumerate(CODES)})
    load_values(bad, {code: -i for i, code in enumerate(CODES)})
    run()
    profile = helpers.call_action("msativo_municipio_show", id=CODES[0])
    assert [row["indicador"] for row in profile["situacao"]] == [bad["name"], good["name"]]
    assert profile["indicadores"] == {"critico": 1, "atencao": 0, "adequado": 1, "sem_dado": 0}
    listed = helpers.call_action("msativo_municipio_list", limit=100)
    assert listed["count"] == 79
    assert next(row for row in listed["results"] if row["codigo_ibge"] == CODES[0])["indicadores"]["critico"] == 1


def test_a_portal_without_an_analysis_answers_with_empty_lists(portal: None) -> None:
    assert criticality() == {"count": 0, "results": [], "snapshot": None}
    assert helpers.call_action("msativo_indicador_coverage")["count"] == 0
    assert helpers.call_action("msativo_municipio_list", limit=100)["count"] == 79
    assert run()["indicadores"] == 0


def test_a_rate_of_few_events_is_judged_by_its_smoothed_value(coordenacao: dict[str, Any]) -> None:
    indicador = factories.Indicador(owner_org=coordenacao["id"], tipo="taxa_eventos", fator="100000")
    rows = []
    for i, code in enumerate(CODES):
        # Large municipalities with rates that really differ, and one small one with a single chance event.
        population, events = (1_000, 1) if code == CAMPO_GRANDE else (1_000_000, 30 + 5 * i)
        for year in (2018, 2019, 2020):
            happened = 0 if code == CAMPO_GRANDE and year != 2020 else events
            rows.append((indicador["name"], code, year, happened * 100_000 / population, happened, population))
    load(tidy(rows, "indicador,codigo_ibge,ano,valor,numerador,denominador"), decimal=".")
    run()
    (row,) = criticality(indicador=indicador["name"], municipio=CAMPO_GRANDE)["results"]
    # 100 per 100,000 in the year, 33.3 pooled, beyond the worst quarter's cut (near 32); the state's mean is near 22,
    # towards which so small a place is drawn.
    assert row["valor"] == 100
    assert 20 < row["valor_suavizado"] < 25
    assert (row["estado"], row["confianca"]) == ("atencao", "baixa")
    assert "100,0" in row["motivo"]
    worst = criticality(indicador=indicador["name"])["results"][0]
    assert worst["estado"] == "critico" and worst["confianca"] == "alta"


def test_a_municipality_has_its_profile_and_the_most_similar_ones(portal: None) -> None:
    shown = helpers.call_action("msativo_municipio_show", id=CAMPO_GRANDE)
    assert shown["perfil"]["populacao"] > 900_000 and len(shown["semelhantes"]) == 5
    distances = [row["distancia"] for row in shown["semelhantes"]]
    assert distances == sorted(distances) and CAMPO_GRANDE not in {row["codigo_ibge"] for row in shown["semelhantes"]}
    # Not installed when the census asked for income and urban share.
    assert helpers.call_action("msativo_municipio_show", id=PARAISO)["semelhantes"] == []


def test_a_table_read_in_bulk_has_the_hash_of_its_rows_and_other_tables_are_none(
    indicador: dict[str, Any], coordenacao: dict[str, Any]
) -> None:
    numbers = (0.1, 100.0, -3.25, 5e-324, 1e15, 123456789012345680.0, 1e-7, 0.0)
    load_values(indicador, dict(zip(CODES, numbers, strict=False)))
    ours = indicators.resource_of(indicators.show(indicador["name"]))
    assert ours is not None
    plain = factories.factories.Dataset(owner_org=coordenacao["id"])
    wanted = {"resource": {"package_id": plain["id"]}, "fields": [{"id": "ano"}], "records": [{"ano": "2020"}]}
    other = tk.get_action("datastore_create")(portal_context(), wanted)["resource_id"]
    found = observations.read_all([other, ours["id"], "nothing"])
    assert found[other] is None and found["nothing"] is None
    content = found[ours["id"]]
    assert content is not None
    assert hashlib.sha256(content).hexdigest() == observations.parse(content).content_hash()
    with pytest.raises(observations.NotATable):
        observations.read(other)
