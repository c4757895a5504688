"""Typed access to the settings of ``config_declaration.yaml``."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

TERRITORY = "msativo.territory"
ANALYSIS_AUTO = "msativo.analysis.auto"
ANALYSIS_SEED = "msativo.analysis.seed"
MAX_UNPACKED = "msativo.load.max_unpacked_bytes"
CONTEST_MAX_BYTES = "msativo.contestacao.max_bytes"
EVIDENCE_MAX_BYTES = "msativo.evidencia.max_bytes"
EVIDENCE_MAX_FILES = "msativo.evidencia.max_files"
EVIDENCE_MAX_PIXELS = "msativo.evidencia.max_pixels"
NOTICES_DIGEST_HOUR = "msativo.notices.digest_hour"
NOTICES_BATCH = "msativo.notices.batch"
NOTICES_SMTP_TIMEOUT = "msativo.notices.smtp_timeout"
FULLTEXT_ROWS = "msativo.load.fulltext_rows"
FETCH_HOSTS = "msativo.fetch.hosts"
FETCH_CACHE = "msativo.fetch.cache"
FETCH_MAX_BYTES = "msativo.fetch.max_bytes"
AGENDA_RULES = "msativo.agenda.regras"
PRIVACY_VERSION = "msativo.privacidade.versao"
PRIVACY_CONTACT = "msativo.privacidade.contato"


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


def evidence_max_bytes() -> int:
    return tk.config[EVIDENCE_MAX_BYTES]


def evidence_max_files() -> int:
    return tk.config[EVIDENCE_MAX_FILES]


def evidence_max_pixels() -> int:
    return tk.config[EVIDENCE_MAX_PIXELS]


def fetch_hosts() -> list[str]:
    return tk.config[FETCH_HOSTS]


def fetch_cache() -> str:
    return tk.config[FETCH_CACHE]


def fetch_max_bytes() -> int:
    return tk.config[FETCH_MAX_BYTES]


def agenda_rules() -> str:
    """JSON text; `logic.agenda_running` reads it."""
    return str(tk.config[AGENDA_RULES] or "")


def privacy_version() -> str:
    return str(tk.config[PRIVACY_VERSION])


def privacy_contact() -> str:
    return tk.config[PRIVACY_CONTACT]


def notices_digest_hour() -> int:
    return min(max(tk.config[NOTICES_DIGEST_HOUR], 0), 23)


def notices_batch() -> int:
    return tk.config[NOTICES_BATCH]


def notices_smtp_timeout() -> int:
    # All the pauses of one e-mail together must be shorter than the lease on it.
    return min(max(tk.config[NOTICES_SMTP_TIMEOUT], 1), 60)
