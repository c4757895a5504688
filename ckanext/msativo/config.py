"""Typed access to the settings of ``config_declaration.yaml``."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

TERRITORY = "msativo.territory"
ANALYSIS_AUTO = "msativo.analysis.auto"
ANALYSIS_SEED = "msativo.analysis.seed"
MAX_UNPACKED = "msativo.load.max_unpacked_bytes"
CONTEST_MAX_BYTES = "msativo.contestacao.max_bytes"
FULLTEXT_ROWS = "msativo.load.fulltext_rows"
FETCH_HOSTS = "msativo.fetch.hosts"
FETCH_CACHE = "msativo.fetch.cache"
FETCH_MAX_BYTES = "msativo.fetch.max_bytes"


def territory() -> str:
    return tk.config[TERRITORY]


def analysis_auto() -> bool:
    return tk.config[ANALYSIS_AUTO]


def analysis_seed() -> int:
    return tk.config[ANALYSIS_SEED]


def max_unpacked_bytes() -> int:
    return tk.config[MAX_UNPACKED]


def fulltext_rows() -> int:
    return tk.config[FULLTEXT_ROWS]


def contest_max_bytes() -> int:
    return tk.config[CONTEST_MAX_BYTES]


def fetch_hosts() -> list[str]:
    return tk.config[FETCH_HOSTS]


def fetch_cache() -> str:
    return tk.config[FETCH_CACHE]


def fetch_max_bytes() -> int:
    return tk.config[FETCH_MAX_BYTES]
