"""Makes organisations, people, indicators and files for tests, through the portal's own actions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ckan.plugins.toolkit as tk
import factory
from ckan.tests import factories, helpers

from ckanext.msativo.logic.portal import portal_context
from ckanext.msativo.territory import load_territory

TERRITORY = load_territory("ms")
CODES = [municipio.codigo_ibge for municipio in TERRITORY.municipios]


class Coordenacao(factories.Organization):
    class Meta:
        model = factories.Organization._meta.model
        action = "organization_create"

    name = factory.Sequence(lambda n: f"coordenacao-{n}")
    kind = "coordenacao"


class Secretaria(Coordenacao):
    name = factory.Sequence(lambda n: f"secretaria-{n}")
    kind = "secretaria"


class Prefeitura(Coordenacao):
    name = factory.Sequence(lambda n: f"prefeitura-{n}")
    kind = "municipio"
    codigo_ibge = factory.Sequence(lambda n: CODES[n % len(CODES)])


class Indicador(factories.Dataset):
    class Meta:
        model = factories.Dataset._meta.model
        action = "package_create"

    type = "indicador"
    name = factory.Sequence(lambda n: f"indicador-{n}")
    title = "Taxa de exemplo"
    notes = "Um indicador de exemplo."
    area = "saude"
    unidade = "por 100 mil habitantes"
    casas = 1
    polaridade = "menor_melhor"
    tipo = "razao"
    regra = "quantil"
    agencia = "Agência"
    fonte_nome = "Fonte"
    license_id = "cc-by"


class Desafio(factories.Dataset):
    """A challenge of the indicators in ``indicadores``, rows as of `part`; its secretariat is made with it."""

    class Meta:
        model = factories.Dataset._meta.model
        action = "package_create"

    type = "desafio"
    name = factory.Sequence(lambda n: f"desafio-{n}")
    title = "Um desafio de exemplo"
    notes = "Porque importa."
    area = "saude"
    ciclo = "2025-2026"
    secretaria = factory.LazyFunction(lambda: Secretaria()["name"])
    indicadores = factory.LazyFunction(list)


def part(indicador: dict[str, Any], peso: float = 1, ancora: bool = False, **goals: Any) -> dict[str, Any]:
    """A row of a challenge's indicators."""
    return {"indicador": indicador["name"], "peso": peso, "ancora": ancora, **goals}


def member(organization: dict[str, Any], role: str = "editor") -> dict[str, Any]:
    """Make a user with a role in an organisation."""
    user = factories.User()
    helpers.call_action("organization_member_create", id=organization["id"], username=user["name"], role=role)
    return user


def as_user(user: dict[str, Any] | None) -> dict[str, Any]:
    """Return the context of a person's own call: authorisation is asked."""
    return {"user": user["name"] if user else "", "ignore_auth": False}


def act(user: dict[str, Any] | None, action: str, **data: Any) -> Any:
    """Call an action as that person."""
    return tk.get_action(action)(as_user(user), data)


def tidy(rows: Iterable[tuple[Any, ...]], header: str = "indicador,codigo_ibge,ano,valor") -> bytes:
    """Write a tidy CSV."""
    return "\n".join([header, *(",".join(str(cell) for cell in row) for row in rows)]).encode()


def load(content: bytes, **data: Any) -> dict[str, Any]:
    """Load a file as the portal."""
    return helpers.call_action("msativo_indicador_load", upload=content, file_name="dados.csv", **data)


def load_values(indicador: dict[str, Any], values: dict[str, float], ano: int = 2020) -> dict[str, Any]:
    """Load one year of an indicator: value by IBGE code."""
    rows = [(indicador["name"], code, ano, repr(float(value))) for code, value in values.items()]
    return load(tidy(rows), decimal=".")


def patch(dataset: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Change some fields of a dataset as the portal."""
    return tk.get_action("package_patch")(portal_context(), {"id": dataset["id"], **fields})
