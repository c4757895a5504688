"""One search box: municipalities, indicators and challenges; a single exact hit is opened at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, jsonify, request

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import pages
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.text import fold
from ckanext.msativo.views import asked, links
from ckanext.msativo.views.municipios import near
from ckanext.msativo.views.tabela import region

busca = Blueprint("msativo_busca", __name__)

SUGGESTED = 8
"""Most hits that are offered while one types."""


@dataclass(frozen=True)
class Hit:
    """``names`` are what counts as writing it exactly; ``words`` what is searched."""

    title: str
    href: str
    note: str
    names: Sequence[str]
    words: Sequence[str]

    def grade(self, wanted: str) -> int:
        """How well it answers: written exactly, begins so, has a word that begins so, or has it somewhere."""
        title = fold(self.title)
        if wanted in self.names:
            return 0
        return 1 if title.startswith(wanted) else 2 if f" {wanted}" in title else 3


def _municipios() -> Iterator[Hit]:
    for place in territory().municipios:
        code = place.codigo_ibge
        names = (fold(place.nome), place.slug, code, code[:6])
        yield Hit(place.nome, links.municipality(place.slug), region(code), names, (place.nome, code))


def _indicadores() -> Iterator[Hit]:
    snapshot = pages.snapshot()
    for item in pages.indicators_of(snapshot.id if snapshot else None):
        note = tk.ungettext("{n} critical municipality", "{n} critical municipalities", item.criticos)
        yield Hit(
            item.title,
            links.indicator(item.name),
            note.format(n=item.criticos) if item.ano else "",
            (fold(item.title), item.name),
            (item.title, item.name, item.area),
        )


def _desafios() -> Iterator[Hit]:
    counts = pages.challenge_counts()
    for item in pages.challenges_of():
        focal = counts.get(item.name, {}).get("focal", 0)
        note = tk.ungettext("{n} focal municipality", "{n} focal municipalities", focal).format(n=focal)
        yield Hit(
            item.title,
            links.challenge(item.name),
            note,
            (fold(item.title), item.name),
            (item.title, item.name, item.area),
        )


KINDS: Sequence[tuple[str, str, str, Callable[[], Iterator[Hit]]]] = (
    ("municipio", N_("Municipalities"), N_("municipality"), _municipios),
    ("indicador", N_("Indicators"), N_("indicator"), _indicadores),
    ("desafio", N_("Challenges"), N_("challenge"), _desafios),
)
"""Name, what a list of them and what one of them is called, and all there are."""


@dataclass(frozen=True)
class Group:
    kind: str
    label: str
    singular: str
    hits: Sequence[Hit]


def find(q: str) -> list[Group]:
    """What has every word of ``q``, the best answers first; nothing for an empty ``q``."""
    wanted = fold(q)
    groups = []
    for kind, label, singular, all_of in KINDS if wanted else ():
        hits = [hit for hit in all_of() if wanted in hit.names or asked.matches(q, *hit.words)]
        hits.sort(key=lambda hit: (hit.grade(wanted), fold(hit.title)))
        if hits:
            groups.append(Group(kind, tk._(label), tk._(singular), hits))
    return groups


@busca.get("/busca")
def index() -> str | Response:
    q = asked.search_text(request.args)
    groups = find(q)
    exact = [hit for group in groups for hit in group.hits if hit.grade(fold(q)) == 0]
    if len(exact) == 1:
        return tk.redirect_to(exact[0].href)
    return tk.render("msativo/busca.html", {"q": q, "groups": groups, "near": [] if groups or not q else near(q)})


@busca.get("/busca/sugestoes")
def suggest() -> Response:
    """The best hits while one types: ``{"results": [{"kind", "title", "url", "note"}]}``."""
    q = asked.search_text(request.args)
    ranked = [(hit.grade(fold(q)), group, hit) for group in find(q) for hit in group.hits]
    ranked.sort(key=lambda entry: entry[0])
    answer = jsonify(
        results=[
            {"kind": group.singular, "title": hit.title, "url": hit.href, "note": hit.note}
            for _, group, hit in ranked[:SUGGESTED]
        ]
    )
    answer.headers["Cache-Control"] = "no-cache"
    return answer
