"""Which kind of organisation may own which type of dataset.

This one table is what the authorisation, the validators and the forms go by.
"""

from __future__ import annotations

from collections.abc import Mapping

MUNICIPIO = "municipio"
SECRETARIA = "secretaria"
COORDENACAO = "coordenacao"
KINDS = (MUNICIPIO, SECRETARIA, COORDENACAO)

OWNERS: Mapping[str, frozenset[str]] = {
    "indicador": frozenset({COORDENACAO}),
    # A secretariat leads a challenge; what it is made of is the coordenação's to say.
    "desafio": frozenset({COORDENACAO}),
    # A prefeitura's request to join; written by the programme's own actions alone.
    "adesao": frozenset({MUNICIPIO}),
    # What the programme made public: written by its own actions alone.
    "acao": frozenset({SECRETARIA, COORDENACAO}),
    "plano": frozenset({MUNICIPIO}),
    "evidencia": frozenset({MUNICIPIO}),
    # CKAN's plain datasets: other open data of the State. A prefeitura publishes on its own portal.
    "dataset": frozenset({COORDENACAO, SECRETARIA}),
}

PROGRAMME = frozenset({"adesao", "acao", "plano", "evidencia"})
"""Types that only the programme's own actions write."""


def may_own(kind: str | None, dataset_type: str) -> bool:
    """Tell whether an organisation of that kind may own a dataset of that type; unknown types have no owner."""
    return kind in OWNERS.get(dataset_type, frozenset())
