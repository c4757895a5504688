"""Typed access to the settings of ``config_declaration.yaml``."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

TERRITORY = "msativo.territory"
ANALYSIS_AUTO = "msativo.analysis.auto"
MAX_UNPACKED = "msativo.load.max_unpacked_bytes"
FULLTEXT_ROWS = "msativo.load.fulltext_rows"


def territory() -> str:
    return tk.config[TERRITORY]


def analysis_auto() -> bool:
    return tk.config[ANALYSIS_AUTO]


def max_unpacked_bytes() -> int:
    return tk.config[MAX_UNPACKED]


def fulltext_rows() -> int:
    return tk.config[FULLTEXT_ROWS]
