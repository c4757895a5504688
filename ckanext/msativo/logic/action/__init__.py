"""The actions of the extension, by what they do."""

from __future__ import annotations

from ckanext.msativo.logic.action import analysis, get, load
from ckanext.msativo.logic.action.analysis import *  # noqa: F403
from ckanext.msativo.logic.action.get import *  # noqa: F403
from ckanext.msativo.logic.action.load import *  # noqa: F403

# Blankets leave imported functions out unless they are listed.
__all__ = [*analysis.__all__, *get.__all__, *load.__all__]  # pyright: ignore[reportUnsupportedDunderAll]
