"""The page of one's notices, the count in the header, and the address that stops the e-mails without logging in."""

from __future__ import annotations

from typing import Any

import ckan.model as model
from bs4 import BeautifulSoup

from ckanext.msativo.logic import leaving, notices, outbox
from ckanext.msativo.tests.mail_server import (
    Server,
    smtp,  # noqa: F401 - the fixture
)
from ckanext.msativo.tests.test_permissions_world import (
    ADMIN,
    EDITOR,
    OUTSIDER,
    Web,
    World,
    web,  # noqa: F401 - the fixture
    world,  # noqa: F401 - the fixture
)
from ckanext.msativo.tests.views.test_challenge_pages import Browser

# ruff: noqa: F811 - tests take the imported fixtures by their names

FACTS = {"municipio": "<script>alert(1)</script> {0} %s", "protocolo": "MSA-2025-000001-7"}


def tell(world: World, role: str, *keys: str) -> None:
    for key in keys:
        notices.tell([person(world, role)["id"]], "adesao_retirada", key, "/adesoes", **FACTS)
    model.Session.commit()


def person(world: World, role: str) -> dict[str, Any]:
    found = world.user(role)
    assert found is not None
    return found


def preference(world: World, role: str) -> str:
    model.Session.expire_all()
    return outbox.preferred(person(world, role)["id"])


def soup(answer: Any) -> BeautifulSoup:
    return BeautifulSoup(answer.body, "html.parser")


def test_the_list_is_read_marked_and_opened(world: World, app: Any, subtests: Any) -> None:
    tell(world, EDITOR, "a", "b", "c")
    editor, admin, nobody = (Browser(app, user) for user in (person(world, EDITOR), person(world, ADMIN), None))
    page = editor.get("/avisos")
    with subtests.test("what it shows"):
        assert len(page.select(".ms-notices > li.is-unread")) == 3
        assert page.select_one(".ms-unread").find(attrs={"aria-hidden": "true"}).text == "3"
        assert FACTS["municipio"] in page.select_one(".ms-notices h2 a").text and not page.select("main script")
        assert page.select_one("input[name=email][checked]")["value"] == "imediato"
    with subtests.test("one is marked"):
        first = page.select_one("button[name=lido]")["value"]
        editor.post("/avisos", 302, lido=first)
        assert len(editor.get("/avisos").select("li.is-unread")) == 2
    with subtests.test("one is opened"):
        second = editor.get("/avisos").select_one("button[name=abrir]")["value"]
        assert editor.post("/avisos", 302, abrir=second).headers["Location"].endswith("/adesoes")
    with subtests.test("another's is not there"):
        admin.post("/avisos", 404, abrir=first)
        assert not admin.get("/avisos").select(".ms-notices, .ms-unread")
    with subtests.test("all"):
        editor.post("/avisos", 302, todos="1")
        page = editor.get("/avisos")
        assert not page.select("li.is-unread, .ms-unread") and len(page.select(".ms-notices > li")) == 3
        assert not editor.get("/avisos?situacao=nao_lidos").select(".ms-notices")
    with subtests.test("nobody's"):
        nobody.get("/avisos", 403)
        assert not nobody.get("/").select(".ms-unread, a[href$='/avisos']")
    with subtests.test("odd addresses and forms"):
        editor.get("/avisos?situacao=tudo", 400)
        editor.get("/avisos?page=99999999999")
        editor.post("/avisos", 400)
        editor.post("/avisos", 404, lido="x")
        editor.post("/avisos/preferencia", 400, email="talvez")


def test_the_choice_of_e_mails(world: World, app: Any) -> None:
    editor = Browser(app, person(world, EDITOR))
    editor.post("/avisos/preferencia", 302, email="resumo")
    assert editor.get("/avisos").select_one("input[name=email][checked]")["value"] == "resumo"
    assert preference(world, ADMIN) == "imediato"


def test_one_click_stops_the_mails_without_a_form_token(world: World, web: Web, smtp: Server, subtests: Any) -> None:
    tell(world, EDITOR, "a")
    outbox.dispatch()
    address = str(smtp.messages[0]["List-Unsubscribe"]).strip("<>").removeprefix("http://test.ckan.net")
    with subtests.test("the very first request of a mail program"):
        answer = web.post(address, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200 and preference(world, EDITOR) == "nenhum"
    tell(world, EDITOR, "b")
    assert outbox.dispatch()["dispensados"] == 1 and len(smtp.messages) == 1


def test_the_link_asks_first_and_tells_nothing(world: World, web: Web, subtests: Any) -> None:
    token = leaving.token(person(world, EDITOR)["id"])
    address = f"/avisos/sair/{token}"
    with subtests.test("looking at it changes nothing"):
        answer = web.get(address)
        assert answer.status_code == 200 and preference(world, EDITOR) == "imediato"
        page = soup(answer)
        assert page.select_one("main form[method=post] button")
        assert person(world, EDITOR)["name"] not in page.text and person(world, EDITOR)["email"] not in page.text
    with subtests.test("the address is kept secret"):
        answer = web.get(address)
        assert "no-store" in answer.headers["Cache-Control"] and "public" not in answer.headers["Cache-Control"]
        assert (answer.headers["Referrer-Policy"], answer.headers["X-Robots-Tag"]) == ("no-referrer", "noindex")
    with subtests.test("logged in as somebody else it is still the token's owner's"):
        web.log_in(world.user(OUTSIDER))
        assert web.post(address, data={}).status_code == 200
        assert (preference(world, EDITOR), preference(world, OUTSIDER)) == ("nenhum", "imediato")
        web.log_in(None)
    with subtests.test("wrong ones are all the same"):
        name = leaving.token(person(world, ADMIN)["name"])
        none = leaving.token("nobody")
        # Not the last letter: not all of its bits count.
        other = token[:-5] + ("A" if token[-5] != "A" else "B") + token[-4:]
        wrong = [token[:-1], other, token + "x", "x", "%00", name, none]
        for value in wrong:
            for method in ("get", "post"):
                answer = web.request(method, f"/avisos/sair/{value}")
                assert answer.status_code == 404, value
                assert person(world, ADMIN)["name"] not in answer.body
        assert preference(world, ADMIN) == "imediato"


def test_the_other_forms_still_ask_for_their_token(world: World, web: Web) -> None:
    tell(world, EDITOR, "a")
    web.get("/avisos")
    web.log_in(world.user(EDITOR))
    assert web.post("/avisos", data={"todos": "1"}).status_code == 400
    assert web.post("/avisos/preferencia", data={"email": "nenhum"}).status_code == 400
    assert preference(world, EDITOR) == "imediato"
