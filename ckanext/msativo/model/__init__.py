"""Tables of the extension, one module per family."""

from __future__ import annotations

from ckanext.msativo.model.agenda import AgendaFeed, AgendaItem
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
from ckanext.msativo.model.evidence import Evidencia
from ckanext.msativo.model.evidence_files import EvidenciaArquivo
from ckanext.msativo.model.loads import Carga, Revisao
from ckanext.msativo.model.menu import Acao, AcaoVersao, Adocao, Comentario
from ckanext.msativo.model.notices import Aviso, AvisoPreferencia
from ckanext.msativo.model.people import Ausencia, Ciencia, ContatoEstado, Passagem, Reuniao
from ckanext.msativo.model.plans import Entrega, EntregaTermos, Plano, PlanoAcao
from ckanext.msativo.model.programme import Adesao, Ciclo, Contato, ProtocoloAno, Transicao

__all__ = [
    "Acao",
    "AcaoVersao",
    "Adesao",
    "Adocao",
    "AgendaFeed",
    "AgendaItem",
    "Ausencia",
    "Aviso",
    "AvisoPreferencia",
    "Carga",
    "Ciclo",
    "Ciencia",
    "Comentario",
    "Contato",
    "ContatoEstado",
    "Contestacao",
    "ContestacaoArquivo",
    "Criticidade",
    "Dados",
    "Decisao",
    "DesafioResultado",
    "Entrega",
    "EntregaTermos",
    "Evidencia",
    "EvidenciaArquivo",
    "Foco",
    "Passagem",
    "Plano",
    "PlanoAcao",
    "ProtocoloAno",
    "Resultado",
    "ResultadoAno",
    "Reuniao",
    "Revisao",
    "Snapshot",
    "SnapshotDesafio",
    "SnapshotResultado",
    "Transicao",
]
