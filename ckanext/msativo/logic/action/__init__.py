"""The actions of the extension, by what they do."""

from __future__ import annotations

from ckanext.msativo.logic.action import (
    adesao,
    adesao_get,
    analysis,
    ciclo,
    compare,
    decide,
    focus,
    get,
    guard,
    load,
    places,
)
from ckanext.msativo.logic.action.adesao import *  # noqa: F403
from ckanext.msativo.logic.action.adesao_get import *  # noqa: F403
from ckanext.msativo.logic.action.analysis import *  # noqa: F403
from ckanext.msativo.logic.action.ciclo import *  # noqa: F403
from ckanext.msativo.logic.action.compare import *  # noqa: F403
from ckanext.msativo.logic.action.decide import *  # noqa: F403
from ckanext.msativo.logic.action.focus import *  # noqa: F403
from ckanext.msativo.logic.action.get import *  # noqa: F403
from ckanext.msativo.logic.action.guard import *  # noqa: F403
from ckanext.msativo.logic.action.load import *  # noqa: F403
from ckanext.msativo.logic.action.places import *  # noqa: F403

# Blankets leave imported functions out unless they are listed.
__all__ = [  # pyright: ignore[reportUnsupportedDunderAll]
    *adesao.__all__,
    *adesao_get.__all__,
    *analysis.__all__,
    *ciclo.__all__,
    *compare.__all__,
    *decide.__all__,
    *focus.__all__,
    *get.__all__,
    *guard.__all__,
    *load.__all__,
    *places.__all__,
]
