"""Workflows as data, one file per object; ``WORKFLOWS`` names them, ``advance`` walks them."""

from __future__ import annotations

from collections.abc import Mapping

from ckanext.msativo.programme.actors import ROLES, SISTEMA, SYSTEM, Actor
from ckanext.msativo.programme.workflows.acao import ACAO
from ckanext.msativo.programme.workflows.adesao import ADESAO
from ckanext.msativo.programme.workflows.agenda import AGENDA
from ckanext.msativo.programme.workflows.base import CREATE, Need, Step, Transition, Workflow
from ckanext.msativo.programme.workflows.consequences import entrega_action
from ckanext.msativo.programme.workflows.entrega import ENTREGA
from ckanext.msativo.programme.workflows.evidencia import EVIDENCIA
from ckanext.msativo.programme.workflows.plano import PLANO
from ckanext.msativo.programme.workflows.walking import WorkflowError, advance, create, possible

WORKFLOWS: Mapping[str, Workflow] = {
    workflow.name: workflow for workflow in (ADESAO, ACAO, PLANO, ENTREGA, EVIDENCIA, AGENDA)
}

__all__ = [
    "ACAO",
    "ADESAO",
    "AGENDA",
    "CREATE",
    "ENTREGA",
    "EVIDENCIA",
    "PLANO",
    "ROLES",
    "SISTEMA",
    "SYSTEM",
    "WORKFLOWS",
    "Actor",
    "Need",
    "Step",
    "Transition",
    "Workflow",
    "WorkflowError",
    "advance",
    "create",
    "entrega_action",
    "possible",
]
