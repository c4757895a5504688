"""A profile is one set of servers (``demo`` or ``test``): ports and secrets, kept in ``.devstack/<profile>``."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from devstack.bootstrap import STACK
from devstack.postgres import Postgres
from devstack.process import StackError, free_port, port_is_taken
from devstack.progress import step
from devstack.solr import Solr
from devstack.valkey import Valkey

# The five addresses by which CKAN itself lets a machine name its servers.
SERVER_VARIABLES = (
    "CKAN_SQLALCHEMY_URL",
    "CKAN_DATASTORE_WRITE_URL",
    "CKAN_DATASTORE_READ_URL",
    "CKAN_SOLR_URL",
    "CKAN_REDIS_URL",
)
PORTS = ("postgres", "valkey", "solr", "web")
SECRETS = ("postgres", "valkey", "ckan", "datastore", "session", "token")


@dataclass
class Profile:
    """``given`` holds server addresses that come from outside; what they name is not started here."""

    name: str
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return STACK / self.name

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._file = self.folder / "profile.json"
        known = json.loads(self._file.read_text()) if self._file.exists() else {}
        self.ports: dict[str, int] = known.get("ports") or {name: free_port() for name in PORTS}
        self.secrets: dict[str, str] = known.get("secrets") or {name: secrets.token_hex(16) for name in SECRETS}
        self.save()

    def save(self) -> None:
        self._file.touch(mode=0o600)
        self._file.write_text(json.dumps({"ports": self.ports, "secrets": self.secrets}, indent=1))

    # -- the servers -------------------------------------------------------------------------------------------------
    @property
    def postgres(self) -> Postgres:
        return Postgres(
            self.folder, self.ports["postgres"], self.secrets["postgres"], throwaway=self.name.endswith("test")
        )

    @property
    def valkey(self) -> Valkey:
        return Valkey(self.folder, self.ports["valkey"], self.secrets["valkey"])

    @property
    def solr(self) -> Solr:
        return Solr(self.folder, self.ports["solr"], STACK / "solr" / "jars")

    @property
    def main_database(self) -> str:
        return f"ckan_{self.name}"

    @property
    def datastore_database(self) -> str:
        return f"datastore_{self.name}"

    def urls(self) -> dict[str, str]:
        """The five addresses, under CKAN's own names."""
        secret = self.secrets
        own = {
            "CKAN_SQLALCHEMY_URL": self.postgres.url(self.main_database, "ckan", secret["ckan"]),
            "CKAN_DATASTORE_WRITE_URL": self.postgres.url(self.datastore_database, "ckan", secret["ckan"]),
            "CKAN_DATASTORE_READ_URL": self.postgres.url(self.datastore_database, "datastore_ro", secret["datastore"]),
            "CKAN_SOLR_URL": self.solr.url,
            "CKAN_REDIS_URL": self.valkey.url,
        }
        return {**own, **self.given}

    def environment(self) -> dict[str, str]:
        """This process's environment for a child: no CKAN setting from outside but the five addresses."""
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("CKAN_", "CKAN__"))}
        return {**clean, **self.urls()}

    def start_servers(self) -> None:
        """Start what is not running and not given from outside. PostgreSQL and Solr are made ready side by side."""
        self._renew_taken_ports()
        with ThreadPoolExecutor() as pool:
            jobs = []
            if not self.given.get("CKAN_SQLALCHEMY_URL"):
                jobs.append(pool.submit(self._start_postgres))
            if not self.given.get("CKAN_SOLR_URL"):
                jobs.append(pool.submit(self._start_solr))
            if not self.given.get("CKAN_REDIS_URL"):
                jobs.append(pool.submit(self.valkey.start))
            for job in jobs:
                job.result()

    def _renew_taken_ports(self) -> None:
        for name, server in (("postgres", self.postgres), ("valkey", self.valkey), ("solr", self.solr)):
            if not server.process.alive() and port_is_taken(self.ports[name]):
                self.ports[name] = free_port()
        self.save()

    def _start_postgres(self) -> None:
        with step("PostgreSQL"):
            self.postgres.prepare()
            self.postgres.start()
            self._make_databases()

    def _start_solr(self) -> None:
        with step("Solr (the first time its jars are fetched)"):
            self.solr.prepare()
            self.solr.start()

    def _make_databases(self) -> None:
        mark = self.folder / "databases.ready"
        stamp = str(self.postgres.data.stat().st_ino)
        if mark.exists() and mark.read_text() == stamp:
            return
        secret = self.secrets
        # Without the mark nothing was ever kept in them: an interrupted set-up is begun again.
        self.postgres.psql(
            f"DROP DATABASE IF EXISTS {self.main_database};\n"
            f"DROP DATABASE IF EXISTS {self.datastore_database};\n"
            "DROP ROLE IF EXISTS ckan;\nDROP ROLE IF EXISTS datastore_ro;\n"
            f"CREATE ROLE ckan LOGIN PASSWORD '{secret['ckan']}';\n"
            f"CREATE ROLE datastore_ro LOGIN PASSWORD '{secret['datastore']}';\n"
            f"CREATE DATABASE {self.main_database} OWNER ckan;\n"
            f"CREATE DATABASE {self.datastore_database} OWNER ckan;\n"
        )
        self.postgres.psql(datastore_permissions(self.main_database, self.datastore_database))
        mark.write_text(stamp)

    def stop(self) -> list[str]:
        """Stop this profile's servers; returns the names of those that were running."""
        servers = {"Solr": self.solr, "Valkey": self.valkey, "PostgreSQL": self.postgres}
        return [name for name, server in servers.items() if server.stop()]


def datastore_permissions(main: str, datastore: str) -> str:
    """CKAN's own script that makes the DataStore's reader a reader (``ckan datastore set-permissions`` prints it)."""
    spec = find_spec("ckanext.datastore")
    if spec is None or spec.origin is None:
        raise StackError("CKAN's datastore extension is missing: run `make clean` and try again.")
    script = (Path(spec.origin).parent / "set_permissions.sql").read_text()
    names = {
        "datastoredb": datastore,
        "maindb": main,
        "mainuser": "ckan",
        "writeuser": "ckan",
        "readuser": "datastore_ro",
    }
    for key, value in names.items():
        script = script.replace("{" + key + "}", f'"{value}"')
    return script
