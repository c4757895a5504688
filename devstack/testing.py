"""``make test``: pytest against real servers of its own. No ``CKAN_*`` variable of the environment reaches it."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from devstack.abreast import run_abreast
from devstack.bootstrap import ROOT, STACK, VENV
from devstack.process import StackError
from devstack.profile import SERVER_VARIABLES, Profile
from devstack.progress import step
from devstack.shards import split, test_files, weight

# MSATIVO_TEST_SQLALCHEMY_URL and so on: the only way to let the tests use other servers.
GIVEN = {key: key.replace("CKAN_", "MSATIVO_TEST_", 1) for key in SERVER_VARIABLES}
NAMES = ("test", "second_test")
"""The profiles of the processes that all tests run in."""
ALONE = (
    *(
        "--pdb",
        "--trace",
        "-s",
        "--capture",
        "-x",
        "--exitfirst",
        "--maxfail",
        "--co",
        "--collect-only",
        "-h",
        "--help",
    ),
    *("--lf", "--last-failed", "--ff", "--failed-first", "--sw", "--stepwise", "--junitxml", "--junit-xml", "--cov"),
)
"""Options that want a prompt, a file or a stop that is one for all tests."""


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
    """Run pytest with ``arguments`` after the servers are up; the servers stop afterwards.

    All tests run in two processes side by side, each with servers of its own. Named files, options that two processes
    cannot share and servers that come from outside keep it at one.
    """
    given = given_servers()
    if given or not can_be_shared(arguments):
        return run([Shard(Profile(NAMES[0], given), arguments)])
    return run([Shard(Profile(name), [*arguments, *files]) for name, files in zip(NAMES, all_tests(), strict=True)])


def can_be_shared(arguments: Sequence[str]) -> bool:
    """Whether two processes can run all tests with these arguments."""
    named = any((ROOT / argument.partition("::")[0]).exists() for argument in arguments if not argument.startswith("-"))
    return not named and not any(argument.partition("=")[0] in ALONE for argument in arguments)


def all_tests() -> list[list[str]]:
    """Every test file that pytest would find by itself, in one list for each process."""
    folders = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]["testpaths"]
    return split({name: weight(ROOT / name) for name in test_files(ROOT, folders)}, len(NAMES))


@dataclass(frozen=True)
class Shard:
    """A part of the tests and the servers that they have for themselves."""

    profile: Profile
    arguments: list[str]

    @property
    def log(self) -> Path:
        return self.profile.folder / "pytest.log"

    @property
    def command(self) -> list[str]:
        return [str(VENV / "bin" / "python"), "-m", "pytest", "--ckan-ini", str(ROOT / "test.ini"), *self.arguments]

    def environment(self) -> dict[str, str]:
        env = {**self.profile.environment(), "CKAN_STORAGE_PATH": str(self.profile.folder / "storage")}
        env.setdefault("MSATIVO_SCREENSHOTS", str(STACK / "screenshots"))
        if not self.profile.given:
            env["MSATIVO_DEVSTACK_ADMIN_URL"] = self.profile.postgres.url("postgres")
        return env

    def prepare(self) -> None:
        """Start the servers and make the tables."""
        self.profile.start_servers()
        argv, env = [str(VENV / "bin" / "ckan"), "-c", str(ROOT / "test.ini"), "db"], self.environment()
        with step("Database tables"):
            for args in (["upgrade"], ["pending-migrations", "--apply"]):
                done = subprocess.run([*argv, *args], env=env, check=False, capture_output=True, text=True)
                if done.returncode:
                    raise StackError(f"`ckan db {args[0]}` failed: {done.stderr.strip()[-1500:]}")

    def start(self, output: int) -> subprocess.Popen[bytes]:
        """Start pytest; ``output`` takes what it prints, coloured when a terminal will show it."""
        argv = [*self.command, "--color=yes"] if sys.stdout.isatty() else self.command
        return subprocess.Popen(argv, cwd=ROOT, env=self.environment(), stdout=output, stderr=subprocess.STDOUT)


def run(shards: list[Shard]) -> int:
    """Run the shards side by side; returns pytest's exit code."""
    try:
        with ThreadPoolExecutor() as pool:
            list(pool.map(Shard.prepare, shards))
        if len(shards) == 1:
            return subprocess.call(shards[0].command, cwd=ROOT, env=shards[0].environment())
        return run_abreast([shard.start for shard in shards], [shard.log for shard in shards])
    finally:
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda shard: shard.profile.stop(), shards))
