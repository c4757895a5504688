"""Loading by a page: send, look, confirm; what was revised and how good the figures are."""

from __future__ import annotations

import io
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from ckan.tests import helpers

from ckanext.msativo.logic import kept_uploads
from ckanext.msativo.tests import factories
from ckanext.msativo.tests.factories import CODES, TERRITORY, load_values, member, tidy
from ckanext.msativo.tests.views.test_challenge_pages import Browser

A, B = CODES[:2]
NAME = TERRITORY.by_code[A].nome


@pytest.fixture
def sender(indicador: dict[str, Any], app: Any) -> Browser:
    return Browser(app, member(helpers.call_action("organization_show", id=indicador["owner_org"])))


def send(sender: Browser, content: bytes, name: str = "dados.csv", **typed: str) -> str:
    """Send a file; where the page leads to."""
    answer = sender.post("/carregar", 302, upload=(io.BytesIO(content), name), **typed)
    parts = urlsplit(answer.headers["Location"])
    return f"{parts.path}?{parts.query}"


def csv(indicador: dict[str, Any], *rows: tuple[str, int, str]) -> bytes:
    return tidy([(indicador["name"], *row) for row in rows])


def values(indicador: dict[str, Any]) -> dict[str, float]:
    resources = helpers.call_action("package_show", id=indicador["id"])["resources"]
    if not resources:
        return {}
    found = helpers.call_action("datastore_search", id=resources[0]["id"], limit=1000)["records"]
    return {row["codigo_ibge"]: row["valor"] for row in found}


def test_nothing_is_written_before_it_is_confirmed(indicador: dict[str, Any], sender: Browser) -> None:
    load_values(indicador, {A: 10, B: 20})
    address = send(sender, csv(indicador, (A, 2020, "11.5"), (B, 2020, "20.0")), decimal=".")
    page = sender.get(address)
    assert page.h1.text == "O que “dados.csv” mudaria"
    cells = [cell.text for cell in page.select_one(".ms-card table tbody tr").select("td")]
    assert cells == ["0", "1", "0", "0"] and values(indicador) == {A: 10, B: 20}
    sender.post(urlsplit(address).path, 200, decimal=".")
    assert values(indicador) == {A: 11.5, B: 20}


def test_a_bad_row_is_told_with_its_place_and_what_to_do(indicador: dict[str, Any], sender: Browser) -> None:
    load_values(indicador, {A: 10})
    page = sender.get(send(sender, csv(indicador, (A, 2020, "abc"), ("9999999", 2020, "1")), decimal="."))
    said = page.select_one(".ms-problems").text
    assert "linha 2" in said and "linha 3" in said and "9999999" in said
    assert values(indicador) == {A: 10}


@pytest.mark.parametrize(
    "content",
    [b"<html><body>502 Bad Gateway</body></html>", b"\x00\x01\x02", b"PK\x03\x04 cut", b"a;b\n1;2\n", b"\xff" * 100],
)
def test_what_is_no_such_file_ends_in_a_sentence(indicador: dict[str, Any], sender: Browser, content: bytes) -> None:
    page = sender.get(send(sender, content, "x.csv"))
    assert page.select_one(".ms-problems li").text.strip() and page.select_one(".ms-empty")


def test_no_file_and_an_empty_file_are_told(indicador: dict[str, Any], sender: Browser) -> None:
    assert "Escolha um arquivo" in BeautifulSoup(sender.post("/carregar", 400).body, "html.parser").text
    answer = sender.post("/carregar", 400, upload=(io.BytesIO(b""), "vazio.csv"))
    assert "vazio" in answer.body


def test_what_an_agency_calls_otherwise_is_given_to_an_indicator(indicador: dict[str, Any], sender: Browser) -> None:
    content = tidy([("nome_da_agencia", A, 2020, "1.5"), ("outra", A, 2020, "9.5")])
    address = send(sender, content, decimal=".")
    page = sender.get(address)
    assert [row["value"] for row in page.select("input[name=serie]")] == ["nome_da_agencia", "outra"]
    chosen = f"{address}&serie=nome_da_agencia&indicador={indicador['name']}&serie=outra&indicador="
    page = sender.get(chosen)
    assert page.select_one("form[method=post] input[name=serie]")["value"] == "nome_da_agencia"
    fields = {"serie": "nome_da_agencia", "indicador": indicador["name"], "decimal": "."}
    sender.post(urlsplit(address).path, 200, **fields)
    assert values(indicador) == {A: 1.5}


def test_an_error_of_quality_is_accepted_by_a_tick_alone(indicador: dict[str, Any], sender: Browser) -> None:
    rows = [(code, year, value) for code in CODES for year, value in ((2019, "10.0"), (2020, "1000.0"))]
    address = send(sender, csv(indicador, *rows), decimal=".")
    page = sender.get(address)
    assert page.select_one("input[name=aceitar]")["value"] == "unit_jump_of_all"
    sender.post(urlsplit(address).path, 400, decimal=".")
    assert values(indicador) == {}
    sender.post(urlsplit(address).path, 200, decimal=".", aceitar="unit_jump_of_all")
    assert len(values(indicador)) == 79


def test_a_large_file_is_read_by_the_worker_and_ends_in_the_same_report(
    indicador: dict[str, Any], sender: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("ckanext.msativo.views.carga"), "AT_ONCE", 10)
    address = send(sender, csv(indicador, (A, 2020, "1.5")), decimal=".")
    answer = sender.web.get(address, headers=sender.headers, follow_redirects=False)
    waiting = answer.headers["Location"]
    assert answer.status_code == 302 and "/andamento/" in waiting
    assert "O que “dados.csv” mudaria" in sender.get(waiting).text or sender.get(waiting).select_one("[role=status]")
    work()
    page = sender.get(waiting)
    assert page.h1.text == "O que “dados.csv” mudaria" and values(indicador) == {}
    confirmed = sender.post(urlsplit(address).path, 302, decimal=".").headers["Location"]
    work()
    assert sender.get(confirmed).h1.text == "O que “dados.csv” mudou" and values(indicador) == {A: 1.5}


def work() -> None:
    """Let a worker do what waits."""
    from ckan.lib import jobs

    jobs.Worker().work(burst=True)


@pytest.mark.parametrize("who", ["nobody", "prefeitura", "secretaria"])
def test_only_the_coordenacao_loads(indicador: dict[str, Any], app: Any, who: str) -> None:
    people = {"prefeitura": factories.Prefeitura, "secretaria": factories.Secretaria}
    someone = Browser(app, member(people[who]()) if who in people else None)
    kept = kept_uploads.keep(upload(b"x"))
    someone.get("/carregar", 403)
    someone.get(f"/carregar/{kept}", 403)
    someone.post("/carregar", 403, upload=(io.BytesIO(b"x"), "x.csv"))
    someone.post(f"/carregar/{kept}", 403)


def upload(content: bytes, name: str = "x.csv") -> Any:
    sent: Any = io.BytesIO(content)
    sent.filename = name
    return sent


@pytest.mark.parametrize("digest", ["0" * 64, "x", "..%2f..%2fetc", "a" * 63])
def test_a_file_that_does_not_wait_is_not_found(indicador: dict[str, Any], sender: Browser, digest: str) -> None:
    sender.get(f"/carregar/{digest}", 404)


@pytest.mark.parametrize("name", ["../../fora.csv", "..", "C:\\x\\y.csv", "", "a\x00b.csv", "é" * 500 + ".csv"])
def test_a_name_never_leads_out_of_the_folder(indicador: dict[str, Any], name: str) -> None:
    kept = kept_uploads.find(kept_uploads.keep(upload(b"abc", name)))
    assert kept.read_bytes() == b"abc" and kept.parent.parent == kept_uploads.folder()


# -- quality and revisions ---------------------------------------------------------------------------------------------
def test_the_page_of_an_indicator_tells_what_was_revised(indicador: dict[str, Any], app: Any) -> None:
    everyone = Browser(app)
    load_values(indicador, {A: 10, B: 20})
    address = f"/indicador/{indicador['name']}/qualidade"
    assert "Nenhum valor foi alterado ou retirado" in everyone.get(address).text
    load_values(indicador, {A: 10.04})
    rows = everyone.get(address).select("#ms-revisions ~ .ms-scroll tbody tr")
    assert [row.th.text for row in rows] == [NAME, TERRITORY.by_code[B].nome]
    before, after = (cell.text for cell in rows[0].select(".ms-num"))
    # With one decimal both would be 10,0.
    assert (before, after) == ("10,00", "10,04")
    assert len(everyone.get(f"{address}?municipio={A}").select("tbody tr")) >= 1
    everyone.get(f"{address}?ano=vinte", 400)
    everyone.get(f"{address}?municipio=Atlantida", 404)
    everyone.get("/indicador/nada/qualidade", 404)


def test_a_file_that_does_not_say_its_year_is_read_with_the_year_that_is_typed(
    indicador: dict[str, Any], sender: Browser
) -> None:
    content = f"Município;Óbitos\n{A[:6]} {NAME};12\nTotal;12\n".encode("latin-1")
    assert "não diz de que ano" in sender.get(send(sender, content, "t.csv")).text
    assert "não diz de que ano" not in sender.get(send(sender, content, "t.csv", ano="2008")).text
