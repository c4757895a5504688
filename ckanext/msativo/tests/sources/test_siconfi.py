"""SICONFI and FINBRA: accounts told apart by annex, account and column."""

from __future__ import annotations

import json
from typing import Any

from ckanext.msativo.sources import Reading
from ckanext.msativo.tests.sources.factories import codes, notes, read_bytes, said, values

CAMPO_GRANDE, CORUMBA = "5002704", "5003207"


def item(coluna: str = "PREVISÃO INICIAL", valor: Any = 10.5, **changes: Any) -> dict[str, Any]:
    account = {"anexo": "RREO-Anexo 01", "cod_conta": "ReceitaTotal", "conta": "RECEITAS (I)"}
    period = {"exercicio": 2023, "periodo": 6, "periodicidade": "B", "cod_ibge": 5002704}
    return {**period, **account, "coluna": coluna, "valor": valor, **changes}


def read_items(*items: dict[str, Any], **extra: Any) -> Reading:
    return read_bytes(json.dumps({"items": items, "hasMore": False, **extra}).encode(), "rreo.json")


NAME = "rreo_anexo_01__receitatotal__receitas_i__previsao_inicial"


def test_percentages_and_amounts_are_series_of_their_own() -> None:
    reading = read_items(item(), item("% (b/a)", 22.6), item(valor=None, cod_ibge=5003207))
    assert reading.reader == "siconfi"
    assert codes(reading) == []
    assert values(reading, NAME)[CAMPO_GRANDE, 2023] == 10.5
    assert notes(reading, NAME)[CORUMBA, 2023] == "em_branco"
    percent = next(name for name in reading.series if name != NAME)
    assert reading.provenance[percent].unidade == "%"
    assert reading.provenance[NAME].unidade == "R$"
    assert reading.provenance[NAME].codigo == "ReceitaTotal"


def test_earlier_periods_of_a_year_do_not_mix_with_the_last() -> None:
    reading = read_items(item(valor=1, periodo=1), item(valor=6))
    assert values(reading, NAME) == {(CAMPO_GRANDE, 2023): 6}
    assert values(reading, NAME + "__b1") == {(CAMPO_GRANDE, 2023): 1}


def test_states_and_the_union_are_skipped_and_a_page_of_several_is_told() -> None:
    reading = read_items(item(), item(cod_ibge=50), item(cod_ibge=1), item(cod_ibge=2700300), hasMore=True)
    assert {"more_pages", "other_states", "larger_areas"} == set(said(reading))


def test_two_figures_for_one_account_are_a_problem() -> None:
    assert codes(read_items(item(), item(valor=11))) == ["duplicate"]
    assert codes(read_items(item(), {"cod_ibge": 1})) == ["wrong_shape"]


FINBRA = (
    "Exercício: 2022\n"
    "Escopo: Municípios\n"
    "Tabela: Receitas Orçamentárias (Anexo I-C)\n"
    '"Instituição";"Cod.IBGE";"UF";"População";"Coluna";"Conta";"Identificador da Conta";"Valor"\n'
)
ROW = "Prefeitura Municipal de Campo Grande - MS;5002704;MS;916001;Receitas Brutas Realizadas;RECEITAS (I);RO1;"


def read_finbra(*rows: str) -> Reading:
    return read_bytes((FINBRA + "\n".join(rows) + "\n").encode("latin-1"), "finbra.csv")


def test_finbra_takes_its_year_from_above_the_table() -> None:
    reading = read_finbra(ROW + "3.243.211,12", ROW.replace("5002704", "2700300") + "1,00")
    assert reading.reader == "finbra"
    name = "receitas_orcamentarias_anexo_i_c__receitas_i__receitas_brutas_realizadas"
    assert values(reading, name) == {(CAMPO_GRANDE, 2022): 3243211.12}
    assert reading.provenance[name].tabela == "Receitas Orçamentárias (Anexo I-C)"
    assert said(reading) == ["other_states"]


def test_a_finbra_row_that_was_cut_is_named() -> None:
    reading = read_finbra(ROW + "1,00", "Prefeitura Municipal de Corumbá - MS;50032")
    assert codes(reading) == ["short_row"]
    assert reading.problems[0].row == 6
