"""What a later file changed stays known, and figures that cannot be are not loaded."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import helpers

from ckanext.msativo.logic import loads, observations
from ckanext.msativo.model import Carga, Revisao
from ckanext.msativo.tests import factories
from ckanext.msativo.tests.factories import CODES, load, load_values, member, patch, tidy

A, B, C = CODES[:3]


def revisions(indicador: dict[str, Any], user: str = "", **asked: Any) -> list[dict[str, Any]]:
    context = {"user": user, "ignore_auth": False}
    found = helpers.call_action("msativo_indicador_revisions", context, indicador=indicador["name"], **asked)
    assert found["count"] == len(found["results"])
    return found["results"]


def test_a_changed_and_a_withdrawn_value_are_kept_and_a_new_one_is_no_revision(indicador: dict[str, Any]) -> None:
    load_values(indicador, {A: 10, B: 20})
    first = helpers.call_action("package_show", id=indicador["id"])["arquivo_hash"]
    assert revisions(indicador) == []
    load_values(indicador, {A: 11, C: 30})
    changed, gone = revisions(indicador)
    assert (changed["codigo_ibge"], changed["ano"], changed["valor_antes"], changed["valor_depois"]) == (
        A,
        2020,
        10,
        11,
    )
    assert (gone["codigo_ibge"], gone["valor_antes"], gone["valor_depois"]) == (B, 20, None)
    assert changed["arquivo_antes"] == first and changed["arquivo_hash"] != first and changed["em"]


def test_revisions_are_narrowed_by_municipality_and_year(indicador: dict[str, Any]) -> None:
    name = indicador["name"]
    load(tidy([(name, A, 2019, "1.5"), (name, A, 2020, "2.5"), (name, B, 2020, "3.5")]), decimal=".")
    load(tidy([(name, A, 2019, "1.6"), (name, A, 2020, "2.6"), (name, B, 2020, "3.6")]), decimal=".")
    assert len(revisions(indicador)) == 3
    assert [row["ano"] for row in revisions(indicador, municipio=A)] == [2020, 2019]
    assert [row["codigo_ibge"] for row in revisions(indicador, ano=2020)] == sorted([A, B])
    with pytest.raises(tk.ObjectNotFound):
        revisions(indicador, municipio="Atlântida")


def test_every_load_keeps_its_own_and_the_newest_comes_first(indicador: dict[str, Any]) -> None:
    for value in (1, 2, 3):
        load_values(indicador, {A: value})
    assert [(row["valor_antes"], row["valor_depois"]) for row in revisions(indicador)] == [(2, 3), (1, 2)]


def test_the_same_file_again_is_no_load(indicador: dict[str, Any]) -> None:
    for value in (1, 2, 2):
        load_values(indicador, {A: value})
    assert len(revisions(indicador)) == 1 and model.Session.query(Carga).count() == 2


def test_who_loaded_is_told_to_the_coordenacao_alone(indicador: dict[str, Any]) -> None:
    editor = member(helpers.call_action("organization_show", id=indicador["owner_org"]))
    context = {"user": editor["name"], "ignore_auth": False}
    for value in ("1.5", "2.5"):
        content = tidy([(indicador["name"], A, 2020, value)])
        helpers.call_action("msativo_indicador_load", dict(context), upload=content, file_name="d.csv", decimal=".")
    assert "por" not in revisions(indicador)[0]
    assert "por" not in revisions(indicador, member(factories.Secretaria())["name"])[0]
    assert revisions(indicador, editor["name"])[0]["por"] == editor["fullname"]


def test_a_private_indicator_tells_nothing(indicador: dict[str, Any]) -> None:
    load_values(indicador, {A: 1})
    load_values(indicador, {A: 2})
    patch(indicador, private=True)
    for action in ("msativo_indicador_revisions", "msativo_indicador_quality"):
        with pytest.raises(tk.ObjectNotFound):
            helpers.call_action(action, {"user": "", "ignore_auth": False}, indicador=indicador["name"])


def test_when_the_table_cannot_be_written_there_was_no_revision(
    indicador: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    load_values(indicador, {A: 1})

    def broken(*_args: Any) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as replaced:
        replaced.setattr(observations, "replace", broken)
        with pytest.raises(OSError, match="disk full"):
            load_values(indicador, {A: 2})
    assert revisions(indicador) == [] and model.Session.query(Revisao).count() == 0


@pytest.mark.parametrize("written", [True, False])
def test_after_an_interruption_the_next_load_finds_out_what_happened(
    indicador: dict[str, Any], monkeypatch: pytest.MonkeyPatch, written: bool
) -> None:
    """The process dies after the revisions were kept: before or after the table was written."""
    load_values(indicador, {A: 1})
    replace = observations.replace

    class Killed(BaseException):
        pass

    def dying(*args: Any) -> None:
        if written:
            replace(*args)
        raise Killed

    with monkeypatch.context() as replaced:
        replaced.setattr(observations, "replace", dying)
        # A killed process has no time to clean up.
        replaced.setattr(model.Session, "delete", lambda _row: None)
        with pytest.raises(Killed):
            load_values(indicador, {A: 2})
    assert revisions(indicador) == []
    load_values(indicador, {A: 3})
    expected = [(2, 3), (1, 2)] if written else [(1, 3)]
    assert [(row["valor_antes"], row["valor_depois"]) for row in revisions(indicador)] == expected


def test_settling_twice_changes_nothing(indicador: dict[str, Any]) -> None:
    load_values(indicador, {A: 1})
    load_values(indicador, {A: 2})
    loads.settle(indicador["id"], None)
    assert len(revisions(indicador)) == 1


# -- quality -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def percent(indicador: dict[str, Any]) -> dict[str, Any]:
    return patch(indicador, tipo="proporcao", unidade="%", fator="")


def test_figures_that_cannot_be_are_refused_with_place_and_reason(percent: dict[str, Any]) -> None:
    load_values(percent, {A: 50})
    (row,) = load_values(percent, {A: 130, B: -2, C: 40})["indicadores"]
    assert row["situacao"] == "recusado" and row["qualidade"]["erros"] == 2
    by_code = {found["codigo"]: found for found in row["qualidade"]["achados"]}
    assert by_code["above_maximum"]["codigo_ibge"] == A and by_code["below_minimum"]["codigo_ibge"] == B
    assert by_code["above_maximum"]["municipio"] in row["problema"] and "130" in row["problema"]
    # Nothing was written, and nothing is a revision.
    assert observations.read(helpers.call_action("package_show", id=percent["id"])["resources"][0]["id"]).valor[0] == 50
    assert revisions(percent) == []


def test_what_cannot_be_cannot_be_accepted(percent: dict[str, Any]) -> None:
    with pytest.raises(tk.ValidationError) as caught:
        load(tidy([(percent["name"], A, 2020, "130")]), decimal=".", aceitar="above_maximum")
    assert "unit_jump_of_all" in str(caught.value.error_dict["aceitar"])


def test_an_error_that_somebody_looked_at_can_be_accepted(indicador: dict[str, Any]) -> None:
    """All values a hundred times those of the year before: a change of unit, or a real one."""
    rows = [
        (indicador["name"], code, year, 10 * (1 if year == 2019 else 100)) for code in CODES for year in (2019, 2020)
    ]
    (row,) = load(tidy(rows), decimal=".")["indicadores"]
    assert row["situacao"] == "recusado" and "unit_jump_of_all" in row["problema"]
    (row,) = load(tidy(rows), decimal=".", aceitar=["unit_jump_of_all"])["indicadores"]
    assert row["situacao"] == "criado" and row["qualidade"]["erros"] == 1


def test_a_warning_is_told_and_does_not_stop(indicador: dict[str, Any]) -> None:
    values = {code: 100 + i % 7 for i, code in enumerate(CODES)}
    (row,) = load_values(indicador, {**values, A: 900})["indicadores"]
    assert row["situacao"] == "criado" and row["qualidade"]["erros"] == 0
    assert any(
        found["codigo"] == "outlying_level" and found["codigo_ibge"] == A for found in row["qualidade"]["achados"]
    )
    stored = helpers.call_action("msativo_indicador_quality", indicador=indicador["name"])
    assert stored["achados"] == [{**found, "linha": None} for found in row["qualidade"]["achados"]]


def test_a_dry_run_shows_what_would_change(indicador: dict[str, Any]) -> None:
    load_values(indicador, {A: 1, B: 2})
    name = indicador["name"]
    rows = [(name, code, 2020, f"{value}.0") for code, value in {A: 1, B: 3, C: 4}.items()]
    (row,) = load(tidy(rows), decimal=".", dry_run=True)["indicadores"]
    assert row["mudancas"] == [{"ano": 2020, "novos": 1, "alterados": 1, "retirados": 0, "detalhes": 0}]
    assert revisions(indicador) == [] and model.Session.query(Carga).count() == 1


@pytest.mark.parametrize("bad", ["\x00", "x" * 5000, "'; DROP TABLE x", -1, 10**30, {"a": 1}, ["a"], "2020.5"])
def test_a_nasty_parameter_gets_a_clean_answer(indicador: dict[str, Any], bad: Any) -> None:
    for action in ("msativo_indicador_revisions", "msativo_indicador_quality"):
        for field in ("indicador", "municipio", "ano", "limit", "offset"):
            try:
                asked = {"indicador": indicador["name"], field: bad}
                helpers.call_action(action, {"user": "", "ignore_auth": False}, **asked)
            except (tk.ValidationError, tk.ObjectNotFound):
                continue
