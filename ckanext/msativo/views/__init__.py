"""Flask blueprints and what their templates show: parse, read, draw. Thin: no rule of the programme is here."""

from __future__ import annotations

from ckanext.msativo.views.acoes import acoes
from ckanext.msativo.views.adesoes import adesoes
from ckanext.msativo.views.agenda import agenda
from ckanext.msativo.views.analises import analises
from ckanext.msativo.views.api import api
from ckanext.msativo.views.avisos import avisos
from ckanext.msativo.views.busca import busca
from ckanext.msativo.views.carga import carga
from ckanext.msativo.views.ciclos import ciclos
from ckanext.msativo.views.comparar import comparar
from ckanext.msativo.views.contestacoes import contestacoes
from ckanext.msativo.views.coordenacao import coordenacao
from ckanext.msativo.views.dados import dados
from ckanext.msativo.views.entregas import entregas
from ckanext.msativo.views.envio import envio
from ckanext.msativo.views.espaco import espaco
from ckanext.msativo.views.evidencias import evidencias
from ckanext.msativo.views.fila import fila
from ckanext.msativo.views.foco import foco
from ckanext.msativo.views.imagens import imagens
from ckanext.msativo.views.incorporar import incorporar
from ckanext.msativo.views.molduras import molduras
from ckanext.msativo.views.monitoramento import monitoramento
from ckanext.msativo.views.municipios import municipios
from ckanext.msativo.views.oembed import oembed
from ckanext.msativo.views.pessoas import pessoas
from ckanext.msativo.views.planos import planos
from ckanext.msativo.views.privacidade import privacidade
from ckanext.msativo.views.protecao import protecao
from ckanext.msativo.views.quadro import quadro
from ckanext.msativo.views.qualidade import qualidade
from ckanext.msativo.views.regras import regras
from ckanext.msativo.views.reunioes import reunioes
from ckanext.msativo.views.servico import servico

__all__ = [
    "acoes",
    "adesoes",
    "agenda",
    "analises",
    "api",
    "avisos",
    "busca",
    "carga",
    "ciclos",
    "comparar",
    "contestacoes",
    "coordenacao",
    "dados",
    "entregas",
    "envio",
    "espaco",
    "evidencias",
    "fila",
    "foco",
    "imagens",
    "incorporar",
    "molduras",
    "monitoramento",
    "municipios",
    "oembed",
    "pessoas",
    "planos",
    "privacidade",
    "protecao",
    "quadro",
    "qualidade",
    "regras",
    "reunioes",
    "servico",
]
