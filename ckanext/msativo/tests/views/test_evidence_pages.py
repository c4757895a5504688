"""Evidence through its pages: the form for a phone, the review, the files, and who sees nothing of them."""

# ruff: noqa: F811 - tests take the imported fixture by its name

from __future__ import annotations

import io
from typing import Any

import pytest

from ckanext.msativo.tests.adesao_world import NEIGHBOUR, PDF, PREFEITURA, SECRETS
from ckanext.msativo.tests.cycle_world import SECRETARIA, approved, call, evidence, photo, review, sent
from ckanext.msativo.tests.test_permissions_world import (
    ANONYMOUS,
    EDITOR,
    Web,
    World,
    web,  # noqa: F401 - the fixture
    world,  # noqa: F401 - the fixture
)
from ckanext.msativo.tests.views.form_browser import FormBrowser
from ckanext.msativo.tests.views.test_cycle_pages import Day, day  # noqa: F401 - the fixture


def test_what_was_typed_and_photographed_is_never_lost(world: World, web: Web, day: Day, subtests: Any) -> None:
    delivery = approved(world)["entregas"][0]
    prefeitura, url = FormBrowser(web, world, PREFEITURA), f"/evidencias/nova?entrega={delivery['id']}"
    with subtests.test("the form is for a phone"):
        form = prefeitura.open(url).select_one("main form")
        assert form.select_one("input[type=file]").has_attr("multiple")
        assert "image/jpeg" in form.select_one("input[type=file]")["accept"]
        assert form.select_one("input[name=data]")["type"] == "date"
        assert form.select_one("input[name=quantidade]")["inputmode"] == "decimal"
    with subtests.test("a form that is wrong keeps its photos as a draft"):
        typed = {"descricao": "Curso dado.", "quantidade": "muitos", "link": "http://x", "lugar": "Escola"}
        page = prefeitura.press(
            url, "enviar", 400, **typed, upload=[(photo().stream, "um.jpg"), (photo().stream, "dois.jpg")]
        )
        assert sorted(link["href"] for link in page.select(".ms-problems a")) == ["#f-link", "#f-quantidade"]
        assert page.select_one("#f-quantidade")["value"] == "muitos"
        assert len(page.select("input[name=remover]")) == 2
        assert page.select_one("main form")["action"].endswith("/editar")
    with subtests.test("what is missing is told on the same form, which sends that draft"):
        page = prefeitura.send(page, url, "enviar", 400, quantidade="2,5", link="")
        assert [link["href"] for link in page.select(".ms-problems a")] == ["#f-data"]
        assert page.select_one("#f-quantidade")["value"] == "2,5" and page.select_one("#f-lugar")["value"] == "Escola"
        first = page.select_one("input[name=remover]")["value"]
        page = prefeitura.send(page, url, "enviar", data="2025-08-10", remover=first)
        assert len(page.select("figure")) == 1
    with subtests.test("there is one evidence, and one that is sent is not changed"):
        rows = call(world, PREFEITURA, "evidencia_list")["results"]
        assert [(row["estado"], row["quantidade"]) for row in rows] == [("enviada", 2.5)]
        prefeitura.open(f"/evidencias/{rows[0]['id']}/editar", 403)
        # Another one waits until this one was answered.
        assert not prefeitura.open(f"/entregas/{delivery['id']}").select("main .ms-title a.btn")
    with subtests.test("a draft can be deleted"):
        other = approved_other(world, rows[0])
        row = evidence(world, other, quantidade=None)
        prefeitura.press(f"/evidencias/{row['id']}", "apagar")
        prefeitura.open(f"/evidencias/{row['id']}", 404)


def approved_other(world: World, row: dict[str, Any]) -> str:
    """The plan's other delivery."""
    rows = call(world, PREFEITURA, "plano_show", id=row["plano"])["entregas"]
    return next(one["id"] for one in rows if one["id"] != row["entrega"]["id"])


def test_a_review_from_the_queue_to_what_is_published(world: World, web: Web, day: Day, subtests: Any) -> None:
    delivery = approved(world)["entregas"][0]["id"]
    files = [photo("Maria Sigilosa.jpg"), _pdf(), photo(colour="blue")]
    row = sent(world, delivery, day="2025-08-05", publicavel=True, upload=files)
    prefeitura, secretaria, editor, public = (
        FormBrowser(web, world, role) for role in (PREFEITURA, SECRETARIA, EDITOR, ANONYMOUS)
    )
    url = f"/evidencias/{row['id']}"
    with subtests.test("the queue shows the days that are left, and what is late"):
        assert "5 dias" in secretaria.open("/evidencias").select_one("tbody tr").text
        day.at("2025-08-21")
        assert secretaria.open("/evidencias").select_one("tbody tr .is-critico")
        day.at("2025-08-15")
        assert [link.text for link in public.open("/evidencias").select(".ms-switch a")] == []
        assert len(prefeitura.open("/evidencias").select(".ms-switch a")) == 3
        public.open("/evidencias?situacao=x", 400)
    with subtests.test("given to somebody"):
        reviewer = world.user("secretaria-admin")
        page = secretaria.press(url, "designar", revisor=reviewer["id"])
        assert page.select_one("#f-revisor option[selected]")["value"] == reviewer["id"]
        people = {option["value"] for option in page.select("#f-revisor option")}
        assert world.user(PREFEITURA)["id"] not in people and "" in people
        assert not secretaria.open("/evidencias?situacao=minhas").select("tbody tr")
        assert FormBrowser(web, world, "secretaria-admin").open("/evidencias?situacao=minhas").select("tbody tr")
    with subtests.test("files as they were sent, photos to look at as clean copies"):
        page = secretaria.open(url)
        links = [link["href"] for link in page.select("figure a[download]")]
        shown = [image["src"] for image in page.select("figure img")]
        assert len(links) == 3 and len(shown) == 2
        for address, marked in ((links[0], True), (shown[0], False)):
            answer = secretaria.get(address)
            assert answer.status_code == 200 and (b"Sigilosa" in answer.data) is marked
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Content-Security-Policy"] == "sandbox"
            assert set(answer.headers["Cache-Control"].split(", ")) == {"private", "no-store"}
            assert ("attachment" in answer.headers.get("Content-Disposition", "")) is marked
        kept = links[1].rsplit("/", 1)[1]
        assert secretaria.get(links[1]).data == PDF
        # A PDF is not shown in the page.
        assert secretaria.get(f"{url}/fotos/{kept}").status_code == 404
    with subtests.test("returned: reasons are needed, and what was typed stays"):
        page = secretaria.press(url, "devolver", 400, quantidade_aceita="12")
        assert page.select_one("#f-quantidade_aceita")["value"] == "12"
        secretaria.send(page, url, "devolver", nota="Faltou o carimbo.")
        assert "Faltou o carimbo." in prefeitura.open(url).main.text
        assert row["id"] in str(prefeitura.open("/evidencias?situacao=devolvidas"))
    with subtests.test("corrected, and accepted in part by who is at hand"):
        prefeitura.press(f"{url}/editar", "enviar", descricao="Curso dado duas vezes.")
        secretaria.press(url, "analisar")
        page = secretaria.press(
            url, "aceitar_parcial", 400, nota="Faltou o carimbo.", quantidade_aceita="30", publicar="1"
        )
        assert page.select_one("#f-publicar").has_attr("checked")
        secretaria.send(page, url, "aceitar_parcial", quantidade_aceita="20", publicar_arquivos=[kept])
        assert secretaria.open(url).select("main form[method=post]") == []
    with subtests.test("everyone sees the description, the photos and the chosen file, and no name"):
        page = public.open(url)
        assert "Curso dado duas vezes." in page.main.text and len(page.select("figure")) == 3
        assert not any(word in page.text for word in SECRETS)
        assert public.get(page.select_one("figure img")["src"]).status_code == 200
        for address in (*links, *shown):
            assert public.get(address).status_code == 404
        assert row["id"] in str(public.open("/evidencias"))
    with subtests.test("the very same file is pointed out to the next reviewer"):
        again = sent(world, delivery, day="2025-08-15", quantidade=1, upload=[photo("outra.jpg")])
        page = editor.open(f"/evidencias/{again['id']}")
        assert page.select_one(".ms-same a")["href"] == url
        # The prefeitura did not agree: there is nothing to tick.
        assert not page.select("#f-publicar")


def _pdf() -> Any:
    found = photo("lista.pdf")
    found.stream = io.BytesIO(PDF)
    return found


@pytest.mark.parametrize("estado", ["rascunho", "enviada", "devolvida"])
def test_evidence_that_is_not_public_has_no_page_for_others(world: World, web: Web, day: Day, estado: str) -> None:
    delivery = approved(world)["entregas"][0]["id"]
    row = evidence(world, delivery) if estado == "rascunho" else sent(world, delivery)
    if estado == "devolvida":
        row = review(world, row, "devolver", nota="Faltou o carimbo")
    file = call(world, EDITOR, "evidencia_show", id=row["id"])["arquivos"][0]["id"]
    strangers = [ANONYMOUS, NEIGHBOUR, "outsider", *([SECRETARIA] if estado == "rascunho" else [])]
    for role in strangers:
        browser = FormBrowser(web, world, role)
        for url in ("", f"/arquivos/{file}", f"/fotos/{file}", "/editar"):
            page = browser.open(f"/evidencias/{row['id']}{url}", 404)
            assert not any(word in page.text for word in SECRETS)
        for passo in ("enviar", "aceitar", "apagar", "designar"):
            assert browser.program(f"/evidencias/{row['id']}", passo=passo, versao=str(row["versao"])) in (403, 404)
        assert row["id"] not in str(browser.open(f"/entregas/{delivery}")) + str(browser.open("/evidencias"))
    # Whose it is reads it, and a mere member changes nothing.
    member = FormBrowser(web, world, "prefeitura-member")
    assert not member.open(f"/evidencias/{row['id']}").select("main form[method=post]")
    assert member.get(f"/evidencias/{row['id']}/arquivos/{file}").status_code == 200
    member.open(f"/evidencias/{row['id']}/editar", 403)
