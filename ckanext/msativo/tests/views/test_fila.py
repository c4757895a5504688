"""The State's queue: who has one, what is in it, the same step for several, and the way from one review to the next."""

# ruff: noqa: F811 - tests take the imported fixture by its name

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup

from ckanext.msativo.tests.adesao_world import JAPORA, NEIGHBOUR, PREFEITURA, SECRETS, SETE_QUEDAS, add_cycles
from ckanext.msativo.tests.adesao_world import sent as sent_request
from ckanext.msativo.tests.cycle_world import SECRETARIA, approved, call, evidence, photo, sent
from ckanext.msativo.tests.test_permissions_world import (
    ADMIN,
    ANONYMOUS,
    EDITOR,
    OUTSIDER,
    Web,
    World,
    web,  # noqa: F401 - the fixture
    world,  # noqa: F401 - the fixture
)
from ckanext.msativo.tests.views.form_browser import FormBrowser
from ckanext.msativo.tests.views.test_cycle_pages import Day, day  # noqa: F401 - the fixture
from ckanext.msativo.tests.views.test_espaco import goes_to

URL = "/fila"


def rows(page: BeautifulSoup) -> list[str]:
    """Paths of the things that wait, in the page's order."""
    return [urlsplit(link["href"]).path for link in page.select("[data-ms-go]")]


def two_evidences(world: World) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of one plan: the first was sent on the 1st of August, the second on the 5th."""
    first, second = (one["id"] for one in approved(world)["entregas"])
    return sent(world, first), sent(world, second, day="2025-08-05", quantidade=None)


def value(row: dict[str, Any], kind: str = "evidencia") -> str:
    return f"{kind}/{row['id']}/{row['versao']}"


def outcomes(page: BeautifulSoup) -> list[bool]:
    return [bool(row.select(".is-adequado")) for row in page.select(".ms-done-list li")]


def test_the_queue_is_of_the_state_alone(world: World, web: Web, subtests: Any) -> None:
    wanted = {
        ANONYMOUS: "/user/login?came_from=/fila",
        OUTSIDER: "403",
        PREFEITURA: "/meu-municipio",
        SECRETARIA: "200",
        "coordenacao-member": "200",
        EDITOR: "200",
    }
    for role, where in wanted.items():
        with subtests.test(role):
            assert goes_to(web, world, role, URL) == where
    for role in (ANONYMOUS, OUTSIDER, PREFEITURA):
        with subtests.test(f"{role} sends"):
            assert FormBrowser(web, world, role).program(URL, passo="receber", item="evidencia/x/1") in (302, 403)
    with subtests.test("what the address asks for and there is not"):
        browser = FormBrowser(web, world, EDITOR)
        for query, status in (("tipo=x", 400), ("com=x", 400), ("municipio=atlantida", 404), ("tipo=-plano", 400)):
            browser.open(f"{URL}?{query}", status)


def test_what_waits_is_in_order_and_narrowed_by_the_address(world: World, web: Web, day: Day, subtests: Any) -> None:
    first, second = two_evidences(world)
    draft = evidence(world, approved_delivery(world), quantidade=None)
    secretaria, editor = FormBrowser(web, world, SECRETARIA), FormBrowser(web, world, EDITOR)
    paths = [f"/evidencias/{one['id']}" for one in (first, second)]
    with subtests.test("the first is due on the 16th, the second on the 20th"):
        day.at("2025-08-17")
        page = secretaria.open(URL)
        assert rows(page) == paths
        assert [cell["class"][1:] for cell in page.select("td.ms-when")] == [["is-critico"], ["is-atencao"]]
        assert draft["id"] not in str(page)
        assert rows(editor.open(f"{URL}?tipo=evidencia")) == paths and not rows(editor.open(f"{URL}?tipo=plano"))
    with subtests.test("by municipality"):
        assert rows(secretaria.open(f"{URL}?municipio=japora")) == paths
        assert not rows(secretaria.open(f"{URL}?municipio={SETE_QUEDAS}"))
    with subtests.test("by whom it was given to"):
        reviewer = world.user("secretaria-admin")
        call(world, SECRETARIA, "evidencia_assign", id=first["id"], versao=first["versao"], revisor=reviewer["id"])
        assert rows(secretaria.open(f"{URL}?com=sem")) == paths[1:] and not rows(secretaria.open(f"{URL}?com=minhas"))
        assert rows(FormBrowser(web, world, "secretaria-admin").open(f"{URL}?com=minhas")) == paths[:1]
    with subtests.test("another secretariat sees none of it, and who only reads has nothing to tick"):
        page = FormBrowser(web, world, "coordenacao-member").open(URL)
        assert rows(page) == paths and not page.select("input[type=checkbox]") and not page.select("main button[name]")
    with subtests.test("the table has caption and scopes"):
        page = secretaria.open(URL)
        assert page.select_one("table caption") and all(head.get("scope") for head in page.select("table th"))
        assert len(page.select("main h1")) == 1


def approved_delivery(world: World) -> str:
    """A delivery of the one plan that there is."""
    plan = call(world, PREFEITURA, "plano_list")["results"][0]["id"]
    return call(world, PREFEITURA, "plano_show", id=plan)["entregas"][1]["id"]


def test_the_coordenacao_has_requests_plans_contests_and_actions(world: World, web: Web, day: Day) -> None:
    first, second = two_evidences(world)
    request = sent_request(world, "2025-07-05", role=NEIGHBOUR, municipio=SETE_QUEDAS)
    day.at("2025-08-02")
    editor = FormBrowser(web, world, EDITOR)
    # The request was due on July 19, the evidences are due on August 16 and 20.
    wanted = [f"/adesoes/{request['protocolo']}", *(f"/evidencias/{one['id']}" for one in (first, second))]
    assert rows(editor.open(URL)) == wanted
    assert rows(FormBrowser(web, world, SECRETARIA).open(URL)) == wanted[1:]
    assert not any(word in editor.open(URL).text for word in SECRETS)


def test_several_are_given_and_received_and_each_is_told(world: World, web: Web, day: Day, subtests: Any) -> None:
    first, second = two_evidences(world)
    request = sent_request(world, "2025-07-05", role=NEIGHBOUR, municipio=SETE_QUEDAS)
    day.at("2025-08-06")
    secretaria, editor = FormBrowser(web, world, SECRETARIA), FormBrowser(web, world, EDITOR)
    reviewer = world.user("secretaria-admin")["id"]

    def given() -> list[Any]:
        found = call(world, EDITOR, "evidencia_list", fila=True)["results"]
        return [(row["id"], row["estado"], row["revisor_id"]) for row in found]

    with subtests.test("nothing chosen, nothing done"):
        page = secretaria.press(URL, "designar", 400, item=[], revisor=reviewer)
        assert page.select_one(".ms-problems") and {who for _, _, who in given()} == {None}
    with subtests.test("both at once"):
        page = secretaria.press(URL, "designar", item=[value(first), value(second)], revisor=reviewer)
        assert outcomes(page) == [True, True] and {who for _, _, who in given()} == {reviewer}
    with subtests.test("a stale one is told, the other is done"):
        now = call(world, EDITOR, "evidencia_show", id=second["id"])
        page = secretaria.press(URL, "receber", item=[value(first), value(now)])
        assert outcomes(page) == [False, True]
        assert [state for _, state, _ in given()] == ["enviada", "em_analise"]
    with subtests.test("who cannot review is refused, with nothing half done"):
        before = given()
        now = [call(world, EDITOR, "evidencia_show", id=one["id"]) for one in (first, second)]
        page = secretaria.press(URL, "designar", 400, item=[value(one) for one in now], revisor=NEIGHBOUR)
        assert outcomes(page) == [False, False] and given() == before
    with subtests.test("a secretariat starts no analysis of a request, not with a forged form either"):
        forged = secretaria.program(URL, passo="analisar", item=value(request, "adesao"))
        assert forged == 400 and call(world, EDITOR, "adesao_show", id=request["id"])["estado"] == "enviada"
        assert secretaria.program(URL, passo="aceitar", item=value(first)) == 400
        assert secretaria.program(URL, passo="-designar", item="evidencia//") == 400
    with subtests.test("the coordenação does, and an evidence among them is told"):
        now = call(world, EDITOR, "evidencia_show", id=first["id"])
        page = editor.press(URL, "analisar", item=[value(now), value(request, "adesao")])
        assert outcomes(page) == [False, True]
        assert call(world, EDITOR, "adesao_show", id=request["id"])["estado"] == "em_analise"


def test_after_an_answer_the_next_of_the_queue_is_there(world: World, web: Web, day: Day, subtests: Any) -> None:
    first, second = two_evidences(world)
    day.at("2025-08-06")
    secretaria = FormBrowser(web, world, SECRETARIA)
    opened = secretaria.open(URL).select("[data-ms-go]")[0]["href"]
    with subtests.test("the way through the queue"):
        page = secretaria.open(opened)
        assert page.select_one("#fila a[rel=next]")["href"].startswith(f"/evidencias/{second['id']}?")
        assert not page.select("#fila a[rel=prev]")
        page = secretaria.open(page.select_one("#fila a[rel=next]")["href"])
        assert urlsplit(page.select_one("#fila a[rel=prev]")["href"]).path == f"/evidencias/{first['id']}"
    with subtests.test("without a queue none is shown, and nobody else gets one"):
        assert not secretaria.open(f"/evidencias/{first['id']}").select("#fila")
        assert not FormBrowser(web, world, PREFEITURA).open(f"/evidencias/{first['id']}?fila=1").select("#fila")
    with subtests.test("an answer that is wrong stays, one that is right goes on"):
        page = secretaria.press(opened, "devolver", 400)
        assert page.select_one("#fila")
        page = secretaria.press(opened, "aceitar_parcial", nota="Faltam listas.", quantidade_aceita="10")
        assert page.select_one("#ms-given") and second["entrega"]["titulo"] in page.select_one("main .ms-lead").text
    with subtests.test("after the last one the queue is empty"):
        page = secretaria.press(f"/evidencias/{second['id']}?fila=1", "aceitar")
        assert page.select_one("main .ms-empty") and not rows(page)


def test_the_coordenacao_has_its_work_on_one_page(world: World, web: Web, day: Day, subtests: Any) -> None:
    add_cycles()
    for role in (ANONYMOUS, PREFEITURA, SECRETARIA, OUTSIDER):
        with subtests.test(role):
            expected = "/user/login?came_from=/coordenacao" if role == ANONYMOUS else "403"
            assert goes_to(web, world, role, "/coordenacao") == expected
            assert goes_to(web, world, role, "/coordenacao/indicadores") != "200"
    with subtests.test("the reader has no button, the editor runs, the administrator also closes a cycle"):
        buttons = {
            role: len(FormBrowser(web, world, role).open("/coordenacao").select("main form[method=post]"))
            for role in ("coordenacao-member", EDITOR, ADMIN)
        }
        assert buttons == {"coordenacao-member": 0, EDITOR: 2, ADMIN: 2}
        assert FormBrowser(web, world, ADMIN).open("/coordenacao").select('a[href="/ciclos/2025-2026/encerrar"]')
        assert not FormBrowser(web, world, EDITOR).open("/coordenacao").select('a[href$="/encerrar"]')
    with subtests.test("indicators"):
        editor = FormBrowser(web, world, EDITOR)
        page = editor.open("/coordenacao/indicadores")
        assert page.select_one(f'tbody a[href="/indicador/{world.indicador["name"]}"]')
        assert page.select_one(f'tbody a[href="/indicador/edit/{world.indicador["name"]}"]')
        assert not editor.open("/coordenacao/indicadores?q=zzz").select("tbody")
        editor.open("/coordenacao/indicadores?situacao=x", 400)
        editor.open("/coordenacao/foco?desafio=nada&municipio=japora", 404)


def test_an_analysis_is_frozen_on_its_own_page_after_a_look(world: World, web: Web, day: Day, subtests: Any) -> None:
    add_cycles()
    call(world, EDITOR, "analysis_run")
    admin, url = FormBrowser(web, world, ADMIN), "/analises/1"
    with subtests.test("only for administrators"):
        for role in (ANONYMOUS, PREFEITURA, EDITOR):
            assert not FormBrowser(web, world, role).open(url).select("#congelar")
    with subtests.test("without the tick nothing is frozen"):
        admin.press(url, "", 400)
        assert call(world, ANONYMOUS, "snapshot_show", id="1")["ciclo"] is None
    with subtests.test("with it the cycle has its result, and the form is gone"):
        admin.press(url, "", confirmo="1")
        assert call(world, ANONYMOUS, "snapshot_show", id="1")["ciclo"] == "2025-2026"
        assert not admin.open(url).select("#congelar")


# -- what the form of an evidence sends by itself ----------------------------------------------------------------------
TYPED = {"descricao": "Curso dado.", "data": "2025-08-10", "lugar": "Escola", "quantidade": "2,5", "link": ""}


def test_a_draft_that_is_sent_again_is_the_same_draft(world: World, web: Web, day: Day, subtests: Any) -> None:
    delivery = approved(world)["entregas"][0]["id"]
    phone = Phone(web, world, PREFEITURA)
    made = phone.send("/evidencias/rascunho", 200, entrega=delivery, **TYPED)
    with subtests.test("the answer was lost: it comes again, and there is still one"):
        assert phone.send("/evidencias/rascunho", 200, entrega=delivery, **TYPED)["id"] == made["id"]
        assert call(world, PREFEITURA, "evidencia_list")["count"] == 1
    with subtests.test("a change, and the same change again with the version that is gone"):
        change = {"id": made["id"], "versao": made["versao"], **TYPED, "lugar": "Praça"}
        after = phone.send("/evidencias/rascunho", 200, **change)
        assert phone.send("/evidencias/rascunho", 200, **change)["versao"] == after["versao"] > made["versao"]
    with subtests.test("somebody else's change is no such thing"):
        assert "erro" in phone.send("/evidencias/rascunho", 409, **{**change, "lugar": "Outro"})
        assert call(world, PREFEITURA, "evidencia_show", id=made["id"])["lugar"] == "Praça"
    with subtests.test("what is wrong is named, the rest is kept"):
        given = {"id": made["id"], "versao": after["versao"], **TYPED, "quantidade": "muitos", "link": "http://x"}
        kept = phone.send("/evidencias/rascunho", 200, **{**given, "descricao": "Curso dado duas vezes."})
        assert sorted(kept["problemas"]) == ["link", "quantidade"]
        row = call(world, PREFEITURA, "evidencia_show", id=made["id"])
        assert (row["descricao"], row["quantidade"]) == ("Curso dado duas vezes.", 2.5)
    with subtests.test("of no delivery, and of one that there is not"):
        for entrega in ("", "nada"):
            assert "erro" in phone.send("/evidencias/rascunho", (400, 403, 404), entrega=entrega, **TYPED)


def test_a_file_that_is_sent_again_is_kept_once(world: World, web: Web, day: Day, subtests: Any) -> None:
    row = evidence(world, approved(world)["entregas"][0]["id"], upload=[])
    phone, url = Phone(web, world, PREFEITURA), f"/evidencias/{row['id']}/arquivos"
    first = phone.photo(url, row["versao"], "red")
    with subtests.test("again, with the version that is gone"):
        assert phone.photo(url, row["versao"], "red") == {**first, "hora": first["hora"]}
    with subtests.test("another one goes on from there; with an old version it is told"):
        second = phone.photo(url, first["versao"], "blue")
        assert second["arquivo"]["id"] != first["arquivo"]["id"]
        assert "erro" in phone.photo(url, first["versao"], "green", 409)
        files = call(world, PREFEITURA, "evidencia_show", id=row["id"])["arquivos"]
        assert [one["id"] for one in files] == [first["arquivo"]["id"], second["arquivo"]["id"]]
    with subtests.test("what is no photo is refused with its reason"):
        told = phone.send(url, 400, versao=second["versao"], upload=(b"MZ", "foto.jpg"))
        assert "foto.jpg" in told["erro"]
        assert "erro" in phone.send(url, 400, versao=second["versao"])


@pytest.mark.parametrize("role", [ANONYMOUS, OUTSIDER, "vizinha-admin", "prefeitura-member", SECRETARIA])
def test_nobody_else_keeps_a_draft_or_adds_a_file(world: World, web: Web, day: Day, role: str) -> None:
    delivery = approved(world)["entregas"][0]["id"]
    row = evidence(world, delivery, upload=[])
    phone = Phone(web, world, role)
    for answer in (
        phone.send("/evidencias/rascunho", (403, 404), entrega=delivery, **TYPED),
        phone.send("/evidencias/rascunho", (403, 404), id=row["id"], versao=row["versao"], **TYPED),
        phone.photo(f"/evidencias/{row['id']}/arquivos", row["versao"], "red", (403, 404)),
    ):
        assert set(answer) == {"erro"} and row["descricao"] not in answer["erro"]
    now = call(world, PREFEITURA, "evidencia_show", id=row["id"])
    assert now["versao"] == row["versao"] and now["arquivos"] == [] and now["municipio"] == "Japorã" and JAPORA
    assert call(world, PREFEITURA, "evidencia_list")["count"] == 1


class Phone:
    """A form's script: sends as the browser of that person and reads the JSON that comes back."""

    def __init__(self, web: Web, world: World, role: str) -> None:
        self.browser = FormBrowser(web, world, role)

    def send(self, url: str, status: int | tuple[int, ...], **data: Any) -> dict[str, Any]:
        content, name = data.pop("upload", (None, ""))
        files = {} if content is None else {"upload": (BytesIO(content), name)}
        token = self.browser.open("/privacidade").select_one("meta[name=_csrf_token], input[name=_csrf_token]")
        given = {"_csrf_token": token.get("content") or token.get("value")} if token else {}
        web = self.browser.web
        web.app.client = self.browser.cookies
        answer = web.post(url, data={**given, **data, **files}, content_type="multipart/form-data")
        wanted = status if isinstance(status, tuple) else (status,)
        assert answer.status_code in wanted, (answer.status_code, answer.body[:500])
        assert set(answer.headers["Cache-Control"].split(", ")) == {"private", "no-store"}
        return answer.json

    def photo(self, url: str, version: int, colour: str, status: int | tuple[int, ...] = 200) -> dict[str, Any]:
        return self.send(url, status, versao=version, upload=(photo(colour=colour).stream.read(), "foto.jpg"))
