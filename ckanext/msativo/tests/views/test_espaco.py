"""The prefeitura's workspace: what needs it today, what the State owes it, and who sees none of it."""

# ruff: noqa: F811 - tests take the imported fixture by its name

from __future__ import annotations

from itertools import pairwise
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan.tests import helpers

from ckanext.msativo.tests.adesao_world import JAPORA, PREFEITURA, SECRETS, add_cycles
from ckanext.msativo.tests.adesao_world import draft as draft_request
from ckanext.msativo.tests.cycle_world import SECRETARIA, approved, call, evidence, joined, published, review, sent
from ckanext.msativo.tests.cycle_world import draft as draft_plan
from ckanext.msativo.tests.test_permissions_world import (
    ANONYMOUS,
    EDITOR,
    OUTSIDER,
    SYSADMIN,
    Web,
    World,
    web,  # noqa: F401 - the fixture
    world,  # noqa: F401 - the fixture
)
from ckanext.msativo.tests.views.form_browser import FormBrowser
from ckanext.msativo.tests.views.test_cycle_pages import Day, day  # noqa: F401 - the fixture

URL = "/meu-municipio"


def items(page: BeautifulSoup) -> list[tuple[str, str]]:
    """Title and address of the one link of each thing that needs the reader, in the page's order."""
    return [(row.select_one("h3").text, row.select_one("a")["href"]) for row in page.select(".ms-todo > li")]


def levels(page: BeautifulSoup) -> list[str]:
    return [" ".join(row["class"][1:]) for row in page.select(".ms-todo-when")]


def goes_to(web: Web, world: World, role: str, url: str) -> str:
    """Where a page sends that person, without the portal's address; its status when it sends nowhere."""
    browser = FormBrowser(web, world, role)
    answer = browser.get(url, follow_redirects=False)
    if answer.status_code != 302:
        return str(answer.status_code)
    return answer.headers["Location"].removeprefix(tk.config["ckan.site_url"])


def test_each_comes_to_the_own_desk(world: World, web: Web, subtests: Any) -> None:
    assert tk.config["ckan.auth.route_after_login"] == "msativo_espaco.entrance"
    wanted = {
        ANONYMOUS: ("/user/login", f"/user/login?came_from=/meu-municipio?municipio%3D{JAPORA}"),
        OUTSIDER: ("/", "403"),
        "prefeitura-member": (URL, "200"),
        "prefeitura-admin": (URL, "200"),
        "vizinha-admin": (URL, "403"),
        SECRETARIA: ("/fila", "/fila"),
        "coordenacao-member": ("/fila", "200"),
        EDITOR: ("/fila", "200"),
        SYSADMIN: ("/fila", "200"),
    }
    for role, (entrance, town) in wanted.items():
        with subtests.test(role):
            assert goes_to(web, world, role, "/entrada") == entrance
            assert goes_to(web, world, role, f"{URL}?municipio={JAPORA}") == town
    with subtests.test("without a municipality the State goes to its queue, and who is of none is told so"):
        assert goes_to(web, world, EDITOR, URL) == "/fila"
        page = FormBrowser(web, world, OUTSIDER).open(URL, 403)
        assert page.select_one("h1") and len(page.select("main .ms-links a")) == 2
    with subtests.test("a municipality that there is not"):
        FormBrowser(web, world, PREFEITURA).open(f"{URL}?municipio=atlantida", 404)


def test_a_municipality_is_led_from_the_request_to_the_plan(world: World, web: Web, day: Day, subtests: Any) -> None:
    add_cycles()
    day.at("2025-07-10")
    prefeitura = FormBrowser(web, world, PREFEITURA)
    with subtests.test("it has not asked to join, and a window is open"):
        assert [href for _, href in items(prefeitura.open(URL))] == [f"/adesoes/nova?municipio={JAPORA}"]
    with subtests.test("who only reads is led to what joining is"):
        assert [href for _, href in items(FormBrowser(web, world, "prefeitura-member").open(URL))] == ["/adesao"]
    row = draft_request(world)
    with subtests.test("a request that was begun, due with the window: 21 days"):
        page = prefeitura.open(URL)
        assert [href for _, href in items(page)] == [f"/adesoes/{row['id']}/editar"]
        assert "21" in page.select_one(".ms-todo-when").text and levels(page) == [""]
        day.at("2025-07-25")
        assert levels(prefeitura.open(URL)) == ["is-atencao"]
    with subtests.test("the window was missed: the draft stays, without a day"):
        day.at("2025-08-02")
        page = prefeitura.open(URL)
        assert [href for _, href in items(page)] == [f"/adesoes/{row['id']}/editar"] and levels(page) == [""]


def test_an_approved_municipality_without_a_plan_is_led_to_the_menu_and_then_to_its_plan(
    world: World, web: Web, day: Day, subtests: Any
) -> None:
    add_cycles()
    joined(world)
    prefeitura = FormBrowser(web, world, PREFEITURA)
    with subtests.test("the request's steps with their days: sent on the 2nd, approved on the 4th"):
        page = prefeitura.open(URL)
        rows = page.select_one(".ms-desk-rows").select("dd")
        assert rows[0].text.strip().endswith(call(world, PREFEITURA, "adesao_list")["results"][0]["protocolo"])
        assert [[int(part) for part in row.text.split() if part.isdigit()] for row in rows[1:]] == [[1], [2, 14]]
        assert "Maria Sigilosa" in page.select_one(".ms-lead").text
    with subtests.test("a plan in draft"):
        plan = call(world, PREFEITURA, "plano_create", municipio=JAPORA, acoes=[published(world)["nome"]])
        assert [href for _, href in items(prefeitura.open(URL))] == [f"/planos/{plan['id']}/editar"]
    with subtests.test("a plan that waits for the State is owed by it, and one that came back is not"):
        row = call(world, PREFEITURA, "plano_submit", id=plan["id"], versao=plan["versao"])
        page = prefeitura.open(URL)
        assert not items(page) and [link["href"] for link in page.select(".ms-owed a")] == [f"/planos/{plan['id']}"]
        given = {"id": plan["id"], "versao": row["versao"], "decisao": "devolver", "nota": "Faltou o carimbo"}
        call(world, EDITOR, "plano_decide", **given)
        page = prefeitura.open(URL)
        assert not page.select(".ms-owed a") and levels(page) == ["is-critico"]
        assert [href for _, href in items(page)] == [f"/planos/{plan['id']}/editar"]


def test_the_day_of_a_prefeitura(world: World, web: Web, day: Day, subtests: Any) -> None:
    """The plan begins on the 1st of August: the course is due after 100 days, the law after 60, on September 30."""
    course, law = approved(world)["entregas"]
    prefeitura, reader = FormBrowser(web, world, PREFEITURA), FormBrowser(web, world, "prefeitura-member")
    new = "/evidencias/nova?entrega="
    with subtests.test("nothing waits, and that is said"):
        day.at("2025-08-15")
        page = prefeitura.open(URL)
        assert not items(page) and page.select(".ms-desk section .ms-links a")
        assert len(page.select("svg.ms-progress")) == 1
    with subtests.test("due in 20 days"):
        day.at("2025-09-10")
        page = prefeitura.open(URL)
        assert items(page) == [(law["titulo"], new + law["id"])] and levels(page) == ["is-atencao"]
        assert "20" in page.select_one(".ms-todo-when").text and "1" in page.select_one("h1").text
    row = sent(world, course["id"], day="2025-09-10")
    with subtests.test("what waits for the State stands beside it with its day, 15 days later"):
        page = prefeitura.open(URL)
        owed = page.select_one(".ms-owed li")
        assert owed.select_one("a")["href"] == f"/evidencias/{row['id']}" and "25 set 2025" in owed.text
        assert not owed.select(".is-critico")
        day.at("2025-09-26")
        late = prefeitura.open(URL).select_one(".ms-owed li")
        assert late.select_one(".is-critico") and "25 set 2025" in late.text
    review(world, row, "devolver", day="2025-09-26", nota="Foto ilegível.")
    begun = evidence(world, law["id"], day="2025-09-26", quantidade=None)
    with subtests.test("late first, then what came back; a delivery with a draft is told once"):
        day.at("2025-10-12")
        page = prefeitura.open(URL)
        assert [href for _, href in items(page)] == [f"/evidencias/{one['id']}/editar" for one in (begun, row)]
        assert levels(page) == ["is-critico", "is-critico"]
        assert "12" in page.select_one(".ms-todo-when").text
        assert "Foto ilegível." in page.select(".ms-todo > li")[1].text
        assert not page.select(".ms-owed a")
    with subtests.test("who only reads gets the pages to read, and no form"):
        page = reader.open(URL)
        assert [href for _, href in items(page)] == [f"/evidencias/{one['id']}" for one in (begun, row)]
        assert not page.select("main form") and page.select_one(".ms-aside-note a")["href"] == "/pessoas"
    with subtests.test("the neighbour and the public see none of it"):
        for role in ("vizinha-admin", OUTSIDER, SECRETARIA, ANONYMOUS):
            answer = FormBrowser(web, world, role).get(URL, follow_redirects=True)
            assert not any(word in answer.body for word in (*SECRETS, course["titulo"], begun["id"], row["id"]))
    with subtests.test("the coordenação sees it as such"):
        page = FormBrowser(web, world, EDITOR).open(f"{URL}?municipio=japora")
        assert len(items(page)) == 2 and page.select_one(".ms-aside-note")
    with subtests.test("one h1, headings in order, each verb says of what"):
        heads = [int(head.name[1]) for head in page.select("main :is(h1, h2, h3)")]
        assert heads.count(1) == 1 and all(after - before <= 1 for before, after in pairwise(heads))
        assert all(row.select_one("a .visually-hidden").text for row in page.select(".ms-todo > li"))


def test_who_works_for_two_prefeituras_chooses_and_the_address_remembers(world: World, web: Web, day: Day) -> None:
    approved(world)
    person = world.user("prefeitura-editor")
    helpers.call_action(
        "organization_member_create", id=world.orgs["vizinha"]["id"], username=person["name"], role="editor"
    )
    browser = FormBrowser(web, world, "prefeitura-editor")
    page = browser.open(URL)
    switch = {link["href"]: link.get("aria-current") for link in page.select(".ms-switch a")}
    assert switch == {f"{URL}?municipio=japora": "page", f"{URL}?municipio=sete-quedas": None}
    page = browser.open(f"{URL}?municipio=sete-quedas")
    assert page.select_one(".ms-switch [aria-current]")["href"] == f"{URL}?municipio=sete-quedas"
    assert "Sete Quedas" in page.select_one(".ms-eyebrow").text and not page.select("svg.ms-progress")
    # Nothing but the address remembers it.
    assert "Japorã" in browser.open(URL).select_one(".ms-eyebrow").text


@pytest.mark.parametrize("kind", ["draft", "approved"])
def test_a_plan_of_another_municipality_is_in_no_workspace(world: World, web: Web, day: Day, kind: str) -> None:
    plan = draft_plan(world) if kind == "draft" else approved(world)
    page = FormBrowser(web, world, "vizinha-admin").open(URL)
    assert plan["id"] not in str(page) and plan["titulo"] not in page.text
