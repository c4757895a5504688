"""The cycle through the Action API alone: from the menu to accepted evidence."""

# ruff: noqa: F811 - tests take the imported fixture by its name

from __future__ import annotations

from typing import Any

import ckan.model as model
import pytest

from ckanext.msativo.tests.adesao_world import JAPORA, PREFEITURA
from ckanext.msativo.tests.cycle_world import approved, call, review, sent
from ckanext.msativo.tests.test_permissions_world import ANONYMOUS, EDITOR, World, world  # noqa: F401


def _by_title(plan: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["titulo"]: row for row in plan["entregas"]}


def test_a_plan_goes_from_the_menu_to_accepted_evidence(world: World) -> None:
    plan = approved(world)
    rows = _by_title(plan)
    courses = rows["Formar professores"]
    assert (courses["inicio"], courses["prazo"], courses["meta"], courses["peso"]) == (
        "2025-08-01",
        "2025-11-09",
        50,
        2,
    )
    assert model.Package.get(plan["id"]).private is False

    first = sent(world, courses["id"], day="2025-08-20", quantidade=30)
    assert first["prazo"] == "2025-09-04"
    review(world, first, "aceitar", day="2025-08-25")
    shown = call(world, ANONYMOUS, "plano_show", "2025-08-25", id=plan["id"])
    # 30 of 50 with weight 2, nothing of the other with weight 1: 2 * 0.6 / 3.
    assert shown["progresso"]["validado"] == pytest.approx(0.4)
    assert _by_title(shown)["Formar professores"]["estado"] == "em_execucao"

    second = sent(world, courses["id"], day="2025-09-10", quantidade=20)
    waiting = call(world, ANONYMOUS, "plano_show", "2025-09-10", id=plan["id"])
    assert waiting["progresso"]["declarado"] == pytest.approx(2 / 3)
    assert waiting["progresso"]["validado"] == pytest.approx(0.4)
    review(world, second, "aceitar", day="2025-09-12")
    law = sent(world, rows["Aprovar a lei municipal"]["id"], day="2025-09-15", quantidade=None)
    review(world, law, "aceitar", day="2025-09-15")
    done = call(world, EDITOR, "plano_show", "2025-09-15", id=plan["id"])
    assert {row["estado"] for row in done["entregas"]} == {"aprovada"}
    assert done["progresso"]["validado"] == 1
    closed = call(world, EDITOR, "plano_complete", "2025-09-16", id=plan["id"], versao=done["versao"])
    assert closed["estado"] == "concluido"
    # The past is as it was.
    then = call(world, ANONYMOUS, "entrega_list", "2025-09-16", municipio=JAPORA, data="2025-08-25")
    assert [row["validado"] for row in then["results"]] == [0.6, 0]


def test_evidence_that_is_returned_comes_back_and_starts_a_new_count(world: World) -> None:
    row = sent(world, approved(world)["entregas"][0]["id"], day="2025-08-10")
    back = review(world, row, "devolver", day="2025-08-20", nota="Falta a lista.")
    again = call(world, PREFEITURA, "evidencia_submit", "2025-08-30", id=back["id"], versao=back["versao"])
    assert (again["estado"], again["prazo"]) == ("enviada", "2025-09-14")
