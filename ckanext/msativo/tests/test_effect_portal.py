"""Effect in the portal: who takes part, which years are compared, and what is said when nothing can be said yet."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import numpy as np
import pytest
from ckan.tests import helpers

from ckanext.msativo.analysis import EffectMethod, estimate_effect
from ckanext.msativo.territory.groups import profile_table
from ckanext.msativo.tests import factories
from ckanext.msativo.tests.adesao_world import JAPORA, PREFEITURA, add_cycles
from ckanext.msativo.tests.cycle_world import call, joined, published
from ckanext.msativo.tests.factories import CODES, TERRITORY, load, tidy
from ckanext.msativo.tests.test_permissions_world import ANONYMOUS, EDITOR, World, world  # noqa: F401

OWN = CODES.index(JAPORA)
BASE = {code: 20.0 + i % 40 + i / 100 for i, code in enumerate(CODES)}
CHANGE = {code: 1.0 + (i * 7 % 5) / 10 for i, code in enumerate(CODES)}


def values(name: str, gain: float = 0.0) -> list[tuple[str, str, int, str]]:
    """2022, 2024 (the baseline of a cycle that began in 2025) and 2026; Japorã gains so much more."""
    rows = []
    for code in CODES:
        later = BASE[code] + CHANGE[code] + (gain if code == JAPORA else 0)
        rows += [(name, code, 2022, "7"), (name, code, 2024, repr(BASE[code])), (name, code, 2026, repr(later))]
    return rows


class Portal:
    """Japorã takes an action that serves a challenge of ``um`` (lower is better; falls there) and ``dois``.

    ``dois`` has no year after 2024.
    """

    def __init__(self, world: World) -> None:  # noqa: F811
        self.world = world
        for name in ("um", "dois"):
            factories.Indicador(owner_org=world.orgs["coordenacao"]["id"], name=name, title=f"Indicador {name}")
        content = [*values("um", -30.0), *(row for row in values("dois") if row[2] < 2026)]
        load(tidy(content), decimal=".")
        self.desafio = factories.Desafio(
            name="reto",
            title="Um desafio",
            owner_org=world.orgs["coordenacao"]["id"],
            indicadores=[{"indicador": "um", "ancora": "true"}, {"indicador": "dois"}],
        )
        add_cycles()
        joined(world)
        self.acao = published(world, desafios=["reto"], indicadores=["um"])
        helpers.call_action("msativo_analysis_run")

    def approve(self) -> None:
        row = call(self.world, PREFEITURA, "plano_create", municipio=JAPORA, acoes=[self.acao["nome"]])
        row = call(self.world, PREFEITURA, "plano_submit", id=row["id"], versao=row["versao"])
        call(self.world, EDITOR, "plano_decide", id=row["id"], versao=row["versao"], decisao="aprovar")

    def show(self, **asked: Any) -> dict[str, Any]:
        return call(self.world, ANONYMOUS, "efeito_show", "2026-11-01", **asked)


@pytest.fixture
def effect(world: World) -> Portal:  # noqa: F811
    return Portal(world)


def test_before_anyone_takes_part_it_is_not_assessable_and_a_draft_takes_no_part(effect: Portal) -> None:
    call(effect.world, PREFEITURA, "plano_create", municipio=JAPORA, acoes=[effect.acao["nome"]])
    found = effect.show(desafio="reto")
    assert (found["participantes"], found["count"], found["ciclo"]["id"]) == ([], 2, "2025-2026")
    assert {row["veredito"] for row in found["results"]} == {"ainda_nao_avaliavel"}
    assert {row["motivo_codigo"] for row in found["results"]} == {"sem_participantes"}


def test_the_change_where_it_was_taken_beside_comparable_municipalities(effect: Portal, app: Any) -> None:
    effect.approve()
    found = effect.show(desafio="reto")
    assert [row["codigo_ibge"] for row in found["participantes"]] == [JAPORA]
    one, two = found["results"]
    assert (one["ano_base"], one["ano_novo"], one["participantes"]) == (2024, 2026, 1)
    assert one["base_participantes"] == pytest.approx(BASE[JAPORA])
    assert one["mudanca_participantes"] == pytest.approx(CHANGE[JAPORA] - 30)
    assert one["diferenca"] == pytest.approx(one["mudanca_participantes"] - one["mudanca_comparadores"])
    # Comparators changed by 1.0 to 1.4, so the difference is within these bounds; less is better here.
    assert CHANGE[JAPORA] - 31.4 <= one["diferenca"] <= CHANGE[JAPORA] - 31.0
    assert one["diferenca_orientada"] == pytest.approx(-one["diferenca"]) and one["comparadores"] == 8
    # The same numbers straight from the analysis.
    base = np.array([BASE[code] for code in CODES])
    later = base + np.array([CHANGE[code] - (30 if code == JAPORA else 0) for code in CODES])
    peer = estimate_effect(
        base,
        later,
        np.arange(len(CODES)) == OWN,
        profile_table(TERRITORY),
        polarity=-1,
        method=EffectMethod(),
        seed=found["metodo"]["semente"],
        name="um",
    )
    assert (one["veredito"], one["p"]) == (peer.verdict, pytest.approx(peer.p_value))
    ends = [None if not np.isfinite(end) else pytest.approx(end) for end in peer.interval]
    assert one["intervalo"] == ends
    assert (two["veredito"], two["motivo_codigo"], two["ano_base"]) == (
        "ainda_nao_avaliavel",
        "sem_observacao_posterior",
        2024,
    )
    assert len(found["ressalvas"]) == 8
    # An action is asked about its own indicators; in the other cycle nobody takes part.
    assert [row["indicador"] for row in effect.show(acao=effect.acao["nome"])["results"]] == ["um"]
    other = effect.show(desafio="reto", indicador="um", ciclo="2027-2028")
    assert (other["participantes"], other["results"][0]["candidatos"]) == ([], 0)
    page = app.get("/desafio/reto?aba=efeito").body
    assert "Fez diferença?" in page and "De 2024 a 2026" in page and "Ainda não" in page


def test_odd_questions_are_refused_in_words(effect: Portal) -> None:
    for asked in (
        {},
        {"desafio": "reto", "acao": effect.acao["nome"]},
        {"desafio": "nenhum"},
        {"acao": "nenhuma"},
        {"desafio": "reto", "ciclo": "nunca"},
        {"desafio": "reto", "indicador": effect.world.indicador["name"]},
        {"desafio": "reto", "indicador": "nenhum"},
        {"desafio": "reto", "snapshot": "999"},
        {"desafio": "\x00"},
    ):
        with pytest.raises((tk.ValidationError, tk.ObjectNotFound)):
            effect.show(**asked)
