"""The CKAN of a profile: its configuration file, its command line, its web server and its worker."""

from __future__ import annotations

import subprocess
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from devstack.bootstrap import VENV
from devstack.process import Background, StackError, free_port, port_is_taken, wait_until
from devstack.profile import Profile

PLUGINS = (
    "msativo msativo_critica_view msativo_foco_view scheming_datasets scheming_organizations activity datastore "
    "text_view image_view"
)

INI = """\
# Written by `make demo`; made anew at each run.
[app:main]
use = egg:ckan
debug = false
SECRET_KEY = {session}
api_token.jwt.encode.secret = string:{token}
api_token.jwt.decode.secret = string:{token}
WTF_CSRF_SECRET_KEY = {session}
ckan.site_id = msativo-{name}
ckan.site_url = {url}
ckan.storage_path = {storage}
ckan.plugins = {plugins}
ckan.jobs.timeout = 3600

[loggers]
keys = root, ckan, ckanext
[handlers]
keys = console
[formatters]
keys = generic
[logger_root]
level = WARNING
handlers = console
[logger_ckan]
level = WARNING
handlers = console
qualname = ckan
propagate = 0
[logger_ckanext]
level = INFO
handlers = console
qualname = ckanext
propagate = 0
[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = NOTSET
formatter = generic
[formatter_generic]
format = %(asctime)s %(levelname)-5.5s [%(name)s] %(message)s
"""


@dataclass
class Ckan:
    profile: Profile

    @property
    def ini(self) -> Path:
        return self.profile.folder / "ckan.ini"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.profile.ports['web']}"

    @property
    def web(self) -> Background:
        return Background("web", self.profile.folder)

    @property
    def worker(self) -> Background:
        return Background("worker", self.profile.folder)

    def configure(self) -> None:
        if not self.web.alive() and port_is_taken(self.profile.ports["web"]):
            self.profile.ports["web"] = free_port()
            self.profile.save()
        storage = self.profile.folder / "storage"
        storage.mkdir(exist_ok=True)
        self.ini.touch(mode=0o600)
        self.ini.write_text(
            INI.format(
                name=self.profile.name,
                url=self.url,
                storage=storage,
                plugins=PLUGINS,
                session=self.profile.secrets["session"],
                token=self.profile.secrets["token"],
            )
        )

    def _argv(self, *args: str) -> list[str]:
        return [str(VENV / "bin" / "ckan"), "-c", str(self.ini), *args]

    def command(self, *args: str, show: bool = False) -> None:
        """Run ``ckan …``; with ``show`` its output is the person's to see."""
        log = self.profile.folder / "commands.log"
        with log.open("ab") as out:
            done = subprocess.run(
                self._argv(*args), env=self.profile.environment(), check=False, stdout=None if show else out, stderr=out
            )
        if done.returncode:
            tail = log.read_text(errors="replace").strip().splitlines()[-6:]
            raise StackError(f"`ckan {' '.join(args[:2])}` failed; its log is {log}:\n  " + "\n  ".join(tail))

    def start(self) -> None:
        """Start web and worker in the background, and wait until the home page answers."""
        env = self.profile.environment()
        if not self.web.alive():
            self.web.start(
                self._argv(
                    "run", "--host", "127.0.0.1", "--port", str(self.profile.ports["web"]), "--disable-reloader"
                ),
                env=env,
            )
        if not self.worker.alive():
            self.worker.start(self._argv("jobs", "worker"), env=env)
        wait_until(self._answers, self.web.alive, "The portal", self.web.log)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/api/3/action/status_show", timeout=5) as answer:
                return answer.status == 200
        except urllib.error.HTTPError as error:
            raise StackError(f"The portal answers with an error ({error.code}); its log is {self.web.log}.") from error
        except OSError:
            return False

    def stop(self) -> list[str]:
        return [name for name, process in (("worker", self.worker), ("web", self.web)) if process.stop()]
