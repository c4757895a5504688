"""The actions of the extension, by what they do."""

from __future__ import annotations

from ckanext.msativo.logic.action import (
    acao,
    acao_get,
    adesao,
    adesao_get,
    agenda,
    agenda_get,
    analysis,
    ausencia,
    aviso,
    ciclo,
    compare,
    contato,
    decide,
    efeito,
    entrega,
    evidencia,
    evidencia_get,
    focus,
    get,
    guard,
    load,
    monitoramento,
    pessoa,
    places,
    plano,
    plano_get,
    privacidade,
    quality,
    reuniao,
)
from ckanext.msativo.logic.action.acao import *  # noqa: F403
from ckanext.msativo.logic.action.acao_get import *  # noqa: F403
from ckanext.msativo.logic.action.adesao import *  # noqa: F403
from ckanext.msativo.logic.action.adesao_get import *  # noqa: F403
from ckanext.msativo.logic.action.agenda import *  # noqa: F403
from ckanext.msativo.logic.action.agenda_get import *  # noqa: F403
from ckanext.msativo.logic.action.analysis import *  # noqa: F403
from ckanext.msativo.logic.action.ausencia import *  # noqa: F403
from ckanext.msativo.logic.action.aviso import *  # noqa: F403
from ckanext.msativo.logic.action.ciclo import *  # noqa: F403
from ckanext.msativo.logic.action.compare import *  # noqa: F403
from ckanext.msativo.logic.action.contato import *  # noqa: F403
from ckanext.msativo.logic.action.decide import *  # noqa: F403
from ckanext.msativo.logic.action.efeito import *  # noqa: F403
from ckanext.msativo.logic.action.entrega import *  # noqa: F403
from ckanext.msativo.logic.action.evidencia import *  # noqa: F403
from ckanext.msativo.logic.action.evidencia_get import *  # noqa: F403
from ckanext.msativo.logic.action.focus import *  # noqa: F403
from ckanext.msativo.logic.action.get import *  # noqa: F403
from ckanext.msativo.logic.action.guard import *  # noqa: F403
from ckanext.msativo.logic.action.load import *  # noqa: F403
from ckanext.msativo.logic.action.monitoramento import *  # noqa: F403
from ckanext.msativo.logic.action.pessoa import *  # noqa: F403
from ckanext.msativo.logic.action.places import *  # noqa: F403
from ckanext.msativo.logic.action.plano import *  # noqa: F403
from ckanext.msativo.logic.action.plano_get import *  # noqa: F403
from ckanext.msativo.logic.action.privacidade import *  # noqa: F403
from ckanext.msativo.logic.action.quality import *  # noqa: F403
from ckanext.msativo.logic.action.reuniao import *  # noqa: F403

# Blankets leave imported functions out unless they are listed.
__all__ = [  # pyright: ignore[reportUnsupportedDunderAll]
    *acao.__all__,
    *acao_get.__all__,
    *entrega.__all__,
    *evidencia.__all__,
    *evidencia_get.__all__,
    *plano.__all__,
    *plano_get.__all__,
    *adesao.__all__,
    *adesao_get.__all__,
    *agenda.__all__,
    *agenda_get.__all__,
    *analysis.__all__,
    *ausencia.__all__,
    *aviso.__all__,
    *ciclo.__all__,
    *compare.__all__,
    *contato.__all__,
    *decide.__all__,
    *efeito.__all__,
    *focus.__all__,
    *get.__all__,
    *guard.__all__,
    *load.__all__,
    *monitoramento.__all__,
    *pessoa.__all__,
    *places.__all__,
    *privacidade.__all__,
    *quality.__all__,
    *reuniao.__all__,
]
