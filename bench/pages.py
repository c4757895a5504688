"""Topic ``pages``: server time of the public pages beside CKAN's own page of a dataset, asked for in turns.

The weight is what a browser loads of the page itself, compressed; styles and scripts are shared and cached.
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator, Mapping
from time import perf_counter
from typing import Any

from bench.portal import CHALLENGE, INDICATOR, SCALE, standing_portal
from bench.registry import bench
from bench.rows import Goal, Row
from bench.timing import COST, paired

TURNS = 25
STOCK = "/dataset/bench-pages"
# Page → most of the time of the stock page that it may take.
PAGES: Mapping[str, float] = {
    "/quadro": 2,
    "/quadro?mostrar=valor": 2,
    f"/quadro?ordem={INDICATOR}&area=saude": 2,
    f"/indicador/{INDICATOR}/regras": 1,
    f"/indicador/{INDICATOR}": 1,
    f"/indicador/{INDICATOR}?aba=tabela": 1,
    f"/indicador/{INDICATOR}/qualidade": 1,
    "/desafio/": 1,
    f"/desafio/{CHALLENGE}": 1,
    "/municipios": 1,
    "/municipios/japora": 1,
    "/municipios/japora?aba=evolucao": 1,
    "/comparar?municipios=japora,tacuru,campo-grande": 1,
    "/adesao": 1,
    "/dados": 1,
    "/acoes": 1,
    "/monitoramento": 1,
    "/agenda": 1,
    "/": 1,
}


@bench("pages")
def pages() -> Iterator[Row]:
    with standing_portal() as app:
        _stock_dataset()
        client = app._wsgi_app.test_client()
        for address, most in PAGES.items():
            # The first turn fills what is kept, on both sides.
            turns = [(_asked(client, address)[0], _asked(client, STOCK)[0]) for _ in range(TURNS + 1)][1:]
            ours, theirs = zip(*turns, strict=True)
            body = _asked(client, address)[1]
            weight = f"{len(gzip.compress(body)) / 1024:.0f} KB compressed, {len(body) / 1024:.0f} KB whole"
            print(f"{address}: {weight}", file=sys.stderr)
            yield paired(address, SCALE, "s", "/dataset/<name>", ours, theirs, COST, Goal(at_most=most), weight)


def _stock_dataset() -> None:
    import ckan.plugins.toolkit as tk

    from ckanext.msativo.logic.portal import portal_context

    owner = tk.get_action("organization_show")(portal_context(), {"id": "coordenacao-ms-ativo"})["id"]
    resource = {"name": "Bench", "url": "https://example.org/bench.csv", "format": "CSV"}
    described = {"name": "bench-pages", "title": "Bench", "notes": "Bench", "owner_org": owner, "resources": [resource]}
    tk.get_action("package_create")(portal_context(), described)


def _asked(client: Any, address: str) -> tuple[float, bytes]:
    started = perf_counter()
    answer = client.get(address)
    body = answer.get_data()
    taken = perf_counter() - started
    assert answer.status_code == 200, (address, answer.status_code)
    return taken, body
