"""The demonstration of the cycle: every kind of plan and evidence is there, and making it again changes nothing."""

from __future__ import annotations

from typing import Any

import yaml
from ckan.tests import helpers

from ckanext.msativo import demo
from ckanext.msativo.logic import seed_cycle, seed_programme
from ckanext.msativo.tests import factories

CODES = {one.nome: one.codigo_ibge for one in factories.TERRITORY.municipios}


def _read(name: str) -> list[dict[str, Any]]:
    return yaml.safe_load((demo.FOLDER / name).read_text(encoding="utf-8"))


def test_the_whole_cycle_is_shown_and_made_once(coordenacao: dict[str, Any]) -> None:
    menu, plans = _read("cardapio.yaml"), _read("planos.yaml")
    for name in {entry["secretaria"] for entry in menu} | {
        one for entry in menu for one in entry.get("contribuem", ())
    }:
        factories.Secretaria(name=name)
    for entry in plans:
        factories.Prefeitura(codigo_ibge=CODES[entry["municipio"]])
    factories.Prefeitura(codigo_ibge=CODES[seed_programme.WAITING])
    names = sorted({one for entry in menu for one in entry["indicadores"]})
    made = [factories.Indicador(name=name, owner_org=coordenacao["id"]) for name in names]
    for one in made[:2]:
        factories.load_values(one, dict.fromkeys(factories.CODES, 1))
    parts = [factories.part(one, ancora=True) for one in made[:2]]
    for name in sorted({one for entry in menu for one in entry["desafios"]}):
        factories.Desafio(name=name, owner_org=coordenacao["id"], indicadores=parts)
    seed_programme.programme(print)
    assert seed_cycle.cycle(menu, plans, print) == {"acoes": len(menu), "planos": len(plans)}
    assert seed_cycle.cycle(menu, plans, print) == {"acoes": 0, "planos": 0}
    states = [row["estado"] for row in helpers.call_action("msativo_plano_list")["results"]]
    assert sorted(states) == ["aprovado"] * 5 + ["enviado", "rascunho"]
    deliveries = helpers.call_action("msativo_entrega_list", limit=1000)["results"]
    assert {"azul", "verde", "vermelho"} <= {row["luz"] for row in deliveries}
    assert helpers.call_action("package_search", fq="dataset_type:evidencia")["count"] == 3
    assert all("demonstração" in row["titulo"] for row in helpers.call_action("msativo_plano_list")["results"])
