"""Keeps the demo away from servers that hold somebody else's data.

A server named from outside is used only when it is empty, or when a former run of *this* checkout filled it: the
database then carries our mark, whose token is kept in ``.devstack/``.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import TypeVar

import psycopg2
import redis

from devstack.process import StackError

MARK = "msativo_devstack"
T = TypeVar("T")


def _tables(url: str) -> tuple[int, str | None]:
    """Count the tables of a database and read our mark (the comment of a schema), if it is there."""
    with closing(psycopg2.connect(url)) as link, link.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            " AND tablename <> '_table_stats'"
        )
        row = cursor.fetchone()
        cursor.execute("SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s", [MARK])
        mark = cursor.fetchone()
        return (row[0] if row else 0), (mark[0] if mark else None)


def _mark(url: str, token: str) -> None:
    with closing(psycopg2.connect(url)) as link, link, link.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {MARK}")
        cursor.execute(f"COMMENT ON SCHEMA {MARK} IS %s", [token])


def _solr_documents(url: str) -> int:
    with urllib.request.urlopen(f"{url.rstrip('/')}/select?q=*:*&rows=0&wt=json", timeout=10) as answer:
        return json.load(answer)["response"]["numFound"]


def _redis_keys(url: str) -> int:
    size = redis.Redis.from_url(url).dbsize()
    assert isinstance(size, int)
    return size


CONTENT: dict[str, Callable[[str], int]] = {"CKAN_SOLR_URL": _solr_documents, "CKAN_REDIS_URL": _redis_keys}


def claim(given: Mapping[str, str], token: str) -> None:
    """Check each given server and mark the databases as ours; raises `StackError` before anything is written."""
    databases = [key for key in ("CKAN_SQLALCHEMY_URL", "CKAN_DATASTORE_WRITE_URL") if key in given]
    ours = False
    for key in databases:
        count, mark = _ask(key, given[key], _tables)
        ours = ours or mark == token
        if count and mark != token:
            raise StackError(
                f"{key} names a database that is not empty and not this demo's ({count} tables). "
                "Give an empty database, or unset the variable to let the demo start its own."
            )
    for key, count_of in CONTENT.items():
        if key in given and not ours and _ask(key, given[key], count_of):
            raise StackError(f"{key} names a server that is not empty. Give an empty one, or unset the variable.")
    for key in databases:
        _mark(given[key], token)


def _ask(key: str, url: str, question: Callable[[str], T]) -> T:
    try:
        return question(url)
    except (OSError, psycopg2.Error, redis.RedisError, ValueError, KeyError) as error:
        raise StackError(f"The server named by {key} does not answer: {str(error).strip()}") from error
