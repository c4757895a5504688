"""What the tests of the monitoring share: two approved plans, one draft, every number countable by hand."""

from __future__ import annotations

from typing import Any

from ckanext.msativo.tests.adesao_world import JAPORA, NEIGHBOUR, PREFEITURA, SETE_QUEDAS, add_cycles
from ckanext.msativo.tests.cycle_world import call, joined, published, review, sent
from ckanext.msativo.tests.test_permissions_world import ANONYMOUS, EDITOR, World

COURSES, LAW = "Formar professores", "Aprovar a lei municipal"
START = "2025-08-01"
"""Both plans are approved then. Courses: 50 teachers with weight 2, due on 9 November (day 100); law: weight 1, due on
30 September (day 60)."""


class Two:
    """The plans of Japorã and Sete Quedas with one action; a draft of Sete Quedas that nobody may count.

    Japorã: 30 of 50 sent on 20 August and accepted on 25 August. Sete Quedas: 20 sent on 1 September and never answered
    (due on 16 September); its law is cancelled on 10 September.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        add_cycles()
        joined(world)
        joined(world, NEIGHBOUR, SETE_QUEDAS)
        self.acao = published(world)
        self.other = published(world, titulo="Outra ação")
        self.here = self.plan(PREFEITURA, JAPORA)
        self.there = self.plan(NEIGHBOUR, SETE_QUEDAS)
        review(world, sent(world, self.here[COURSES], day="2025-08-20", quantidade=30), "aceitar", day="2025-08-25")
        sent(world, self.there[COURSES], NEIGHBOUR, "2025-09-01", quantidade=20)
        row = call(world, NEIGHBOUR, "entrega_show", "2025-09-10", id=self.there[LAW])
        call(
            world, NEIGHBOUR, "entrega_cancel", "2025-09-10", id=row["id"], versao=row["versao"], nota="Não é precisa."
        )
        self.draft = call(world, NEIGHBOUR, "plano_create", municipio=SETE_QUEDAS, acoes=[self.other["nome"]])

    def plan(self, role: str, code: str) -> dict[str, Any]:
        row = call(self.world, role, "plano_create", START, municipio=code, acoes=[self.acao["nome"]])
        row = call(self.world, role, "plano_submit", START, id=row["id"], versao=row["versao"])
        row = call(self.world, EDITOR, "plano_decide", START, id=row["id"], versao=row["versao"], decisao="aprovar")
        return {"id": row["id"], **{one["titulo"]: one["id"] for one in row["entregas"]}}

    def show(self, day: str = "2025-09-20", role: str = ANONYMOUS, **asked: Any) -> dict[str, Any]:
        return call(self.world, role, "monitoramento_show", day, **asked)
