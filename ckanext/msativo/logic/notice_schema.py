"""Input schemas of the actions on notices."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic.schema import Schema, clean, paged
from ckanext.msativo.programme.notices import PREFERENCES


@tk.validator_args
def aviso_list(ignore_missing: Any, boolean_validator: Any) -> Schema:
    return {**paged(), "lido": [ignore_missing, boolean_validator]}


@tk.validator_args
def aviso_read(ignore_empty: Any, unicode_safe: Any, boolean_validator: Any) -> Schema:
    return {"id": [ignore_empty, unicode_safe, clean], "todos": [ignore_empty, boolean_validator]}


@tk.validator_args
def preferencia_update(not_empty: Any, one_of: Any) -> Schema:
    return {"email": [not_empty, one_of(list(PREFERENCES))]}
