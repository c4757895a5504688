"""Flask blueprints and what their templates show: parse, read, draw. Thin: no rule of the programme is here."""

from __future__ import annotations

from ckanext.msativo.views.acoes import acoes
from ckanext.msativo.views.adesoes import adesoes
from ckanext.msativo.views.agenda import agenda
from ckanext.msativo.views.analises import analises
from ckanext.msativo.views.api import api
from ckanext.msativo.views.avisos import avisos
from ckanext.msativo.views.busca import busca
from ckanext.msativo.views.ciclos import ciclos
from ckanext.msativo.views.contestacoes import contestacoes
from ckanext.msativo.views.dados import dados
from ckanext.msativo.views.entregas import entregas
from ckanext.msativo.views.evidencias import evidencias
from ckanext.msativo.views.foco import foco
from ckanext.msativo.views.monitoramento import monitoramento
from ckanext.msativo.views.municipios import municipios
from ckanext.msativo.views.pessoas import pessoas
from ckanext.msativo.views.planos import planos
from ckanext.msativo.views.privacidade import privacidade
from ckanext.msativo.views.protecao import protecao
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
    "ciclos",
    "contestacoes",
    "dados",
    "entregas",
    "evidencias",
    "foco",
    "monitoramento",
    "municipios",
    "pessoas",
    "planos",
    "privacidade",
    "protecao",
    "reunioes",
    "servico",
]
