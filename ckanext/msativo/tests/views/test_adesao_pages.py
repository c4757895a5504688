"""Pages of the requests to join: the public list, the prefeitura's form, the coordenação's answer."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan.tests import helpers

from ckanext.msativo.tests import factories
from ckanext.msativo.tests.adesao_world import COORDINATOR, FOCAL, PDF, SECRETS
from ckanext.msativo.tests.factories import CODES, TERRITORY, load_values, member
from ckanext.msativo.tests.views.test_challenge_pages import Browser

WORST, OTHER = TERRITORY.municipios[-1], TERRITORY.municipios[0]


class Portal:
    """An open cycle, a challenge in which the last municipality stands worst, and people."""

    def __init__(self) -> None:
        coordenacao = factories.Coordenacao()
        secretaria = factories.Secretaria()
        for name in ("um", "dois"):
            indicador = factories.Indicador(owner_org=coordenacao["id"], name=name)
            load_values(indicador, {code: i for i, code in enumerate(CODES, 1)})
        factories.Desafio(
            name="reto",
            title="Desafio de exemplo",
            owner_org=coordenacao["id"],
            secretaria=secretaria["name"],
            ciclo="2026",
            indicadores=[{"indicador": "um", "ancora": "true"}, {"indicador": "dois"}],
        )
        helpers.call_action("msativo_analysis_run")
        self.coordenacao = coordenacao
        self.editor = member(coordenacao)
        self.prefeitura = member(factories.Prefeitura(codigo_ibge=WORST.codigo_ibge))
        self.neighbour = member(factories.Prefeitura(codigo_ibge=OTHER.codigo_ibge))

    @staticmethod
    def open_cycle() -> None:
        today = date.today()
        days = {"inicio": -30, "fim": 400, "adesao_inicio": -30, "adesao_fim": 30}
        given = {name: (today + timedelta(days=days[name])).isoformat() for name in days}
        helpers.call_action("msativo_ciclo_create", id="agora", nome="Ciclo de agora", **given)


@pytest.fixture
def joining(portal: None) -> Portal:
    return Portal()


def filled(passo: str, upload: bytes | None = PDF, **changes: str) -> dict[str, Any]:
    """The form as a prefeitura fills it in."""
    fields = {f"coordenador-{name}": value for name, value in COORDINATOR.items()}
    fields |= {f"ponto-0-{name}": value for name, value in FOCAL.items()}
    file = {"upload": (io.BytesIO(upload), "termo.pdf")} if upload is not None else {}
    return {**fields, "municipio": WORST.codigo_ibge, "passo": passo, **file, **changes}


def version(page: BeautifulSoup) -> str:
    return page.select_one("input[name=versao]")["value"]


def test_a_prefeitura_joins_and_the_state_answers(joining: Portal, app: Any, subtests: Any) -> None:
    prefeitura, editor, everyone = (Browser(app, user) for user in (joining.prefeitura, joining.editor, None))
    with subtests.test("without a cycle the page says so"):
        assert prefeitura.get("/adesoes/nova").select_one(".ms-error")
    joining.open_cycle()
    with subtests.test("the list leads a prefeitura to the form, and nobody else"):
        assert prefeitura.get("/adesoes").select_one("a[href$='/adesoes/nova']")
        page = everyone.get("/adesoes")
        assert not page.select("a[href$='/adesoes/nova']") and "Ciclo de agora" in page.text
        everyone.get("/adesoes/nova", 403)
    with subtests.test("the municipality's own challenges come first"):
        page = prefeitura.get("/adesoes/nova")
        assert page.select("main section")[0].select_one("a[href$='/desafio/reto']")
        assert WORST.nome in page.h1.text and "Ciclo de agora" in page.text
    with subtests.test("what is wrong stands beside what was typed"):
        sent = filled("enviar", b"<html>", **{"coordenador-email": "não é"})
        page = BeautifulSoup(prefeitura.post("/adesoes/nova", 400, **sent).body, "html.parser")
        assert len(page.select("main .ms-error")) == 2
        assert page.select_one("#f-coordenador-nome")["value"] == COORDINATOR["nome"]
        assert helpers.call_action("msativo_adesao_list")["count"] == 0
    with subtests.test("a draft is kept, and only its own see it"):
        answer = prefeitura.post("/adesoes/nova", 302, **filled("salvar", None))
        draft = answer.headers["Location"].split("test.ckan.net")[-1]
        assert COORDINATOR["nome"] in prefeitura.get(draft).text
        everyone.get(draft, 404)
        Browser(app, joining.neighbour).get(draft, 404)
        assert not everyone.get("/adesoes").select("tbody tr")
        assert len(prefeitura.get("/adesoes").select("tbody tr")) == 1
        # Who comes back to the form is led to the draft.
        prefeitura.get("/adesoes/nova", 302)
    with subtests.test("sent without a term, it stays a draft and the form says what is missing"):
        page = prefeitura.get(f"{draft}/editar")
        answer = prefeitura.post(f"{draft}/editar", 400, **filled("enviar", None, versao=version(page)))
        assert answer.body.count("ms-error") == 1
        # What is sent next corrects that draft, wherever the form was shown.
        form = BeautifulSoup(answer.body, "html.parser").select_one("main form")
        assert form["action"].endswith(f"{draft}/editar")
    with subtests.test("an older version is a conflict"):
        prefeitura.post(f"{draft}/editar", 409, **filled("salvar", None, versao="1"))
    page = prefeitura.get(f"{draft}/editar")
    address = prefeitura.post(f"{draft}/editar", 302, **filled("enviar", versao=version(page))).headers["Location"]
    address = address.split("test.ckan.net")[-1]
    assert "/adesoes/MSA-" in address
    with subtests.test("everyone sees that it was sent, and no person"):
        page = everyone.get(address)
        assert not [mark for mark in SECRETS if mark in page.text] and not page.select("main form")
        row = everyone.get("/adesoes").select_one("tbody tr")
        assert WORST.nome in row.text and not [mark for mark in SECRETS if mark in row.text]
        everyone.get(f"{address}/termo", 404)
        everyone.get(f"{address}/editar", 403)
        Browser(app, joining.neighbour).get(f"{address}/termo", 404)
        everyone.post(address, 403, passo="aprovar", versao="1")
    with subtests.test("the coordenação sees the light, the people and the term"):
        assert editor.get("/adesoes").select_one("tbody .ms-pill.is-adequado")
        assert COORDINATOR["email"] in editor.get(address).text
        assert app.get(f"{address}/termo", headers=editor.headers).body.startswith("%PDF-1.7")
    with subtests.test("a prefeitura does not answer its own request"):
        prefeitura.post(address, 403, passo="analisar", versao=version(prefeitura.get(address)))
    editor.post(address, 302, passo="analisar", versao=version(editor.get(address)))
    with subtests.test("to return it needs reasons"):
        page = editor.post(address, 400, passo="devolver", nota=" ", versao=version(editor.get(address)))
        assert "ms-problems" in page.body
    editor.post(address, 302, passo="devolver", nota="Faltou o carimbo.", versao=version(editor.get(address)))
    with subtests.test("the prefeitura reads them, the public does not"):
        assert "Faltou o carimbo." in prefeitura.get(address).text
        assert "Faltou o carimbo." not in everyone.get(address).text
    page = prefeitura.get(f"{address}/editar")
    prefeitura.post(f"{address}/editar", 302, **filled("enviar", None, versao=version(page)))
    editor.post(address, 302, passo="analisar", versao=version(editor.get(address)))
    editor.post(address, 302, passo="aprovar", versao=version(editor.get(address)))
    with subtests.test("approved for everyone"):
        assert everyone.get(address).h1.select_one(".is-adequado")
        assert everyone.get("/adesoes?situacao=aprovadas&ciclo=agora").select("tbody tr")
        assert not everyone.get("/adesoes?situacao=atrasadas").select("tbody tr")
        everyone.get("/adesoes?situacao=x", 400)
        everyone.get("/adesoes/MSA-1999-000001-1", 404)


def test_a_first_form_that_is_not_complete_goes_on_as_the_draft_it_became(joining: Portal, app: Any) -> None:
    joining.open_cycle()
    prefeitura = Browser(app, joining.prefeitura)
    answer = prefeitura.post("/adesoes/nova", 400, **filled("enviar", None))
    page = BeautifulSoup(answer.body, "html.parser")
    action = page.select_one("main form")["action"].split("test.ckan.net")[-1]
    prefeitura.post(action, 302, **filled("enviar", versao=version(page)))
    assert [row["estado"] for row in helpers.call_action("msativo_adesao_list")["results"]] == ["enviada"]


def test_withdrawing_and_acting_in_the_name_of_a_prefeitura(joining: Portal, app: Any, subtests: Any) -> None:
    joining.open_cycle()
    editor, prefeitura = Browser(app, joining.editor), Browser(app, joining.prefeitura)
    with subtests.test("the coordenação chooses the municipality"):
        assert len(editor.get("/adesoes/nova").select("select[name=municipio] option")) == 80
    address = editor.post("/adesoes/nova", 302, **filled("enviar")).headers["Location"].split("test.ckan.net")[-1]
    assert editor.get(address).select(".ms-steps li")[0].text.count("·") >= 2
    with subtests.test("the prefeitura withdraws what was sent in its name"):
        prefeitura.post(address, 302, passo="retirar", versao=version(prefeitura.get(address)))
        assert not prefeitura.get(address).select("main form")
    with subtests.test("a draft that is withdrawn is gone"):
        draft = prefeitura.post("/adesoes/nova", 302, **filled("salvar")).headers["Location"].split("test.ckan.net")[-1]
        prefeitura.post(draft, 302, passo="retirar", versao=version(prefeitura.get(draft)))
        assert len(prefeitura.get("/adesoes?situacao=abertas").select("tbody tr")) == 0


def test_ckan_s_own_forms_of_the_type_are_closed(joining: Portal, app: Any, subtests: Any) -> None:
    joining.open_cycle()
    prefeitura = Browser(app, joining.prefeitura)
    draft = prefeitura.post("/adesoes/nova", 302, **filled("salvar")).headers["Location"].split("/")[-1]
    for address in ("/adesao/new", f"/adesao/edit/{draft}", f"/adesao/{draft}/resource/new"):
        with subtests.test(address):
            prefeitura.get(address, 403)
    for address, data in (
        ("/adesao/new", {"name": "x", "title": "x", "owner_org": "x"}),
        (f"/adesao/edit/{draft}", {"title": "x", "private": "False"}),
    ):
        with subtests.test(f"post {address}"):
            prefeitura.post(address, 403, **data)
    with subtests.test("its page at CKAN is for its own"):
        name = f"adesao-{WORST.codigo_ibge}-agora-{draft[:8]}"
        prefeitura.get(f"/adesao/{name}")
        Browser(app, joining.neighbour).get(f"/adesao/{name}", 404)
