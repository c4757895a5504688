"""What is computed for a challenge – need, rank, class, reasons – and who sees it."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
import numpy as np
import pytest
from ckan.tests import helpers
from numpy.testing import assert_allclose

from ckanext.msativo.analysis import (
    ChallengeIndicator,
    ChallengeSpec,
    local_moran,
    rank_uncertainty,
    score_challenge,
)
from ckanext.msativo.tests import factories
from ckanext.msativo.tests.factories import CODES, TERRITORY, Desafio, act, load, load_values, part, patch, tidy
from ckanext.msativo.tests.test_challenges import (
    CAMPO_GRANDE,
    N,
    by_code,
    focus,
    loaded,
    reasons_of,
    run,
    shown,
)


# -- what is computed --------------------------------------------------------------------------------------------------
def test_need_and_rank_are_those_computed_by_hand(coordenacao: dict[str, Any]) -> None:
    # Lower is better, i = 0 … 78, min-max: the need in a is x = i/78 of 100, in b 1 − x, in c x.
    a, b, c = loaded(
        coordenacao,
        [None if i == 10 else i for i in range(N)],
        [None if i == 20 else 78 - i for i in range(N)],
        range(N),
    )
    weights = (2, 1, 1)
    challenge = Desafio(
        owner_org=coordenacao["id"],
        indicadores=[part(a, weights[0], True), part(b, weights[1]), part(c, weights[2])],
        normalizacao="minmax",
    )
    run()
    rows = by_code(desafio=challenge["name"])
    assert len(rows) == N
    for i, code in enumerate(CODES):
        x, row = i / 78, rows[code]
        if i == 10:
            # a is half of the weight, under two thirds without it.
            assert (row["classe"], row["necessidade"], row["posicao"]) == ("sem_dado", None, None)
            assert row["peso_disponivel"] == 0.5 and "50 %" in row["motivos"][0]
            continue
        # All three: (2x + (1 − x) + x)/4; without b: (2x + x)/3 = x.
        expected = 100 * (x if i == 20 else (2 * x + 1) / 4)
        assert row["necessidade"] == pytest.approx(expected, abs=1e-9)
        assert row["pontuacao"] == pytest.approx(100 - expected, abs=1e-9)
        assert row["peso_disponivel"] == (0.75 if i == 20 else 1)
        assert row["notas"][a["name"]] == pytest.approx(100 * (1 - x))
        assert row["notas"][b["name"]] == (None if i == 20 else pytest.approx(100 * x))
    assert rows[CODES[78]]["posicao"] == 1 and rows[CODES[77]]["posicao"] == 2
    # Without b number 20 needs 2000/78, to the digit as much as number 1: 25 + 50/78. Ties share the better rank.
    assert [rows[CODES[i]]["posicao"] for i in (0, 1, 20)] == [78, 76, 76]
    assert {row["n"] for row in rows.values()} == {78} and {row["k"] for row in rows.values()} == {20}
    # The shares of the weights, and what each does: b works against the two others.
    about = shown(challenge)
    assert [item["peso"] for item in about["indicadores"]] == [0.5, 0.25, 0.25]
    assert "contra" in {notice["codigo"] for notice in about["avisos"] if notice["indicador"] == b["name"]}
    # a and c are the same, and b is the reverse of both.
    assert [notice["codigo"] for notice in about["avisos"]].count("repetidos") >= 1


def test_uncertainty_and_clusters_are_those_of_the_pure_package(coordenacao: dict[str, Any]) -> None:
    random = np.random.default_rng(7)
    table = random.normal(50, 10, (N, 4)).round(3)
    table[random.random(table.shape) < 0.04] = np.nan
    columns = [[None if np.isnan(v) else float(v) for v in column] for column in table.T]
    made = loaded(coordenacao, *columns)
    weights = (3, 2, 2, 1)
    challenge = Desafio(
        owner_org=coordenacao["id"],
        indicadores=[part(item, w, i == 0) for i, (item, w) in enumerate(zip(made, weights, strict=True))],
        agregacao="geometric",
        k_piores="12",
    )
    run(semente=99)
    spec = ChallengeSpec(
        challenge["name"],
        tuple(
            ChallengeIndicator(item["name"], w, -1, anchor=i == 0)
            for i, (item, w) in enumerate(zip(made, weights, strict=True))
        ),
        "goalposts",
        "geometric",
        worst_k=12,
    )
    rows = [by_code(desafio=challenge["name"])[code] for code in CODES]

    def column(name: str) -> Any:
        return np.array([np.nan if row[name] is None else row[name] for row in rows], float)

    score, ranks = score_challenge(table, spec), rank_uncertainty(table, spec, 5000, 99)
    assert_allclose(column("necessidade"), score.need, rtol=0, atol=1e-9)
    assert_allclose(column("posicao_mediana"), ranks.median)
    assert_allclose(column("posicao_p05"), ranks.p05)
    assert_allclose(column("posicao_p95"), ranks.p95)
    assert_allclose(column("prob_pior_k"), ranks.prob_worst)
    clusters = act(None, "msativo_cluster_list", desafio=challenge["name"], limit=100)
    neighbours = TERRITORY.neighbours()
    position = {code: i for i, code in enumerate(CODES)}
    near = [sorted(position[other] for other in neighbours[code]) for code in CODES]
    moran = local_moran(score.need, near, 9999, 99, name=challenge["name"])
    found = {row["codigo_ibge"]: row for row in clusters["results"]}
    for name, expected in (("moran_i", moran.i), ("moran_p", moran.p), ("moran_p_ajustado", moran.p_adjusted)):
        told = np.array([found[code][name] for code in CODES], float)
        assert_allclose(told, expected, rtol=1e-9)
    assert [found[code]["significativo"] for code in CODES] == moran.significant.tolist()


def test_classes_and_their_reasons_follow_the_order_of_the_method(coordenacao: dict[str, Any]) -> None:
    # Both say the same: every draw ranks alike, so P(worst K) is 1 for the 20 = ceil(78/4) worst and 0 for the others.
    values = [*range(78), None]
    a, b = loaded(coordenacao, values, values, quantil_p="0.05")
    challenge = Desafio(
        owner_org=coordenacao["id"], indicadores=[part(a, 1, True), part(b)], normalizacao="minmax", k_piores=""
    )
    run()
    rows = by_code(desafio=challenge["name"])
    classes = [rows[code]["classe_calculada"] for code in CODES]
    # Need: the worst quarter is above 57.75, the worst tenth above 69.3; critical in the anchor above 73.15.
    expected = ["focal" if i >= 70 else "prioritario" if i >= 58 else "monitorado" for i in range(78)]
    assert classes == [*expected, "sem_dado"]
    assert [rows[code]["prob_pior_k"] for code in CODES[:78]] == [float(i >= 58) for i in range(78)]
    codes = reasons_of(challenge)
    assert codes[CODES[0]] == ["no_need"] and codes[CODES[78]] == ["sem_dado"]
    assert codes[CODES[60]] == ["need_quartile", "probable"]
    assert codes[CODES[71]] == ["need_quartile", "probable", "need_decile"]
    assert codes[CODES[77]] == ["anchor_critical", "need_quartile", "probable", "need_decile", "anchor_weight"]
    # Each reason is a sentence with its facts.
    told = {code: rows[code]["motivos"] for code in CODES}
    assert all(len(told[code]) == len(codes[code]) for code in CODES)
    assert a["title"] in told[CODES[77]][0] and "98,7" in told[CODES[76]][1] and "20" in told[CODES[77]][2]
    assert shown(challenge)["classes"] == {"focal": 8, "prioritario": 12, "monitorado": 58, "sem_dado": 1}
    # Priority includes the focal ones, unless it is taken literally.
    assert len(focus(classe="prioritario")) == 20 and len(focus(classe="prioritario", exato=True)) == 12
    assert len(focus(classe="focal")) == 8 and len(focus(classe="sem_dado")) == 1


def test_a_trend_and_excess_cases_of_an_anchor_make_a_priority_focal(coordenacao: dict[str, Any]) -> None:
    # The same order every year. One of the worst quarter, but not of the worst tenth, rises 2 a year, the others never.
    rising, crowded = CODES[60], CODES[61]
    trend = factories.Indicador(owner_org=coordenacao["id"], quantil_p="0.01", tendencia_minima="1")
    rows = [
        (trend["name"], code, year, i - (2 * (2020 - year) if code == rising else 0))
        for i, code in enumerate(CODES)
        for year in range(2015, 2021)
    ]
    load(tidy(rows))
    # One large place holds most of the excess cases, though its rate is not among the worst tenth.
    deaths = factories.Indicador(
        owner_org=coordenacao["id"], tipo="taxa_eventos", fator="100000", quantil_p="0.01", polaridade="menor_melhor"
    )
    counted = []
    for i, code in enumerate(CODES):
        people = 5_000_000 if code == crowded else 100_000
        events = round((100 + 10 * i) * people / 100_000)
        counted.append((deaths["name"], code, 2020, events * 100_000 / people, events, people))
    load(tidy(counted, "indicador,codigo_ibge,ano,valor,numerador,denominador"), decimal=".")
    challenge = Desafio(
        owner_org=coordenacao["id"],
        indicadores=[part(trend, 1, True), part(deaths, 1, True)],
        normalizacao="percentile_rank",
    )
    run()
    found = by_code(desafio=challenge["name"])
    classes = {code: found[code]["classe_calculada"] for code in CODES}
    assert (classes[rising], classes[crowded], classes[CODES[62]]) == ("focal", "focal", "prioritario")
    assert [i for i, code in enumerate(CODES) if classes[code] == "focal"] == [60, 61, *range(71, N)]
    codes = reasons_of(challenge)
    assert codes[rising] == ["need_quartile", "probable", "anchor_trend"]
    assert codes[crowded] == ["need_quartile", "probable", "excess_events"]
    assert codes[CODES[62]] == ["need_quartile", "probable"]


def test_an_indicator_without_enough_data_is_shown_and_not_used(coordenacao: dict[str, Any]) -> None:
    a, b, c = loaded(coordenacao, range(N), range(N), range(N, 0, -1))
    challenge = Desafio(
        owner_org=coordenacao["id"],
        indicadores=[part(a, 2, True), part(b, 1), part(c, 1)],
        normalizacao="minmax",
    )
    load_values(c, dict.fromkeys(CODES[:60], 5))
    run()
    about = shown(challenge)
    assert [item["usado"] for item in about["indicadores"]] == [True, True, False]
    assert [item["indicador"] for item in about["indicadores"]] == [a["name"], b["name"], c["name"]]
    (notice,) = (notice for notice in about["avisos"] if notice["codigo"] == "cobertura")
    assert notice["indicador"] == c["name"] and c["title"] in notice["texto"] and "2020" in notice["texto"]
    row = by_code(desafio=challenge["name"])[CODES[39]]
    assert row["necessidade"] == pytest.approx(50) and row["peso_disponivel"] == 0.75
    assert row["notas"][c["name"]] is None
    # Without the anchor too: no score for anybody, said, and no failure.
    load_values(a, dict.fromkeys(CODES[:60], 5))
    run()
    assert {row["classe"] for row in focus(desafio=challenge["name"])} == {"sem_dado"}


def test_a_challenge_that_cannot_be_computed_does_not_keep_the_others_from_it(
    coordenacao: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.msativo.analysis import AnalysisError
    from ckanext.msativo.logic import snapshots

    a, b = loaded(coordenacao, range(N), range(N))
    rows = [part(a, 1, True), part(b)]
    good, bad = (Desafio(owner_org=coordenacao["id"], indicadores=rows) for _ in range(2))
    compute = snapshots.compute_challenge

    def broken(method: Any, *rest: Any) -> Any:
        if method.desafio == bad["name"]:
            raise AnalysisError("x", "It is {how}.", how="broken")
        return compute(method, *rest)

    monkeypatch.setattr(snapshots, "compute_challenge", broken)
    outcome = run()
    assert outcome["desafios"] == 1 and outcome["problemas"] == [
        {"indicador": bad["name"], "problema": "It is broken."}
    ]
    assert {row["desafio"] for row in focus()} == {good["name"]}


def test_the_next_cycle_is_another_result_also_when_the_method_is_the_same(coordenacao: dict[str, Any]) -> None:
    a, b = loaded(coordenacao, range(N), range(N))
    challenge = Desafio(owner_org=coordenacao["id"], indicadores=[part(a, 1, True), part(b)])
    first = run()
    patch(challenge, ciclo="2027-2028")
    second = run()
    assert second["novo"] and {row["ciclo"] for row in focus()} == {"2027-2028"}
    assert {row["ciclo"] for row in focus(snapshot=first["snapshot"])} == {"2025-2026"}
    # And a name that passes from one challenge to another takes no result along.
    patch(challenge, name="antigo")
    other = Desafio(owner_org=coordenacao["id"], indicadores=[part(a, 1, True), part(b)], name=challenge["name"])
    run()
    assert {row["desafio"] for row in focus()} == {"antigo", other["name"]} and len(focus()) == 2 * N


# -- who sees it -------------------------------------------------------------------------------------------------------
def test_what_is_withdrawn_is_in_no_list_and_no_old_snapshot(coordenacao: dict[str, Any]) -> None:
    a, b, c = loaded(coordenacao, range(N), range(N), range(N))
    patch(c, title="Segredo de Estado")
    challenge = Desafio(
        owner_org=coordenacao["id"], indicadores=[part(a, 2, True), part(b), part(c, 1, True)], normalizacao="minmax"
    )
    other = Desafio(owner_org=coordenacao["id"], indicadores=[part(a, 1, True), part(b)])
    first = run()["snapshot"]
    calls: list[tuple[str, dict[str, Any]]] = [
        ("msativo_foco_list", {"limit": 5000}),
        ("msativo_foco_list", {"municipio": CAMPO_GRANDE}),
        ("msativo_desafio_show", {"id": challenge["name"]}),
        ("msativo_snapshot_show", {"id": first}),
        ("msativo_cluster_list", {"limit": 5000}),
        ("msativo_criticidade_list", {"limit": 5000}),
        ("msativo_municipio_show", {"id": CAMPO_GRANDE}),
    ]

    def everything() -> str:
        pinned = [(name, {**data, "snapshot": first}) for name, data in calls if name != "msativo_snapshot_show"]
        return json.dumps([act(None, name, **data) for name, data in [*calls, *pinned]], ensure_ascii=False)

    before = everything()
    assert c["name"] in before and "Segredo" in before
    patch(c, private=True)
    after = everything()
    assert f'"{c["name"]}"' not in after and "Segredo" not in after
    for action in ("msativo_rule_compare", "msativo_cluster_list"):
        with pytest.raises(tk.ObjectNotFound):
            act(None, action, indicador=c["name"])
    patch(challenge, private=True)
    assert {row["desafio"] for row in focus()} == {row["desafio"] for row in focus(snapshot=first)} == {other["name"]}
    names = {row["desafio"] for row in act(None, "msativo_snapshot_show", id=first)["desafios"]}
    names |= {row["desafio"] for row in act(None, "msativo_cluster_list", limit=5000)["results"]}
    assert names == {other["name"]}
    for action, data in (
        ("msativo_desafio_show", {"id": challenge["name"]}),
        ("msativo_desafio_show", {"id": challenge["id"], "snapshot": first}),
        ("msativo_foco_list", {"desafio": challenge["name"]}),
        ("msativo_cluster_list", {"desafio": challenge["id"]}),
        ("msativo_decisao_list", {"desafio": challenge["name"]}),
        ("msativo_contestacao_list", {"desafio": challenge["name"]}),
    ):
        with pytest.raises(tk.ObjectNotFound):
            act(None, action, **data)


def test_the_focus_list_is_filtered_paged_and_totalled(coordenacao: dict[str, Any]) -> None:
    a, b = loaded(coordenacao, range(N), [i // 2 for i in range(N)])
    rows = [part(a, 1, True), part(b)]
    one, two = (Desafio(owner_org=coordenacao["id"], indicadores=rows) for _ in range(2))
    first = run()
    assert act(None, "msativo_foco_list")["count"] == 2 * N
    assert act(None, "msativo_foco_list", limit=0) == {"count": 2 * N, "results": [], "snapshot": first["snapshot"]}
    pages = [act(None, "msativo_foco_list", limit=60, offset=offset) for offset in (0, 60, 120)]
    keys = [(row["desafio"], row["codigo_ibge"]) for page in pages for row in page["results"]]
    assert len(keys) == len(set(keys)) == 2 * N and {page["count"] for page in pages} == {2 * N}
    ranks = [row["posicao"] for row in focus(desafio=one["name"])]
    assert ranks == sorted(ranks) and len(ranks) == N
    for way in (CAMPO_GRANDE, CAMPO_GRANDE[:6], "campo grande", "Campo Grande"):
        found = focus(municipio=way)
        assert [(row["desafio"], row["codigo_ibge"]) for row in found] == [
            (name, CAMPO_GRANDE) for name in sorted((one["name"], two["name"]))
        ]
    region = TERRITORY.regions("imediata")[0]
    assert {row["codigo_ibge"] for row in focus(regiao=region.nome)} == set(region.municipios)
    assert focus(regiao=region.codigo, desafio=two["id"]) == focus(regiao=region.nome, desafio=two["name"])
    outside = next(code for code in CODES if code not in region.municipios)
    assert focus(regiao=region.codigo, municipio=outside) == []
    patch(two, agregacao="harmonic")
    run()
    pinned = by_code(snapshot=str(first["numero"]), desafio=two["name"])
    assert pinned != by_code(desafio=two["name"])
    assert act(None, "msativo_desafio_show", id=two["name"], snapshot=first["snapshot"])["metodo"]["agregacao"] == (
        "arithmetic"
    )
    for filters in ({"desafio": "nenhum"}, {"desafio": a["name"]}, {"municipio": "Nenhuma"}, {"snapshot": "999999999"}):
        with pytest.raises(tk.ObjectNotFound):
            focus(**filters)


def test_a_search_finds_a_challenge_by_an_indicator_and_stays_small(coordenacao: dict[str, Any]) -> None:
    names = [factories.Indicador(owner_org=coordenacao["id"], name=name) for name in ("mortalidade-materna", "x-y")]
    for item in names:
        load_values(item, {code: i for i, code in enumerate(CODES)})
    challenge = Desafio(
        owner_org=coordenacao["id"],
        indicadores=[part(names[0], 1, True), part(names[1])],
        rejeitados=[{"indicador": "zzkwq", "motivo": "longo " * 20_000}],
    )
    for words in ("mortalidade-materna", "mortalidade materna", "zzkwq"):
        found = helpers.call_action("package_search", q=words, fq="type:desafio")["results"]
        assert [row["name"] for row in found] == [challenge["name"]], words
    assert found[0]["indicadores"][0]["indicador"] == "mortalidade-materna"
