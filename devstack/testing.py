"""``make test``: pytest against real servers of its own. No ``CKAN_*`` variable of the environment reaches it."""

from __future__ import annotations

import os
import subprocess
from urllib.parse import urlsplit

from devstack.bootstrap import ROOT, VENV
from devstack.process import StackError
from devstack.profile import SERVER_VARIABLES, Profile
from devstack.progress import step

# MSATIVO_TEST_SQLALCHEMY_URL and so on: the only way to let the tests use other servers.
GIVEN = {key: key.replace("CKAN_", "MSATIVO_TEST_", 1) for key in SERVER_VARIABLES}


def given_servers() -> dict[str, str]:
    """Servers named for the tests; their databases' names must end in ``_test``, since tests delete."""
    given = {key: value for key, name in GIVEN.items() if (value := os.environ.get(name))}
    databases = [key for key in SERVER_VARIABLES[:3] if key in given]
    if databases and len(databases) < 3:
        raise StackError("Set all three of " + ", ".join(GIVEN[key] for key in SERVER_VARIABLES[:3]) + ", or none.")
    for key in databases:
        if not urlsplit(given[key]).path.endswith("_test"):
            raise StackError(f"{GIVEN[key]} must name a database that ends in _test: the tests delete what it holds.")
    return given


def test(arguments: list[str]) -> int:
    """Run pytest with ``arguments`` after the servers are up; the servers stop afterwards."""
    current = Profile("test", given_servers())
    try:
        current.start_servers()
        env = current.environment()
        if not current.given:
            env["MSATIVO_DEVSTACK_ADMIN_URL"] = current.postgres.url("postgres")
        argv = [str(VENV / "bin" / "ckan"), "-c", str(ROOT / "test.ini"), "db"]
        with step("Database tables"):
            for args in (["upgrade"], ["pending-migrations", "--apply"]):
                done = subprocess.run([*argv, *args], env=env, check=False, capture_output=True, text=True)
                if done.returncode:
                    raise StackError(f"`ckan db {args[0]}` failed: {done.stderr.strip()[-1500:]}")
        argv = [str(VENV / "bin" / "python"), "-m", "pytest", "--ckan-ini", str(ROOT / "test.ini"), *arguments]
        return subprocess.call(argv, cwd=ROOT, env=env)
    finally:
        current.stop()
