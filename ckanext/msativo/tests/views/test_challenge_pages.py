"""Pages of the challenges: what is shown to everyone, and the forms of the coordenação and of a prefeitura."""

from __future__ import annotations

import io
from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan.tests import helpers

from ckanext.msativo.tests import factories
from ckanext.msativo.tests.factories import CODES, TERRITORY, load_values, member
from ckanext.msativo.tests.test_permissions_world import Web

WORST, TIED, BEST = TERRITORY.municipios[-1], TERRITORY.municipios[-2], TERRITORY.municipios[0]


class Portal:
    """Two indicators in which the i-th municipality has the value i, and a challenge of both: the last is the worst."""

    def __init__(self) -> None:
        coordenacao = factories.Coordenacao()
        secretaria = factories.Secretaria(title="Secretaria de Exemplo")
        for name in ("um", "dois"):
            indicador = factories.Indicador(owner_org=coordenacao["id"], name=name, title=f"Indicador {name}")
            load_values(indicador, {code: i for i, code in enumerate(CODES, 1)})
        self.desafio = factories.Desafio(
            name="reto",
            title="Desafio de exemplo",
            notes="Porque **sim**.",
            owner_org=coordenacao["id"],
            secretaria=secretaria["name"],
            ciclo="2026",
            indicadores=[{"indicador": "um", "ancora": "true"}, {"indicador": "dois"}],
            rejeitados=[{"indicador": "tres", "motivo": "Não há dados."}],
        )
        helpers.call_action("msativo_analysis_run")
        self.editor = member(coordenacao)
        self.admin = member(coordenacao, "admin")
        self.prefeitura = member(factories.Prefeitura(codigo_ibge=WORST.codigo_ibge))


@pytest.fixture
def challenge(portal: None) -> Portal:
    return Portal()


class Browser:
    """A person who reads pages and sends forms, each request on its own."""

    def __init__(self, app: Any, user: dict[str, Any] | None = None) -> None:
        self.web = Web(app)
        self.headers = self.web.token(user)

    def get(self, address: str, status: int = 200) -> BeautifulSoup:
        answer = self.web.get(address, headers=self.headers, follow_redirects=False)
        assert answer.status_code == status, (address, answer.status_code, answer.body[-500:])
        return BeautifulSoup(answer.body, "html.parser")

    def post(self, address: str, status: int, **data: Any) -> Any:
        answer = self.web.post(address, headers=self.headers, data=data, follow_redirects=False)
        assert answer.status_code == status, (address, answer.status_code, answer.body[-500:])
        return answer


def test_everyone_sees_who_is_focal_and_why(challenge: Portal, app: Any, subtests: Any) -> None:
    everyone = Browser(app)
    with subtests.test("list"):
        row = everyone.get("/desafio").select_one(".ms-challenges tbody tr")
        assert "Desafio de exemplo" in row.text and "Secretaria de Exemplo" in row.text
    with subtests.test("map"):
        page = everyone.get("/desafio/reto")
        assert len(page.select(".ms-map a")) == 79
        first = page.select_one(".ms-ranked tbody tr")
        # The two worst are beyond the worst goal, so they share the first place.
        assert TIED.nome in first.text and "focal" in first.text.lower()
        # 20 of 79 are critical in the anchor and in the worst quarter; which of them are focal, METHOD says.
        assert len(page.select(".ms-map a.is-critico")) == 20
        assert everyone.get("/desafio/reto?cor=valor").select(".ms-map a.is-v5")
    with subtests.test("table"):
        rows = everyone.get("/desafio/reto?aba=tabela").select(".ms-focus tbody tr")
        assert len(rows) == 79 and WORST.nome in rows[1].text
        last = everyone.get("/desafio/reto?aba=tabela&ordem=-posicao").select(".ms-focus tbody tr")[0]
        # The three best have the best goal or more: they share place 77.
        assert last.select_one(".ms-place").text == "77"
    with subtests.test("method"):
        text = everyone.get("/desafio/reto?aba=metodo").text
        assert "Indicador um" in text and "Não há dados." in text and "Porque sim." in text
    with subtests.test("one municipality"):
        page = everyone.get(f"/foco/reto/{WORST.slug}")
        assert page.select(".ms-reasons li") and not page.select("main form")
    with subtests.test("profile"):
        profile = everyone.get(f"/municipios/{WORST.slug}")
        assert any(f"/foco/reto/{WORST.slug}" in link["href"] for link in profile.select("a"))
    with subtests.test("what is not there"):
        everyone.get("/foco/reto/atlantida", 404)
        everyone.get(f"/foco/nada/{WORST.slug}", 404)
        everyone.get("/desafio/reto?aba=x", 400)
    with subtests.test("downloads"):
        assert app.get("/dados/foco.csv?desafio=reto").body.count("\n") == 80
        assert app.get("/dados/agrupamentos.json?indicador=um").json["count"] == 79
        assert app.get("/dados/regras.xlsx?indicador=um").status_code == 200


def test_the_coordination_decides_and_both_classes_are_shown(challenge: Portal, app: Any, subtests: Any) -> None:
    address = f"/foco/reto/{WORST.slug}"
    editor = Browser(app, challenge.editor)
    assert editor.get(address).select_one("textarea[name=motivo]")
    with subtests.test("a reason is needed, and what was chosen stays"):
        page = BeautifulSoup(editor.post(address, 400, classe="monitorado", motivo=" ").body, "html.parser")
        assert page.select_one("#e-motivo") and page.select_one("input[value=monitorado][checked]")
    with subtests.test("others cannot"):
        Browser(app).post(address, 403, classe="monitorado", motivo="x")
        Browser(app, challenge.prefeitura).post(address, 403, classe="monitorado", motivo="x")
    editor.post(address, 302, classe="monitorado", motivo="Recebeu reforço em 2026.")
    page = Browser(app).get(address)
    assert "Recebeu reforço em 2026." in page.text
    assert page.h1.select_one(".is-adequado") and "focal" in page.select_one(".ms-why").text.lower()
    assert challenge.editor["name"] not in page.text


def test_a_prefeitura_contests_with_a_file_and_the_state_answers(challenge: Portal, app: Any, subtests: Any) -> None:
    own, other = f"municipio={WORST.codigo_ibge}", f"municipio={BEST.codigo_ibge}"
    prefeitura, editor, everyone = Browser(app, challenge.prefeitura), Browser(app, challenge.editor), Browser(app)
    with subtests.test("the links lead to the form"):
        page = prefeitura.get(f"/indicador/um?municipio={WORST.slug}")
        assert any("/contestacoes/nova" in link["href"] for link in page.select("#porque a"))
        assert prefeitura.get(f"/contestacoes/nova?indicador=um&ano=2020&{own}").select_one("input[type=file]")
    with subtests.test("only of one's own municipality, and of what there is"):
        prefeitura.get(f"/contestacoes/nova?indicador=um&{other}", 403)
        editor.get(f"/contestacoes/nova?indicador=um&{own}", 403)
        everyone.get(f"/contestacoes/nova?indicador=um&{own}", 403)
        prefeitura.get(f"/contestacoes/nova?indicador=nada&{own}", 404)
    with subtests.test("a wrong file is refused and the text stays"):
        sent = {"texto": "O valor está errado.", "upload": (io.BytesIO(b"<html>"), "prova.pdf")}
        page = BeautifulSoup(prefeitura.post(f"/contestacoes/nova?desafio=reto&{own}", 400, **sent).body, "html.parser")
        assert "prova.pdf" in page.select_one("#e-upload").text
        assert page.select_one("textarea").text.strip() == "O valor está errado."
    sent = {"texto": "O valor <b>está</b> errado.", "upload": (io.BytesIO(b"%PDF-1.7 x"), "prova.pdf")}
    address = prefeitura.post(f"/contestacoes/nova?desafio=reto&{own}", 302, **sent).headers["Location"]
    page = everyone.get(address)
    assert "O valor <b>está</b> errado." in page.select_one(".ms-text").text
    file = app.get(page.select_one("a[download]")["href"])
    assert file.headers["Content-Disposition"].startswith("attachment") and file.headers["X-Content-Type-Options"]
    with subtests.test("only the coordination answers, once"):
        prefeitura.post(address, 403, decisao="procedente", resposta="Sim.")
        editor.post(address, 400, decisao="procedente", resposta="")
        editor.post(address, 302, decisao="parcial", resposta="Em parte.")
        editor.post(address, 400, decisao="procedente", resposta="Sim.")
    assert "Em parte." in everyone.get(address).text
    assert len(everyone.get("/contestacoes?situacao=respondidas").select(".ms-contests li")) == 1
    assert everyone.get("/contestacoes?situacao=abertas").select_one(".ms-empty")


def test_analyses_are_listed_made_and_frozen(challenge: Portal, app: Any, subtests: Any) -> None:
    editor, admin, everyone = Browser(app, challenge.editor), Browser(app, challenge.admin), Browser(app)
    assert len(everyone.get("/analises").select("tbody tr")) == 1
    assert "um" in everyone.get("/analises/1").text and not everyone.get("/analises").select("main form")
    with subtests.test("making one"):
        everyone.post("/analises/nova", 403)
        progress = editor.post("/analises/nova", 302).headers["Location"]
        assert editor.get(progress).select_one("meta[http-equiv=refresh]")
        everyone.get(progress, 403)
    with subtests.test("freezing one"):
        assert not editor.get("/analises").select_one("#congelar") and admin.get("/analises").select_one("#congelar")
        editor.post("/analises/congelar", 403, id="1", ciclo="2026")
        admin.post("/analises/congelar", 302, id="1", ciclo="2026")
        page = BeautifulSoup(admin.post("/analises/congelar", 400, id="1", ciclo="2026").body, "html.parser")
        assert page.select_one("#e-id")
        assert "2026" in everyone.get("/analises").select_one("tbody tr").text


def test_the_form_of_a_challenge_keeps_its_rows(challenge: Portal, app: Any) -> None:
    sysadmin = Browser(app, factories.factories.Sysadmin())
    page = sysadmin.get("/desafio/edit/reto")
    chosen = page.select("select[name$=-indicador] option[selected]")
    assert [option["value"] for option in chosen if option["value"]][:2] == ["um", "dois"]


def test_a_reader_in_portuguese_finds_no_english(challenge: Portal, app: Any) -> None:
    pages = (
        "/desafio",
        "/desafio/reto",
        "/desafio/reto?aba=metodo",
        f"/foco/reto/{WORST.slug}",
        "/contestacoes",
        "/analises",
    )
    for address in pages:
        text = Browser(app).get(address).main.text
        for word in (" the ", " of ", " and ", " is "):
            assert word not in text, (address, word, text[max(0, text.find(word) - 60) : text.find(word) + 60])
