"""The service "Solicitar adesão" as a charter: who, how long, what it takes, and where the programme stands."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan.tests import helpers

from ckanext.msativo.tests import factories
from ckanext.msativo.tests.adesao_world import COORDINATOR, FOCAL, pdf
from ckanext.msativo.tests.factories import CODES, TERRITORY, load_values, member
from ckanext.msativo.tests.views.test_challenge_pages import Browser

PLACE = TERRITORY.municipios[0]


def cycle(**days: int) -> None:
    given = {"inicio": -30, "fim": 400, "adesao_inicio": -30, "adesao_fim": 30, **days}
    stamps = {name: (date.today() + timedelta(days=n)).isoformat() for name, n in given.items()}
    helpers.call_action("msativo_ciclo_create", id="agora", nome="Ciclo de agora", **stamps)


@pytest.fixture
def service(portal: None) -> dict[str, Any]:
    factories.Coordenacao()
    return member(factories.Prefeitura(codigo_ibge=PLACE.codigo_ibge))


def page(app: Any, user: Any = None) -> BeautifulSoup:
    return Browser(app, user).get("/adesao")


def cards(found: BeautifulSoup) -> list[str]:
    return [card.b.text for card in found.select(".ms-figure dd")]


def test_the_charter_says_who_how_long_and_what_it_costs(service: dict[str, Any], app: Any) -> None:
    cycle()
    found = page(app)
    assert found.h1.text == "Solicitar adesão ao Programa MS Ativo"
    assert cards(found) == ["Prefeituras", "14 dias", "Gratuito", "Abertos"]
    assert len(found.select(".ms-how > li")) == 6
    assert "Nenhum pedido foi respondido ainda." in found.text


def test_who_is_not_logged_in_is_led_through_the_login_to_the_form(service: dict[str, Any], app: Any) -> None:
    cycle()
    button = page(app).select_one(".ms-title .btn-primary")
    assert button["href"] == "/user/login?came_from=%2Fadesoes%2Fnova"


def test_a_prefeitura_starts_its_request_here_and_then_sees_where_it_stands(service: dict[str, Any], app: Any) -> None:
    cycle()
    before = page(app, service)
    assert before.select_one(".ms-title .btn-primary")["href"] == "/adesoes/nova"
    assert "ainda não solicitou" in before.select_one(".ms-own-request").text
    draft = helpers.call_action(
        "msativo_adesao_create",
        {"user": service["name"], "ignore_auth": False},
        municipio=PLACE.codigo_ibge,
        coordenador=COORDINATOR,
        pontos_focais=[FOCAL],
        termo=pdf(),
    )
    drafted = page(app, service)
    assert not drafted.select(".ms-title .btn-primary")
    assert drafted.select_one(".ms-own-request a")["href"].endswith(draft["id"])
    # A draft is the prefeitura's alone.
    assert not page(app).select(".ms-own-request")


def test_who_speaks_for_no_prefeitura_has_no_button(service: dict[str, Any], app: Any) -> None:
    cycle()
    stranger = member(factories.Secretaria())
    found = page(app, stranger)
    assert not found.select(".btn-primary[href*=nova]") and not found.select(".ms-own-request")


@pytest.mark.parametrize(
    ("days", "said", "button"),
    [
        ({"adesao_inicio": 5, "adesao_fim": 30}, "Ainda não", True),
        ({"adesao_inicio": -30, "adesao_fim": -1}, "Encerrados", False),
        (None, "Encerrados", False),
    ],
)
def test_a_window_that_is_not_open_is_told(
    service: dict[str, Any], app: Any, days: dict[str, int] | None, said: str, button: bool
) -> None:
    if days is not None:
        cycle(**days)
    found = page(app)
    assert cards(found)[3] == said
    assert bool(found.select(".ms-title .btn-primary")) is button


def test_each_step_says_where_the_programme_stands(service: dict[str, Any], app: Any) -> None:
    cycle()
    coordenacao = helpers.call_action("organization_list", all_fields=True)[0]
    indicador = factories.Indicador(owner_org=coordenacao["id"], name="um")
    load_values(indicador, {code: i for i, code in enumerate(CODES, 1)})
    helpers.call_action("msativo_analysis_run")
    told = [step.text for step in page(app).select(".ms-six-now")]
    # 79 values 1 … 79: 20 are critical, which is a quarter.
    assert "1 indicador aberto" in told[0] and "Análise nº 1" in told[0]
    assert told[1] == "20 de 79 situações são críticas (25 %)"
    assert told[2:] == [
        "0 desafio",
        "0 ação no cardápio · 0 plano aprovado",
        "nenhuma entrega ainda",
        "0 item em aberto",
    ]
    assert [link["href"] for link in page(app).select(".ms-six a")] == [
        "/indicador/",
        "/municipios",
        "/desafio/",
        "/acoes",
        "/monitoramento",
        "/agenda",
    ]
