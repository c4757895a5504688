"""Downloads: every row of a list in each format, safe to open, cheap to ask for again."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import openpyxl
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.tests.factories import CODES
from ckanext.msativo.tests.views.world import BEST, WORST, World
from ckanext.msativo.views import listas
from ckanext.msativo.views.formats import FORMATS, Sheet, guarded, write_csv, write_xlsx


def rows_of(app: Any, address: str) -> list[dict[str, str]]:
    answer = app.get(address)
    assert answer.status_code == 200, answer.body[:500]
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8"))))


def test_csv_has_all_rows_with_decimal_points(world: World, app: Any) -> None:
    rows = rows_of(app, "/dados/criticidade.csv?indicador=alfa")
    assert len(rows) == 79
    assert rows[0]["municipio"] == WORST.nome and float(rows[0]["valor"]) == 79 and rows[0]["estado"] == "critico"
    assert float(rows[0]["limite"]) == 59.5 and rows[0]["motivo"]
    assert {row["codigo_ibge"] for row in rows} == set(CODES)


def test_a_list_longer_than_a_page_is_whole(world: World, app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listas, "PAGE", 50)
    rows = rows_of(app, "/dados/criticidade.csv")
    # alfa and beta, 79 municipalities each.
    assert len(rows) == len({(row["indicador"], row["codigo_ibge"]) for row in rows}) == 158


def test_filters_are_those_of_the_action(world: World, app: Any) -> None:
    assert len(rows_of(app, "/dados/criticidade.csv?indicador=alfa&estado=critico")) == 20
    (row,) = rows_of(app, f"/dados/criticidade.csv?indicador=alfa&ano=2019&municipio={BEST.codigo_ibge}")
    assert float(row["valor"]) == 79 and row["ano"] == "2019"
    assert [row["nome"] for row in rows_of(app, "/dados/municipios.csv?q=ponta+p")] == ["Ponta Porã"]
    years = rows_of(app, "/dados/cobertura.csv?indicador=alfa")
    observed = [(row["ano"], row["com_valor"]) for row in years if row["observado"] == "true"]
    assert observed == [("2019", "79"), ("2020", "79")]


def test_json_is_the_answer_of_the_api(world: World, app: Any) -> None:
    found = json.loads(app.get("/dados/criticidade.json?indicador=alfa").data)
    assert found["count"] == len(found["results"]) == 79 and found["snapshot"] == world.snapshot


def test_xlsx_has_numbers_as_numbers_and_says_source_and_method(world: World, app: Any) -> None:
    answer = app.get("/dados/criticidade.xlsx?indicador=alfa")
    assert answer.headers["Content-Type"] == FORMATS["xlsx"].content_type
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    page, about = book.worksheets
    head = [cell.value for cell in page[1]]
    first = dict(zip(head, [cell.value for cell in page[2]], strict=True))
    assert page.max_row == 80 and first["valor"] == 79 and first["codigo_ibge"] == WORST.codigo_ibge
    said = {str(cell.value) for row in about.iter_rows() for cell in row}
    assert {"Fonte", "Agência", "quantil", "alfa"} <= said and any("0.25" in text for text in said)


def test_names_and_types_of_the_files(world: World, app: Any) -> None:
    answer = app.get("/dados/criticidade.csv?indicador=alfa&estado=critico")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    name = answer.headers["Content-Disposition"]
    assert name.startswith('attachment; filename="criticidade-alfa-critico-analise-') and name.endswith('.csv"')
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_what_is_not_new_is_not_sent_again(world: World, app: Any) -> None:
    address = "/dados/criticidade.csv?indicador=alfa"
    tag = app.get(address).headers["ETag"]
    again = app.get(address, headers={"If-None-Match": tag})
    assert again.status_code == 304 and not again.data
    assert app.get(f"{address}&estado=critico", headers={"If-None-Match": tag}).status_code == 200
    assert app.get("/dados/criticidade.json?indicador=alfa", headers={"If-None-Match": tag}).status_code == 200


WRONG = (
    ("/dados/nada.csv", 404, "criticidade"),
    ("/dados/criticidade.pdf", 404, "xlsx"),
    ("/dados/criticidade.csv?cor=x", 400, "indicador"),
    ("/dados/criticidade.csv?limit=5", 400, "limit"),
    ("/dados/criticidade.csv?estado=ruim", 400, "estado"),
    ("/dados/criticidade.csv?ano=x", 400, "ano"),
    ("/dados/criticidade.csv?indicador=nada", 404, "nada"),
    ("/dados/criticidade.csv?municipio=nada", 404, "nada"),
    ("/dados/criticidade.csv?regiao=nada", 404, "nada"),
    ("/dados/criticidade.csv?snapshot=nada", 404, "nada"),
    ("/dados/municipios.csv?ano=2020", 400, "regiao"),
)


def test_a_wrong_request_is_answered_with_a_sentence(world: World, app: Any) -> None:
    for address, status, said in WRONG:
        answer = app.get(address)
        assert answer.status_code == status, address
        assert said in BeautifulSoup(answer.body, "html.parser").select_one("#error-content").text, address


def test_a_text_like_a_formula_is_no_formula(world: World, app: Any) -> None:
    titles = {row["titulo"] for row in rows_of(app, "/dados/cobertura.csv")}
    assert "'=2+2 beta" in titles
    page = openpyxl.load_workbook(io.BytesIO(app.get("/dados/cobertura.xlsx").data)).worksheets[0]
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)


@given(st.text(max_size=30) | st.floats(allow_nan=False) | st.integers() | st.none())
def test_no_cell_begins_as_a_formula(value: Any) -> None:
    cell = guarded(value)
    assert not (isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") and cell != "")
    if not isinstance(value, str):
        assert cell is value


def _sheet(rows: list[dict[str, Any]]) -> Sheet:
    return Sheet("lista", ["a", "b"], rows, "fonte", [["x"]], {})


@given(
    st.lists(
        st.fixed_dictionaries({"a": st.text("ab,;\"'\n ç", max_size=8), "b": st.none() | st.integers()}), max_size=5
    )
)
def test_csv_is_read_back_as_written(rows: list[dict[str, Any]]) -> None:
    read = list(csv.reader(io.StringIO(write_csv(_sheet(rows)).decode(), newline="")))
    assert read[1:] == [[row["a"], "" if row["b"] is None else str(row["b"])] for row in rows]


def test_xlsx_of_negative_numbers_keeps_them_numbers() -> None:
    page = openpyxl.load_workbook(io.BytesIO(write_xlsx(_sheet([{"a": "-1", "b": -1.5}])))).worksheets[0]
    assert page["A2"].value == "'-1" and page["B2"].value == -1.5
