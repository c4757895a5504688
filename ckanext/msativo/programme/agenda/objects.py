"""What a rule's items are about, and who may see them: one row per rule.

Items that stand on facts which are public anyway (approved plans, results, requests that were sent, the State's own
deadlines) are public. Those that stand on what is between the State and a prefeitura are seen by their owner, the
municipality that they concern and the coordenação.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ENTREGA, EVIDENCIA, PLANO, ACAO = "entrega", "evidencia", "plano", "acao"
MUNICIPIO, DESAFIO, INDICADOR, ADESAO, GRUPO = "municipio", "desafio", "indicador", "adesao", "grupo"


@dataclass(frozen=True)
class About:
    """``parts``: the kinds of what is named in an item's object, which has them with "/" between.

    ``public``: whether everyone may see the rule's items.
    """

    parts: tuple[str, ...]
    public: bool = True


ABOUT: Mapping[str, About] = {
    "acao_emperrada": About((ACAO,)),
    "adesao_sem_resposta": About((ADESAO,)),
    # That a review is overdue stands on the delivery's own page; the evidence itself is named to those who see it.
    "analise_atrasada": About((EVIDENCIA,)),
    "desenho_acao": About((PLANO, ACAO)),
    "entrega_atrasada": About((ENTREGA,)),
    # A returned evidence is between its prefeitura and the State.
    "evidencia_devolvida": About((EVIDENCIA,), public=False),
    # Joining is voluntary: whom the State means to call is no public reproach.
    "focal_sem_adesao": About((MUNICIPIO,), public=False),
    "indicador_desatualizado": About((INDICADOR,)),
    "oficina_regional": About((DESAFIO, GRUPO)),
    "pareamento": About((ACAO, MUNICIPIO)),
    "plano_parado": About((PLANO,)),
}
HIDDEN = About((), public=False)
"""Of items by hand, and of a rule that is gone."""


def about(rule: str | None) -> About:
    return ABOUT.get(rule or "", HIDDEN)


def public_rules() -> list[str]:
    """Names of the rules whose items everyone may see."""
    return sorted(name for name, row in ABOUT.items() if row.public)


def parts(rule: str | None, object_id: str) -> dict[str, str]:
    """Kind → id of what an item's object names."""
    return dict(zip(about(rule).parts, object_id.split("/"), strict=False))
