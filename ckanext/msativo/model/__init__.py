"""Tables of the extension, one module per family."""

from __future__ import annotations

from ckanext.msativo.model.analysis import (
    Criticidade,
    Dados,
    DesafioResultado,
    Foco,
    Resultado,
    ResultadoAno,
    Snapshot,
    SnapshotDesafio,
    SnapshotResultado,
)
from ckanext.msativo.model.decisions import Contestacao, ContestacaoArquivo, Decisao
from ckanext.msativo.model.programme import Adesao, Ciclo, Contato, ProtocoloAno, Transicao

__all__ = [
    "Adesao",
    "Ciclo",
    "Contato",
    "Contestacao",
    "ContestacaoArquivo",
    "Criticidade",
    "Dados",
    "Decisao",
    "DesafioResultado",
    "Foco",
    "ProtocoloAno",
    "Resultado",
    "ResultadoAno",
    "Snapshot",
    "SnapshotDesafio",
    "SnapshotResultado",
    "Transicao",
]
