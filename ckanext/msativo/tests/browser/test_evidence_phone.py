"""Evidence from a phone whose connection comes and goes: files one by one, texts as a draft, nothing lost or twice."""

# ruff: noqa: F811 - tests take the imported fixtures by their names

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from ckanext.msativo.tests.adesao_world import JAPORA, PREFEITURA, SECRETS
from ckanext.msativo.tests.browser.test_journeys import Walk, cycle_plan, day, live  # noqa: F401 - fixtures
from ckanext.msativo.tests.cycle_world import SECRETARIA, Day, call, evidence, photo, sent
from ckanext.msativo.tests.test_permissions_world import EDITOR, World, world  # noqa: F401 - the fixture

KEPT, SENDING = "[data-ms-kept]", "[data-ms-sending] li"
ON = "2025-08-15"


def picture(name: str, colour: str) -> dict[str, Any]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": photo(colour=colour).stream.read()}


@pytest.fixture
def delivery(world: World, day: Day, live: str) -> str:
    """A delivery of an approved plan."""
    row = cycle_plan(world)
    day.at(ON)
    return call(world, PREFEITURA, "plano_show", id=row["id"])["entregas"][0]["id"]


@pytest.fixture
def phone(browser: Any, live: str) -> Iterator[Walk]:
    """A touch screen of 390 pixels; no script may fail."""
    context = browser.new_context(
        base_url=live, viewport={"width": 390, "height": 844}, locale="pt-BR", has_touch=True, is_mobile=True
    )
    tab = context.new_page()
    failed: list[str] = []
    tab.on("pageerror", lambda error: failed.append(str(error)))
    yield Walk(tab, live, "phone")
    context.close()
    assert not failed, failed


def arrived(tab: Any, count: int) -> None:
    """Wait until so many files are on the server."""
    tab.wait_for_function("n => document.querySelectorAll('[data-ms-sending] .is-done').length === n", arg=count)


def evidences(world: World) -> list[dict[str, Any]]:
    found = call(world, PREFEITURA, "evidencia_list", ON)["results"]
    return [call(world, PREFEITURA, "evidencia_show", ON, id=row["id"]) for row in found]


def local(tab: Any) -> dict[str, str]:
    return tab.evaluate("({...localStorage})")


def test_a_lost_connection_loses_nothing(phone: Walk, world: World, delivery: str) -> None:
    tab = phone.tab
    phone.log_in(world.user(PREFEITURA))
    phone.open(f"/evidencias/nova?entrega={delivery}")
    # Beside the choice of files there is the camera, for who wants it.
    assert tab.locator("#f-camera").is_visible() and tab.locator("#f-upload").get_attribute("capture") is None
    tab.fill("#f-descricao", "Curso dado.")
    tab.set_input_files("#f-upload", [picture("um.jpg", "red"), picture("dois.jpg", "blue")])
    arrived(tab, 2)
    # From then on the page is the draft's: a reload finds it.
    row = evidences(world)[0]
    assert re.search(rf"/evidencias/{row['id']}/editar$", tab.url) and len(row["arquivos"]) == 2

    tab.context.set_offline(True)
    tab.fill("#f-lugar", "Escola da praça")
    tab.fill("#f-quantidade", "muitos")
    tab.set_input_files("#f-camera", picture("tres.jpg", "green"))
    tab.locator(f"{SENDING} button:visible").wait_for()
    assert tab.locator(KEPT).inner_text() and "is-wrong" in (tab.locator(KEPT).get_attribute("class") or "")
    # The button waits as well; there is no error page, and nothing is gone.
    tab.locator("button[value=enviar]").click()
    assert tab.locator("#f-lugar").input_value() == "Escola da praça"
    phone.picture()

    tab.context.set_offline(False)
    arrived(tab, 3)
    tab.wait_for_function("said => document.querySelector(said).innerText.includes('muitos')", arg=KEPT)
    row = evidences(world)[0]
    assert (row["lugar"], len(row["arquivos"]), row["quantidade"]) == ("Escola da praça", 3, None)
    # What the portal could not keep is still in the browser, and comes back after a reload with a word about it.
    tab.reload()
    assert tab.locator(".ms-restored").is_visible() and tab.locator("#f-quantidade").input_value() == "muitos"
    tab.fill("#f-quantidade", "30")
    tab.fill("#f-data", ON)
    with tab.expect_navigation(url=re.compile(rf"/evidencias/{row['id']}$")):
        tab.locator("button[value=enviar]").click()
    found = evidences(world)
    assert [(one["estado"], one["quantidade"], len(one["arquivos"])) for one in found] == [("enviada", 30, 3)]
    assert not local(tab)


def test_an_answer_that_is_lost_is_not_taken_for_another_one(phone: Walk, world: World, delivery: str) -> None:
    """The portal writes, the answer never arrives, and the form sends again."""
    tab = phone.tab
    phone.log_in(world.user(PREFEITURA))
    tab.goto(f"/evidencias/nova?entrega={delivery}")
    lost: list[str] = []

    def lose(route: Any) -> None:
        name = route.request.url.rsplit("/", 1)[1]
        if name in lost:
            route.continue_()
            return
        lost.append(name)
        route.fetch()
        route.abort("connectionreset")

    tab.route(re.compile(r"/evidencias/(rascunho|.*/arquivos)$"), lose)
    tab.fill("#f-descricao", "Curso dado.")
    tab.set_input_files("#f-upload", picture("um.jpg", "red"))
    arrived(tab, 1)
    assert lost == ["rascunho", "arquivos"]
    assert [(row["descricao"], len(row["arquivos"])) for row in evidences(world)] == [("Curso dado.", 1)]


def test_a_file_that_is_none_is_told_and_the_others_arrive(phone: Walk, world: World, delivery: str) -> None:
    tab = phone.tab
    row = evidence(world, delivery, day=ON, upload=[])
    phone.log_in(world.user(PREFEITURA))
    tab.goto(f"/evidencias/{row['id']}/editar")
    broken = {"name": "quebrada.jpg", "mimeType": "image/jpeg", "buffer": b"nada"}
    tab.set_input_files("#f-upload", [broken, picture("boa.jpg", "red")])
    arrived(tab, 1)
    told = tab.locator(SENDING).first
    assert "quebrada.jpg" in told.inner_text() and told.locator(".is-wrong").inner_text()
    assert told.locator("progress").get_attribute("aria-label") == "quebrada.jpg"
    # One that was sent by mistake is taken away like any other.
    tab.locator(f"{SENDING} input[name=remover]").check()
    with tab.expect_navigation(url=re.compile(rf"/evidencias/{row['id']}$")):
        tab.locator("button[value=salvar]").click()
    assert evidences(world)[0]["arquivos"] == []


def test_the_form_works_as_it_did_without_a_script(browser: Any, live: str, world: World, delivery: str) -> None:
    context = browser.new_context(base_url=live, java_script_enabled=False, viewport={"width": 390, "height": 844})
    try:
        tab = context.new_page()
        Walk(tab, live, "plain").log_in(world.user(PREFEITURA))
        tab.goto(f"/evidencias/nova?entrega={delivery}")
        tab.fill("#f-descricao", "Curso dado.")
        tab.fill("#f-data", ON)
        tab.fill("#f-quantidade", "30")
        tab.set_input_files("#f-upload", [picture("um.jpg", "red"), picture("dois.jpg", "blue")])
        tab.locator("button[value=enviar]").click()
        assert [(row["estado"], len(row["arquivos"])) for row in evidences(world)] == [("enviada", 2)]
    finally:
        context.close()


def test_what_was_typed_comes_back_to_its_own_person_alone(phone: Walk, world: World, delivery: str) -> None:
    tab = phone.tab
    phone.log_in(world.user(PREFEITURA))
    tab.goto(f"/contestacoes/nova?indicador={world.indicador['name']}&municipio={JAPORA}&ano=2020")
    tab.fill("#f-texto", "O valor está errado, diz Maria Sigilosa.")
    tab.wait_for_function("() => Object.keys(localStorage).length > 0")
    address = tab.url
    tab.goto("/")
    tab.goto(address)
    assert "Sigilosa" in tab.locator("#f-texto").input_value()
    tab.locator(".ms-restored button").click()
    assert tab.locator("#f-texto").input_value() == "" and not local(tab)
    tab.fill("#f-texto", "De novo, diz Maria Sigilosa.")
    tab.wait_for_function("() => Object.keys(localStorage).length > 0")
    # With the logout it is gone from a browser that others use too.
    with tab.expect_navigation():
        tab.evaluate("document.querySelector('form[action*=logout]').requestSubmit()")
    assert not any(word in text for text in local(tab).values() for word in SECRETS)


def test_the_keys_of_the_queue_work_in_the_list_and_nowhere_else(
    browser: Any, live: str, world: World, delivery: str, day: Day
) -> None:
    other = next(
        one["id"]
        for one in call(world, EDITOR, "entrega_list", ON, municipio=JAPORA)["results"]
        if one["id"] != delivery
    )
    first, second = sent(world, delivery, day=ON), sent(world, other, day="2025-08-16", quantidade=None)
    day.at("2025-08-17")
    context = browser.new_context(base_url=live, viewport={"width": 1280, "height": 900})
    try:
        tab = context.new_page()
        Walk(tab, live, "keys").log_in(world.user(SECRETARIA))
        assert tab.url.endswith("/fila")
        tab.keyboard.press("j")
        assert tab.evaluate("document.activeElement.localName") == "body"
        links = tab.locator("[data-ms-go]")
        tab.locator("[data-ms-queue]").focus()
        for key, at in (("j", 0), ("j", 1), ("j", 1), ("k", 0)):
            tab.keyboard.press(key)
            assert links.nth(at).evaluate("one => one === document.activeElement"), (key, at)
        tab.keyboard.press("x")
        assert (
            tab.locator("input[name=item]").first.is_checked()
            and not tab.locator("input[name=item]").nth(1).is_checked()
        )
        tab.locator("#f-revisor").focus()
        tab.keyboard.press("x")
        assert tab.locator("input[name=item]:checked").count() == 1
        links.first.focus()
        with tab.expect_navigation():
            tab.keyboard.press("Enter")
        # The focus is in the line that leads on, so that the keys go on there.
        assert first["id"] in tab.url and tab.evaluate("document.activeElement.id") == "fila"
        with tab.expect_navigation():
            tab.keyboard.press("j")
        assert second["id"] in tab.url
        tab.locator("#f-nota").press_sequentially("jk")
        assert second["id"] in tab.url and tab.locator("#f-nota").input_value() == "jk"
    finally:
        context.close()
