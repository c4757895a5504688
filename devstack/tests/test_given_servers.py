"""Servers that come from outside: the demo takes only empty ones or its own, the tests only those meant for tests."""

from __future__ import annotations

import os
from contextlib import closing
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest

from devstack import demo, guard, testing
from devstack.process import StackError
from devstack.profile import SERVER_VARIABLES


@pytest.fixture
def nothing_given(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for key in [key for key in os.environ if key.startswith(("CKAN_", "MSATIVO_TEST_"))]:
        monkeypatch.delenv(key)
    return monkeypatch


@pytest.fixture
def empty_database() -> str:
    """A new database beside the tests' DataStore; the role of the tests may make one only if it is allowed to."""
    url = os.environ["CKAN_SQLALCHEMY_URL"]
    parts = urlsplit(url)
    admin = os.environ.get("MSATIVO_DEVSTACK_ADMIN_URL")
    if admin is None:
        pytest.skip("these tests run on the devstack's own PostgreSQL")
    with closing(psycopg2.connect(admin)) as link:
        link.autocommit = True
        with link.cursor() as cursor:
            cursor.execute("DROP DATABASE IF EXISTS guard_test")
            cursor.execute(f"CREATE DATABASE guard_test OWNER {parts.username}")
    return urlunsplit(parts._replace(path="/guard_test"))


def execute(url: str, script: str) -> None:
    with closing(psycopg2.connect(url)) as link, link, link.cursor() as cursor:
        cursor.execute(script)


def test_the_demo_takes_an_empty_database_and_knows_it_again(empty_database: str) -> None:
    given = {"CKAN_SQLALCHEMY_URL": empty_database, "CKAN_DATASTORE_WRITE_URL": empty_database}
    guard.claim(given, "token")
    execute(empty_database, "CREATE TABLE package (id text)")
    guard.claim(given, "token")


def test_the_demo_refuses_a_database_of_somebody_else_and_leaves_it_alone(empty_database: str) -> None:
    execute(empty_database, "CREATE TABLE somebodys (id text)")
    with pytest.raises(StackError, match="not empty and not this demo's"):
        guard.claim({"CKAN_SQLALCHEMY_URL": empty_database}, "token")
    execute(empty_database, f"CREATE SCHEMA {guard.MARK}")  # our mark was not written


def test_the_demo_refuses_a_database_that_another_checkout_filled(empty_database: str) -> None:
    guard.claim({"CKAN_SQLALCHEMY_URL": empty_database}, "token of another")
    execute(empty_database, "CREATE TABLE package (id text)")
    with pytest.raises(StackError, match="not empty"):
        guard.claim({"CKAN_SQLALCHEMY_URL": empty_database}, "token")


def test_a_server_that_does_not_answer_is_named() -> None:
    with pytest.raises(StackError, match="CKAN_SOLR_URL does not answer"):
        guard.claim({"CKAN_SOLR_URL": "http://127.0.0.1:9/solr/ckan"}, "token")
    with pytest.raises(StackError, match="CKAN_SQLALCHEMY_URL does not answer"):
        guard.claim({"CKAN_SQLALCHEMY_URL": "postgresql://a:b@127.0.0.1:9/c"}, "token")


def test_a_filled_redis_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(guard.CONTENT, "CKAN_REDIS_URL", lambda _url: 3)
    with pytest.raises(StackError, match="CKAN_REDIS_URL names a server that is not empty"):
        guard.claim({"CKAN_REDIS_URL": "redis://127.0.0.1:6379/0"}, "token")


def test_postgresql_named_in_part_is_an_error_that_says_what_is_missing(nothing_given: pytest.MonkeyPatch) -> None:
    nothing_given.setenv("CKAN_SQLALCHEMY_URL", "postgresql://a:b@db/c")
    with pytest.raises(StackError, match="CKAN_DATASTORE_WRITE_URL, CKAN_DATASTORE_READ_URL"):
        demo.given_servers()


def test_tests_never_use_ckans_own_variables(nothing_given: pytest.MonkeyPatch) -> None:
    for key in SERVER_VARIABLES:
        nothing_given.setenv(key, "postgresql://a:b@db/production")
    assert testing.given_servers() == {}


def test_databases_of_tests_must_say_so_in_their_name(nothing_given: pytest.MonkeyPatch) -> None:
    for key in SERVER_VARIABLES[:3]:
        nothing_given.setenv(testing.GIVEN[key], "postgresql://a:b@db/production")
    with pytest.raises(StackError, match="ends in _test"):
        testing.given_servers()


def test_a_childs_environment_holds_no_ckan_setting_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    from devstack.profile import Profile

    monkeypatch.setenv("CKAN__PLUGINS", "evil")
    monkeypatch.setenv("CKAN_INI", "/elsewhere.ini")
    environment = Profile("test").environment()
    assert "CKAN__PLUGINS" not in environment and "CKAN_INI" not in environment
    assert set(SERVER_VARIABLES) <= set(environment)
