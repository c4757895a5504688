"""What people say about a result: decisions of the coordenação, contests of the prefeituras, answers of the State."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan.tests import helpers
from werkzeug.datastructures import FileStorage

from ckanext.msativo.model import Contestacao, ContestacaoArquivo, Decisao
from ckanext.msativo.tests import factories
from ckanext.msativo.tests.factories import CODES, Desafio, act, load_values, member, part, patch
from ckanext.msativo.tests.test_permissions_world import Web
from ckanext.msativo.tests.test_snapshots import at_once

JAPORA, CAMPO_GRANDE = "5004809", "5002704"
SIZE = "msativo.contestacao.max_bytes"


@pytest.fixture
def analysed(coordenacao: dict[str, Any]) -> dict[str, Any]:
    """A challenge of two indicators, analysed: ``{"desafio", "indicador", "editor", "prefeitura"}``."""
    made = [factories.Indicador(owner_org=coordenacao["id"]) for _ in range(2)]
    for indicador in made:
        load_values(indicador, {code: i for i, code in enumerate(CODES)})
    challenge = Desafio(owner_org=coordenacao["id"], indicadores=[part(made[0], 1, True), part(made[1])])
    helpers.call_action("msativo_analysis_run")
    return {
        "desafio": challenge,
        "indicador": made[0],
        "editor": member(coordenacao),
        "prefeitura": member(factories.Prefeitura(codigo_ibge=JAPORA)),
    }


def file(content: bytes = b"%PDF-1.7", name: str | None = "prova.pdf") -> FileStorage:
    return FileStorage(io.BytesIO(content), name)


def contest(portal: dict[str, Any], **data: Any) -> dict[str, Any]:
    given = {"desafio": portal["desafio"]["name"], "municipio": JAPORA, "texto": "Não é assim.", **data}
    return act(portal["prefeitura"], "msativo_contestacao_create", **given)


def focus(portal: dict[str, Any], code: str = JAPORA) -> dict[str, Any]:
    (row,) = act(None, "msativo_foco_list", desafio=portal["desafio"]["name"], municipio=code)["results"]
    return row


# -- decisions ---------------------------------------------------------------------------------------------------------
def test_a_decision_stands_beside_what_was_computed_and_its_history_stays(analysed: dict[str, Any]) -> None:
    def decide(classe: str | None, reason: str, code: str = JAPORA) -> dict[str, Any]:
        data = {"desafio": analysed["desafio"]["name"], "municipio": code, "motivo": reason}
        return act(analysed["editor"], "msativo_foco_decide", **data, **({"classe": classe} if classe else {}))

    computed = focus(analysed)["classe"]
    first, second = ("focal", "prioritario") if computed != "focal" else ("monitorado", "prioritario")
    with pytest.raises(tk.ValidationError) as caught:
        decide(None, "Nada a desfazer.")
    assert "classe" in caught.value.error_dict
    for row in (decide(first, "Primeira."), focus(analysed)):
        assert (row["classe_calculada"], row["classe"]) == (computed, first)
        assert (row["decisao"]["classe"], row["decisao"]["motivo"]) == (first, "Primeira.")
        assert row["decisao"]["em"].startswith("20")
    decide(second, " Segunda. ")
    assert (focus(analysed)["classe"], focus(analysed)["decisao"]["motivo"]) == (second, "Segunda.")
    # The decided class is the one that filters and counts go by.
    name = analysed["desafio"]["name"]
    codes = {
        row["codigo_ibge"]
        for row in act(None, "msativo_foco_list", desafio=name, classe="prioritario", exato=True, limit=100)["results"]
    }
    assert JAPORA in codes
    taken_back = decide(None, "Volta ao calculado.")
    assert (taken_back["classe"], taken_back["decisao"]["classe"]) == (computed, None)
    with pytest.raises(tk.ValidationError):
        decide(None, "Outra vez.")
    decide("focal", "De outro.", CAMPO_GRANDE)
    history = act(None, "msativo_decisao_list", desafio=name, municipio="Japorã")
    assert history["count"] == 3
    assert [(row["classe"], row["motivo"], row["classe_calculada"]) for row in history["results"]] == [
        (None, "Volta ao calculado.", computed),
        (second, "Segunda.", computed),
        (first, "Primeira.", computed),
    ]
    assert act(None, "msativo_decisao_list")["count"] == 4
    page = act(None, "msativo_decisao_list", limit=1, offset=1)
    assert page["count"] == 4 and [row["motivo"] for row in page["results"]] == ["Volta ao calculado."]
    counts = act(None, "msativo_desafio_show", id=name)["classes"]
    assert sum(counts.values()) == len(CODES)
    # Another cycle starts without the decisions of this one.
    patch(analysed["desafio"], ciclo="2027-2028")
    helpers.call_action("msativo_analysis_run")
    assert focus(analysed, CAMPO_GRANDE)["decisao"] is None


def test_a_wrong_decision_is_refused_at_its_field(analysed: dict[str, Any], subtests: Any) -> None:
    fine = {"desafio": analysed["desafio"]["name"], "municipio": JAPORA, "classe": "focal", "motivo": "x"}
    wrong: list[tuple[str, Any, type[Exception]]] = [
        ("motivo", "", tk.ValidationError),
        ("motivo", "  \n", tk.ValidationError),
        ("motivo", None, tk.ValidationError),
        ("motivo", "x" * 10_001, tk.ValidationError),
        ("classe", "sem_dado", tk.ValidationError),
        ("classe", "critico", tk.ValidationError),
        ("desafio", "nenhum", tk.ObjectNotFound),
        ("desafio", analysed["indicador"]["name"], tk.ObjectNotFound),
        ("desafio", "", tk.ValidationError),
        ("municipio", "Nenhuma", tk.ObjectNotFound),
        ("municipio", "", tk.ValidationError),
    ]
    for field, value, error in wrong:
        with subtests.test(f"{field} {value!r:.20}"):
            with pytest.raises(error) as caught:
                act(analysed["editor"], "msativo_foco_decide", **{**fine, field: value})
            if isinstance(caught.value, tk.ValidationError):
                assert list(caught.value.error_dict) == [field]
            model.Session.rollback()
    assert model.Session.query(Decisao).count() == 0


# -- contests ----------------------------------------------------------------------------------------------------------
def test_a_value_and_a_class_are_contested_and_answered_in_public(analysed: dict[str, Any]) -> None:
    by_class = contest(analysed)
    assert (by_class["tipo"], by_class["ano"]) == ("desafio", None)
    assert by_class["contestado"] == focus(analysed)["classe"]
    by_value = contest(analysed, desafio="", indicador=analysed["indicador"]["name"], municipio="japorã")
    assert (by_value["tipo"], by_value["ano"], by_value["codigo_ibge"]) == ("indicador", 2020, JAPORA)
    assert float(by_value["contestado"]) == CODES.index(JAPORA)
    assert focus(analysed)["contestacoes"] == 1
    assert act(None, "msativo_contestacao_list")["results"] == [by_value, by_class]
    assert act(None, "msativo_contestacao_list", aberta=False)["count"] == 0
    answer = {"decisao": "parcial", "resposta": " Em parte. "}
    told = act(analysed["editor"], "msativo_contestacao_answer", id=str(by_class["numero"]), **answer)
    assert (told["decisao"], told["resposta"]) == ("parcial", "Em parte.") and told["respondida_em"]
    assert act(None, "msativo_contestacao_show", id=by_class["id"]) == told
    assert focus(analysed)["contestacoes"] == 0
    filters: list[tuple[dict[str, Any], int]] = [
        ({"aberta": True}, 1),
        ({"aberta": False}, 1),
        ({"municipio": "Japorã"}, 2),
        ({"municipio": CAMPO_GRANDE}, 0),
        ({"indicador": analysed["indicador"]["name"]}, 1),
        ({"desafio": analysed["desafio"]["id"]}, 1),
        ({"limit": 1, "offset": 1}, 2),
    ]
    assert [act(None, "msativo_contestacao_list", **given)["count"] for given, _count in filters] == [
        count for _given, count in filters
    ]
    # An answer is final, and changes neither value nor class.
    with pytest.raises(tk.ValidationError) as caught:
        act(
            analysed["editor"], "msativo_contestacao_answer", id=by_class["id"], decisao="procedente", resposta="Mudei."
        )
    assert "id" in caught.value.error_dict
    assert act(None, "msativo_contestacao_show", id=by_class["id"]) == told
    assert focus(analysed)["classe"] == by_class["contestado"]
    # What is withdrawn takes its contests along.
    patch(analysed["indicador"], private=True)
    assert act(None, "msativo_contestacao_list")["results"] == [told]
    with pytest.raises(tk.ObjectNotFound):
        act(None, "msativo_contestacao_show", id=by_value["id"])


def test_a_wrong_contest_or_answer_is_refused_and_leaves_nothing(analysed: dict[str, Any], subtests: Any) -> None:
    name = analysed["indicador"]["name"]
    wrong: list[dict[str, Any]] = [
        {"indicador": name},
        {"desafio": ""},
        {"texto": ""},
        {"texto": "   "},
        {"texto": "x" * 10_001},
        {"desafio": "", "indicador": name, "ano": 1900},
        {"desafio": "", "indicador": name, "ano": "ontem"},
        {"desafio": "nenhum"},
        {"desafio": "", "indicador": "nenhum"},
        {"desafio": name},
    ]
    for data in wrong:
        with subtests.test(str(data)[:60]), pytest.raises((tk.ValidationError, tk.ObjectNotFound)):
            contest(analysed, **data)
        model.Session.rollback()
    assert model.Session.query(Contestacao).count() == 0
    made = contest(analysed)
    for data in ({"decisao": "talvez"}, {"decisao": ""}, {"resposta": " "}, {"resposta": ""}, {"id": "999999999"}):
        with subtests.test(str(data)), pytest.raises((tk.ValidationError, tk.ObjectNotFound)):
            given = {"id": made["id"], "decisao": "parcial", "resposta": "x", **data}
            act(analysed["editor"], "msativo_contestacao_answer", **given)
        model.Session.rollback()
    assert act(None, "msativo_contestacao_show", id=made["id"])["decisao"] is None


def test_two_answers_at_a_time_are_one(analysed: dict[str, Any], app: Any) -> None:
    made, editor = contest(analysed), analysed["editor"]
    model.Session.commit()

    def answer(text: str) -> Any:
        return act(editor, "msativo_contestacao_answer", id=made["id"], decisao="parcial", resposta=text)

    found = at_once(app, [lambda text=text: answer(text) for text in ("Uma.", "Outra.", "Mais uma.")])
    answered = [outcome for outcome in found if isinstance(outcome, dict)]
    assert len(answered) == 1, found
    assert all(isinstance(outcome, tk.ValidationError) for outcome in found if outcome not in answered)
    assert act(None, "msativo_contestacao_show", id=made["id"])["resposta"] == answered[0]["resposta"]


# -- files -------------------------------------------------------------------------------------------------------------
def book(names: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    return buffer.getvalue()


XLSX = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
ACCEPTED = {
    "a.pdf": (b"%PDF-1.7\n", "PDF", "a.pdf"),
    "b.png": (b"\x89PNG\r\n\x1a\n...", "PNG", "b.png"),
    "foto.JPG": (b"\xff\xd8\xff\xe0", "JPEG", "foto.jpg"),
    "dados.csv": ("código;valor\r\n1;2,5\r\n".encode("latin-1"), "CSV", "dados.csv"),
    "mac.csv": (b"a,b\r1,2\r3,4\r", "CSV", "mac.csv"),
    "uma-linha.csv": (b"a,b", "CSV", "uma-linha.csv"),
    "tab.txt": (b"a\tb\n1\t2\n", "CSV", "tab.txt.csv"),
    "tabela.xlsx": (book(XLSX), "XLSX", "tabela.xlsx"),
    # The name is never what decides, nor where it is put or how it is opened.
    "../../etc/passwd": (b"%PDF-1.7", "PDF", "passwd.pdf"),
    "..\\..\\boot.html": (b"%PDF-1.7", "PDF", "boot.html.pdf"),
    "planilha.exe": (book(XLSX), "XLSX", "planilha.exe.xlsx"),
    "Relatório (1) \u202efdp.exe": (b"%PDF-1.7", "PDF", None),
    "<script>.pdf": (b"%PDF-1.7", "PDF", "script.pdf"),
    "nul\x00.pdf": (b"%PDF-1.7", "PDF", "nul.pdf"),
    "x" * 300 + ".pdf": (b"%PDF-1.7", "PDF", None),
    "...": (b"%PDF-1.7", "PDF", None),
}
REFUSED = {
    "pagina.pdf": b"<html><script>alert(1)</script></html>",
    "desenho.png": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "svg.csv": b"\n  <?xml version='1.0'?><svg>,</svg>\n",
    "programa.pdf": b"MZ\x90\x00\x03\x00\x00\x00",
    "texto.csv": b"Uma frase, e mais nada\nOutra sem nada\n",
    "aspas.csv": b'"' * 20_000,
    "zip.xlsx": book({"outro.txt": b"x"}),
    "docx.xlsx": book({"word/document.xml": b"<w/>"}),
    "macro.xlsx": book({**XLSX, "xl/vbaProject.bin": b"x"}),
    "meia.xlsx": book(XLSX)[:-30],
    "vazio.pdf": b"",
    "espaco.csv": b" \n\n ",
}


def test_files_are_judged_by_their_content(analysed: dict[str, Any], subtests: Any) -> None:
    for name, (content, kind, kept) in ACCEPTED.items():
        with subtests.test(f"{name!r:.40}"):
            (told,) = contest(analysed, upload=[file(content, name)])["arquivos"]
            assert (told["formato"], told["tamanho"]) == (kind, len(content))
            assert told["nome"] == kept if kept else set(told["nome"]) <= set("abcdefghijklmnopqrstuvwxyz0123456789_.-")
            assert len(told["nome"]) <= 110 and told["nome"].endswith((f".{kind.lower()}", ".jpg"))
            stored = model.Session.get(ContestacaoArquivo, told["id"])
            assert stored.conteudo == content
    before = act(None, "msativo_contestacao_list")["count"]
    for name, content in REFUSED.items():
        with subtests.test(name):
            with pytest.raises(tk.ValidationError) as caught:
                contest(analysed, upload=[file(), file(content, name)])
            assert list(caught.value.error_dict) == ["upload"] and name in caught.value.error_dict["upload"][0]
            model.Session.rollback()
    assert act(None, "msativo_contestacao_list")["count"] == before
    # One, several, none: as a form and as an API call send them.
    assert len(contest(analysed, upload=file())["arquivos"]) == 1
    assert len(contest(analysed, upload=[file() for _ in range(5)])["arquivos"]) == 5
    for nothing in (None, "", [], [""], file(b"", ""), [file(b"", "")], file(b"", None)):
        assert contest(analysed, upload=nothing)["arquivos"] == []
    for wrong in ([file()] * 6, "texto", ["texto"], {"filename": "a.pdf"}, [1], "/etc/passwd"):
        with subtests.test(f"{wrong!r:.30}"), pytest.raises(tk.ValidationError) as caught:
            contest(analysed, upload=wrong)
        model.Session.rollback()


def test_files_are_not_larger_than_the_portal_allows(
    analysed: dict[str, Any], ckan_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ckan_config, SIZE, 1000)
    exact, larger = b"%PDF-" + b"x" * 995, b"%PDF-" + b"x" * 996
    assert contest(analysed, upload=[file(exact), file(exact)])["arquivos"][0]["tamanho"] == 1000
    with pytest.raises(tk.ValidationError):
        contest(analysed, upload=[file(exact), file(larger)])
    model.Session.rollback()
    # A workbook that unpacks to more than a loaded file may is none, however small it is.
    monkeypatch.setitem(ckan_config, SIZE, 1_000_000)
    monkeypatch.setitem(ckan_config, "msativo.load.max_unpacked_bytes", 10_000_000)
    bomb = book({**XLSX, "xl/worksheets/sheet1.xml": b"0" * 20_000_000})
    assert len(bomb) < 100_000
    with pytest.raises(tk.ValidationError):
        contest(analysed, upload=[file(bomb, "a.xlsx")])


def test_files_come_over_the_api_one_or_several_and_are_handed_out_as_they_are(
    analysed: dict[str, Any], app: Any
) -> None:
    web, url = Web(app), "/api/3/action/msativo_contestacao_create"
    headers = web.token(analysed["prefeitura"])
    fields = {"desafio": analysed["desafio"]["name"], "municipio": JAPORA, "texto": "Pela API."}

    def send(*files: tuple[bytes, str]) -> Any:
        parts = [(io.BytesIO(content), name) for content, name in files]
        return web.post(url, headers=headers, content_type="multipart/form-data", data={**fields, "upload": parts})

    answer = send((b"%PDF-1.7", "a.pdf"))
    assert answer.status_code == 200 and len(answer.json["result"]["arquivos"]) == 1
    answer = send((b"%PDF-1.7", "a.pdf"), (b"a,b\n1,2\n", "b.html"), (book(XLSX), "c.xlsx"))
    files = answer.json["result"]["arquivos"]
    assert [item["nome"] for item in files] == ["a.pdf", "b.html.csv", "c.xlsx"]
    # Also when it is the second of them that is wrong.
    answer = send((b"%PDF-1.7", "a.pdf"), (b"<html>", "b.pdf"))
    assert answer.status_code == 409 and "b.pdf" in str(answer.json["error"]["upload"])
    assert send(*[(b"%PDF-1.7", "a.pdf")] * 6).status_code == 409
    answer = web.post(url, headers=headers, json={**fields, "upload": "JVBERi0xLjc="})
    assert answer.status_code == 409 and "upload" in answer.json["error"]
    for item in files:
        got = web.get(item["url"].removeprefix(tk.config["ckan.site_url"]))
        assert got.status_code == 200 and "attachment" in got.headers["Content-Disposition"]
        assert got.headers["X-Content-Type-Options"] == "nosniff" and "html" not in got.headers["Content-Type"]
    patch(analysed["desafio"], private=True)
    assert web.get(files[0]["url"].removeprefix(tk.config["ckan.site_url"])).status_code == 404


# -- people ------------------------------------------------------------------------------------------------------------
def test_no_person_is_named_in_anything_public(analysed: dict[str, Any], app: Any) -> None:
    editor, author = analysed["editor"], analysed["prefeitura"]
    admin = member({"id": analysed["desafio"]["owner_org"]}, "admin")
    data = {"desafio": analysed["desafio"]["name"], "municipio": JAPORA}
    written = sa.text("SELECT to_jsonb(a)::text FROM activity a")
    before = set(model.Session.execute(written).scalars())
    act(editor, "msativo_analysis_run", semente=3)
    act(editor, "msativo_foco_decide", **data, classe="focal", motivo="Porque sim.")
    made = contest(analysed, upload=[file()])
    act(editor, "msativo_contestacao_answer", id=made["id"], decisao="parcial", resposta="Em parte.")
    snapshot = act(None, "msativo_snapshot_list")["snapshot"]
    frozen = act(admin, "msativo_snapshot_freeze", id=snapshot, ciclo="2025-2026")
    told = [frozen, made]
    for action, given in (
        ("msativo_foco_list", {"limit": 5000}),
        ("msativo_decisao_list", {}),
        ("msativo_contestacao_list", {}),
        ("msativo_contestacao_show", {"id": made["id"]}),
        ("msativo_snapshot_list", {}),
        ("msativo_snapshot_show", {"id": snapshot}),
        ("msativo_desafio_show", {"id": data["desafio"]}),
        ("msativo_cluster_list", {}),
        ("msativo_municipio_show", {"id": JAPORA}),
        ("package_show", {"id": data["desafio"]}),
        ("package_search", {"q": "*:*"}),
    ):
        told.append(act(None, action, **given))
    # What they wrote and decided makes no activity, and nothing of it reaches the index.
    assert set(model.Session.execute(written).scalars()) == before
    for words in ("Porque sim", "Em parte", "Não é assim", editor["name"], author["name"]):
        assert helpers.call_action("package_search", q=f'"{words}"', include_private=True)["count"] == 0
    text = json.dumps(told, ensure_ascii=False, default=str)
    for person in (editor, author, admin):
        for key in ("id", "name", "email", "fullname", "display_name"):
            assert not person.get(key) or person[key] not in text, key
    # And over the web, to a visitor.
    web = Web(app)
    for page in (f"/desafio/{data['desafio']}", "/contestacoes", f"/contestacoes/{made['numero']}", "/analises"):
        body = web.get(page).body
        for person in (editor, author, admin):
            assert person["name"] not in body and person["email"] not in body and person["id"] not in body, page
