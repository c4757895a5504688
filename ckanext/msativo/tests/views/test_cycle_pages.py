"""The cycle through its pages alone, as people with a browser and no JavaScript go it."""

# ruff: noqa: F811 - tests take the imported fixture by its name

from __future__ import annotations

from typing import Any

import pytest
from ckan.tests import helpers

from ckanext.msativo.programme import workflows
from ckanext.msativo.tests import factories
from ckanext.msativo.tests.adesao_world import JAPORA, NEIGHBOUR, PREFEITURA, SECRETS, add_cycles, moment
from ckanext.msativo.tests.cycle_world import SECRETARIA, Day, approved, call, draft, joined, photo, published
from ckanext.msativo.tests.factories import CODES, load_values
from ckanext.msativo.tests.test_permissions_world import (
    ADMIN,
    ANONYMOUS,
    EDITOR,
    Web,
    World,
    web,  # noqa: F401 - the fixture
    world,  # noqa: F401 - the fixture
)
from ckanext.msativo.tests.views.form_browser import FormBrowser
from ckanext.msativo.views import adesao_looks, looks
from ckanext.msativo.views.acoes import STEPS as STEPS_OF_ACTIONS
from ckanext.msativo.views.planos import STEPS as STEPS_OF_PLANS

NOW = moment("2025-08-15")


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Day:
    return Day(monkeypatch, "2025-08-15")


def test_every_state_and_step_of_the_workflows_has_a_look() -> None:
    for flow in (workflows.ADESAO, workflows.ACAO, workflows.PLANO, workflows.ENTREGA, workflows.EVIDENCIA):
        assert set(looks.STATES[flow.name]) == set(flow.states), flow.name
        told = adesao_looks.DONE if flow is workflows.ADESAO else looks.DONE
        assert {"criar", "editar", *flow.actions} <= set(told), flow.name
    assert set(STEPS_OF_ACTIONS) == set(workflows.ACAO.actions)
    assert set(STEPS_OF_PLANS) == {*workflows.PLANO.actions} - {"encerrar", "abrir_aditivo"}


def test_a_plan_and_its_evidence_by_forms_alone(world: World, web: Web, day: Day, subtests: Any) -> None:
    add_cycles()
    joined(world)
    secretaria, prefeitura, editor = (FormBrowser(web, world, role) for role in (SECRETARIA, PREFEITURA, EDITOR))
    public, neighbour = FormBrowser(web, world, ANONYMOUS), FormBrowser(web, world, NEIGHBOUR)

    with subtests.test("a secretariat writes an action, others comment, the coordenação approves it"):
        fields = {
            "secretaria": world.orgs["secretaria"]["name"],
            "titulo": "Formação continuada",
            "resumo": "Cursos.",
            "vagas": "0",
            "indicadores": [world.indicador["name"]],
            "e-0-titulo": "Formar professores",
            "e-0-dias": "100",
            "e-0-quantidade": "40",
            "e-0-unidade": "professores",
            "e-1-titulo": "Sem prazo",
        }
        wrong = secretaria.press("/acoes/nova", "", 400, **fields)
        # Each problem stands in the summary, leads to its field, and stands there.
        links = [link["href"] for link in wrong.select(".ms-problems a")]
        assert links == ["#f-vagas", "#e-1-dias"]
        assert all(wrong.select_one(link).get("aria-invalid") == "true" for link in links)
        ticked = wrong.select("input[name=indicadores][checked]")
        assert [box["value"] for box in ticked] == [world.indicador["name"]]
        page = secretaria.send(wrong, "/acoes/nova", "", vagas="", **{"e-1-tirar": "1"})
        assert "Formar professores" in page.main.text and "Sem prazo" not in page.main.text
        url = "/acoes/formacao-continuada"
        secretaria.press(url, "abrir_comentarios")
        public.open(url, 404)
        prefeitura.open(url, 404)
        assert "Falta o apoio." in editor.press(url, "comentar", texto="Falta o apoio.").main.text
        editor.press(url, "devolver", 400, nota="")
        editor.press(url, "aprovar")
        secretaria.press(url, "publicar")
        assert "Falta o apoio." not in public.open(url).text
        assert not public.open(url).select("main form") and public.open("/acoes").select_one(f'main a[href="{url}"]')
    with subtests.test("the prefeitura makes its plan and sends it"):
        prefeitura.press(f"/planos/novo?municipio={JAPORA}", "", acoes=["formacao-continuada"])
        plan = call(world, PREFEITURA, "plano_list")["results"][0]["id"]
        form = f"/planos/{plan}/editar"
        wrong = prefeitura.press(form, "enviar", 400, **{"e-0-prazo": "x", "e-0-meta": "55"})
        assert [link["href"] for link in wrong.select(".ms-problems a")] == ["#e-0-prazo"]
        assert wrong.select_one("input[name=e-0-meta]")["value"] == "55"
        # What was kept when the sending failed is no conflict with oneself.
        late = prefeitura.press(form, "enviar", 400, **{"e-0-prazo": "2027-05-01", "titulo": "Meu plano"})
        assert late.select_one("input[name=titulo]")["value"] == "Meu plano"
        prefeitura.send(late, form, "enviar", **{"e-0-prazo": "2025-12-01", "e-0-responsavel": "Maria Sigilosa"})
        neighbour.open(f"/planos/{plan}", 404)
        assert plan not in str(neighbour.open("/planos"))
        editor.press(f"/planos/{plan}", "devolver", 400, nota=" ")
        editor.press(f"/planos/{plan}", "devolver", nota="Faltou o carimbo.")
        assert "Faltou o carimbo." in prefeitura.open(f"/planos/{plan}").main.text
        prefeitura.press(f"/planos/{plan}", "enviar")
        editor.press(f"/planos/{plan}", "aprovar")
        assert "Sigilosa" in prefeitura.open(f"/planos/{plan}").main.text
    with subtests.test("evidence from a phone"):
        delivery = call(world, PREFEITURA, "plano_show", id=plan)["entregas"][0]["id"]
        prefeitura.press(f"/entregas/{delivery}", "iniciar")
        url = prefeitura.open(f"/entregas/{delivery}").select_one("main .ms-title a.btn")["href"]
        typed = {"descricao": "Curso dado.", "data": "2025-08-14", "quantidade": "40", "publicavel": "1"}
        page = prefeitura.press(url, "enviar", **typed, upload=(photo().stream, "foto.jpg"))
        assert page.select_one("h1 .ms-pill") is not None
    with subtests.test("the secretariat finds it in its queue and accepts it"):
        line = secretaria.open("/evidencias").select_one("tbody a")["href"]
        secretaria.press(line, "aceitar", publicar="1")
        assert not secretaria.open("/evidencias").select("tbody a")
    with subtests.test("everyone sees what is public, and nothing else"):
        town = helpers.call_action("msativo_municipio_show", id=JAPORA)["slug"]
        addresses = ["/evidencias", line, "/planos", f"/planos/{plan}", f"/entregas/{delivery}", f"/municipios/{town}"]
        pages = [public.open(url) for url in (*addresses, "/acoes", "/acoes/formacao-continuada")]
        assert "Curso dado." in pages[1].main.text and pages[1].select("figure img")
        assert all(plan in str(pages[number]) for number in (2, 4, 5, 7))
        assert not any(word in page.text for page in pages for word in (*SECRETS, "foto.jpg"))
        assert not any(page.select("main form[method=post]") for page in pages)
        public.open("/planos?estado=x", 400)
        public.open("/planos?municipio=Atlântida", 404)
        assert plan not in str(public.open("/planos?ciclo=nunca"))
    with subtests.test("CKAN's pages of the public copies lead here and offer no change"):
        for role in (ANONYMOUS, "coordenacao-admin", "sysadmin"):
            reader = FormBrowser(web, world, role)
            for kind, at in (("plano", plan), ("acao", "formacao-continuada"), ("evidencia", line.split("/")[-1])):
                page = reader.open(f"/{kind}/{at}")
                assert page.select_one(
                    f"a.btn[href^='/{ {'acao': 'acoes', 'plano': 'planos'}.get(kind, 'evidencias') }/']"
                )
                assert not page.select(f"a[href*='/{kind}/edit'], a[href*='/resource/new']")
    with subtests.test("the coordenação completes it"):
        editor.press(f"/planos/{plan}", "concluir")
        assert not editor.open(f"/planos/{plan}").select("main form[method=post]")


def test_a_prefeitura_says_what_it_wants_of_the_menu(world: World, web: Web, day: Day, subtests: Any) -> None:
    add_cycles()
    joined(world)
    order = [*(code for code in CODES if code != JAPORA), JAPORA]
    load_values(world.indicador, {code: n for n, code in enumerate(order, 1)})
    helpers.call_action("msativo_analysis_run")
    acao = published(world, vagas=1, titulo="Uma vaga")
    other = published(world, titulo="Outra", indicadores=[], desafios=[_challenge(world)])
    prefeitura, editor, public = (FormBrowser(web, world, role) for role in (PREFEITURA, EDITOR, ANONYMOUS))
    item = f"#a-{acao['nome']}"
    with subtests.test("what answers its situation comes first, with the reasons"):
        offered = prefeitura.open("/acoes").select_one(item)
        assert offered.select(".ms-whys li") and offered.select("button[value=adotada]")
        assert public.open("/acoes?municipio=japora").select_one(item) and not public.open("/acoes").select(item)
        assert not public.open("/acoes?municipio=japora").select("main form[method=post]")
    with subtests.test("adopt, decline, leave open"):
        page = prefeitura.press("/acoes", "adotada", name="decisao")
        assert page.select_one(f"{item} .ms-pill.is-adequado") and not page.select(f"{item} button[value=adotada]")
        page = prefeitura.press(f"/acoes/{acao['nome']}", "recusada", name="decisao", motivo="Faltou o carimbo")
        assert page.select_one("#ms-why .ms-pill.is-sem-dado")
        assert "carimbo" not in public.open(f"/acoes/{acao['nome']}?municipio={JAPORA}").text
        page = prefeitura.press("/acoes", "aberta", name="decisao")
        assert not page.select(f"{item} .ms-pill")
    with subtests.test("the coordenação says it for a prefeitura, others may not"):
        page = editor.press(f"/acoes?municipio={JAPORA}", "adotada", name="decisao")
        assert page.select_one(f"{item} .is-obstacle") is not None
        neighbour = FormBrowser(web, world, NEIGHBOUR)
        assert not neighbour.open(f"/acoes?municipio={JAPORA}").select(f"{item} button")
        assert neighbour.program(f"/acoes/{acao['nome']}/adesao", municipio=JAPORA, decisao="recusada") == 403
        page = neighbour.press(f"/acoes/{acao['nome']}", "adotada", 400, name="decisao", motivo="Queremos")
        assert page.select_one("#f-motivo")["value"] == "Queremos"
    with subtests.test("filters stand in the address, and empty ones say so"):
        assert other["nome"] in str(public.open("/acoes?desafio=reto").main)
        assert acao["nome"] not in str(public.open("/acoes?desafio=reto").select_one(".ms-menu-grid"))
        assert public.open("/acoes?q=nenhuma+assim").select_one(".ms-empty a")
        assert public.open("/desafio/reto").select_one(f"#ms-offered ~ ul a[href='/acoes/{other['nome']}']")
    with subtests.test("actions come into a draft with their deliveries and go with them"):
        prefeitura.press(f"/planos/novo?municipio={JAPORA}", "")
        plan = call(world, PREFEITURA, "plano_list", day=NOW)["results"][0]["id"]
        form = f"/planos/{plan}/editar"
        both = [acao["nome"], other["nome"]]
        page = prefeitura.press(form, "enviar", acoes=both, **{"e-0-titulo": "Renomeada"})
        # It was not sent: the deliveries that came must be looked through.
        titles = [field["value"] for field in page.select("input[name$=-titulo]") if field["value"]]
        assert len(titles) == 4 and titles[0] == "Renomeada"
        prefeitura.press(form, "salvar", acoes=[other["nome"]])
        shown = call(world, PREFEITURA, "plano_show", day=NOW, id=plan)
        assert {row["acao"]["nome"] for row in shown["entregas"]} == {other["nome"]} and shown["estado"] == "rascunho"
        page = prefeitura.press(form, "salvar", 400, acoes=[])
        assert page.select_one(".ms-problems a")["href"] == "#f-acoes"


def _challenge(world: World) -> str:
    given = {"owner_org": world.orgs["coordenacao"]["id"], "secretaria": world.orgs["secretaria"]["name"]}
    second = factories.Indicador(owner_org=world.orgs["coordenacao"]["id"])
    load_values(second, {code: n for n, code in enumerate(CODES, 1)})
    rows = [{"indicador": world.indicador["name"], "ancora": "true"}, {"indicador": second["name"]}]
    return factories.Desafio(name="reto", ciclo="2025-2026", indicadores=rows, **given)["name"]


def test_an_amendment_is_asked_for_read_as_differences_and_answered(
    world: World, web: Web, day: Day, subtests: Any
) -> None:
    plan = approved(world)
    url, prefeitura, editor = (
        f"/planos/{plan['id']}",
        FormBrowser(web, world, PREFEITURA),
        FormBrowser(web, world, EDITOR),
    )
    law = next(row for row in plan["entregas"] if row["titulo"] == "Aprovar a lei municipal")
    with subtests.test("a delivery is cancelled with a reason and stays out of the amendment"):
        prefeitura.press(f"/entregas/{law['id']}", "cancelar", 400, nota="")
        prefeitura.press(f"/entregas/{law['id']}", "cancelar", nota="Faltou o carimbo")
        assert "carimbo" not in FormBrowser(web, world, ANONYMOUS).open(f"/entregas/{law['id']}").text
        titles = [field["value"] for field in prefeitura.open(f"{url}/editar").select("input[name$=-titulo]")]
        assert titles == ["Formar professores", "", "", ""]
    changes = {"e-0-meta": "60,5", "e-1-titulo": "Nova", "e-1-inicio": "2025-09-01", "e-1-prazo": "2025-10-01"}
    with subtests.test("without a reason it comes back with what was typed"):
        page = prefeitura.press(f"{url}/editar", "aditivo", 400, **changes)
        assert page.select_one(".ms-problems a")["href"] == "#f-motivo"
        assert page.select_one("input[name=e-0-meta]")["value"] == "60,5"
        prefeitura.send(page, f"{url}/editar", "aditivo", motivo="Mais escolas.")
    with subtests.test("the coordenação reads before and after"):
        section = editor.open(url).find(id="ms-amendment").parent
        assert [mark.get_text()[-2:] for mark in section.select("del")] == ["50"]
        assert [mark.get_text()[-4:] for mark in section.select("ins")] == ["60,5"]
        assert len(section.select(".ms-steps > li")) == 2
        assert FormBrowser(web, world, ANONYMOUS).open(url).find(id="ms-amendment") is None
    with subtests.test("refused with a reason, withdrawn, approved"):
        editor.press(url, "recusar_aditivo", 400)
        editor.press(url, "recusar_aditivo", nota="Não cabe.")
        prefeitura.press(f"{url}/editar", "aditivo", motivo="Mais escolas.", **changes)
        prefeitura.press(url, "retirar_aditivo")
        prefeitura.press(f"{url}/editar", "aditivo", motivo="Mais escolas.", **changes)
        editor.press(url, "aprovar_aditivo")
        rows = call(world, ANONYMOUS, "plano_show", day=NOW, id=plan["id"])["entregas"]
        assert {(row["titulo"], row["meta"]) for row in rows if row["estado"] != "cancelada"} == {
            ("Formar professores", 60.5),
            ("Nova", None),
        }


def test_a_conflict_shows_both_and_loses_nothing(world: World, web: Web, day: Day, subtests: Any) -> None:
    plan = draft(world)
    prefeitura, secretaria = FormBrowser(web, world, PREFEITURA), FormBrowser(web, world, SECRETARIA)
    with subtests.test("a plan"):
        url = f"/planos/{plan['id']}/editar"
        page = prefeitura.open(url)
        call(world, EDITOR, "plano_update", id=plan["id"], versao=plan["versao"], titulo="O da coordenação")
        page = prefeitura.send(page, url, "salvar", 409, titulo="Meu plano")
        assert "O da coordenação" in page.find(id="ms-now").parent.text
        assert page.select_one("input[name=titulo]")["value"] == "Meu plano"
        # To send it once more overwrites nothing.
        prefeitura.send(page, url, "salvar", 409)
    with subtests.test("an action"):
        row = call(world, SECRETARIA, "acao_create", secretaria=world.orgs["secretaria"]["name"], titulo="Rascunho")
        url = f"/acoes/{row['nome']}/editar"
        page = secretaria.open(url)
        call(world, EDITOR, "acao_update", id=row["id"], versao=row["versao"], resumo="Da coordenação")
        page = secretaria.send(page, url, "", 409, resumo="Meu")
        assert "Da coordenação" in page.find(id="ms-now").parent.text
        assert page.select_one("textarea[name=resumo]").text.strip() == "Meu"
    with subtests.test("an answer: the reasons that were typed are there"):
        call(world, PREFEITURA, "plano_submit", NOW, id=plan["id"], versao=plan["versao"] + 1)
        editor, url = FormBrowser(web, world, EDITOR), f"/planos/{plan['id']}"
        page = editor.open(url)
        call(world, ADMIN, "plano_decide", NOW, id=plan["id"], versao=plan["versao"] + 2, decisao="aprovar")
        page = editor.send(page, url, "devolver", 409, nota="Corrija a meta")
        assert "Corrija a meta" in page.select_one(".ms-problems").text


def test_cycles_are_kept_by_administrators_of_the_coordenacao(world: World, web: Web, subtests: Any) -> None:
    admin = FormBrowser(web, world, ADMIN)
    days = {"inicio": "2025-07-01", "fim": "2026-12-31", "adesao_inicio": "2025-07-01", "adesao_fim": "2025-07-31"}
    with subtests.test("what is wrong stands beside what was typed"):
        page = admin.press("/ciclos", "", 400, id="um", nome="Um", **{**days, "fim": "2025-06-30"})
        assert page.select_one("#f-fim")["value"] == "2025-06-30" and page.select_one(".ms-problems")
    with subtests.test("new, and changed"):
        admin.press("/ciclos", "", id="um", nome="Um", **days)
        admin.press("/ciclos?ciclo=um", "", nome="O primeiro")
        assert [row["nome"] for row in helpers.call_action("msativo_ciclo_list")["results"]] == ["O primeiro"]
    with subtests.test("others read them"):
        for role in (ANONYMOUS, EDITOR, PREFEITURA):
            reader = FormBrowser(web, world, role)
            assert "O primeiro" in reader.open("/ciclos").main.text and not reader.open("/ciclos").select("main form")
            assert reader.program("/ciclos", id="x", nome="X", **days) == 403


def test_a_cycle_s_pages_of_writing_are_closed_to_strangers(world: World, web: Web, day: Day) -> None:
    plan = approved(world)
    acao = call(world, SECRETARIA, "acao_create", secretaria=world.orgs["secretaria"]["name"], titulo="Em segredo")
    delivery = plan["entregas"][0]["id"]
    for role in (ANONYMOUS, NEIGHBOUR, "prefeitura-member"):
        browser = FormBrowser(web, world, role)
        for url, status in (
            ("/acoes/nova", 403),
            (f"/acoes/{acao['nome']}", 404),
            (f"/acoes/{acao['nome']}/editar", 404),
            (f"/planos/novo?municipio={JAPORA}", 403),
            ("/planos/novo", 404),
            (f"/planos/{plan['id']}/editar", 403),
            (f"/evidencias/nova?entrega={delivery}", 403),
            ("/evidencias/nova", 404),
            ("/planos/nenhum", 404),
            ("/entregas/nenhuma", 404),
        ):
            page = browser.open(url, status)
            assert not any(word in page.text for word in (*SECRETS, "Em segredo"))
        assert "Em segredo" not in browser.open("/acoes").text
        for url, passo in ((f"/planos/{plan['id']}", "aprovar"), (f"/entregas/{delivery}", "cancelar")):
            assert browser.program(url, passo=passo, versao="1", nota="x") == 403, (role, url)
