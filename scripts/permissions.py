"""Writes the tables of ``docs/permissions.md`` from what the code itself goes by: ``ACCESS`` and ``WORKFLOWS``.

``python scripts/permissions.py`` rewrites what stands between the two markers and leaves the rest of the file alone;
with ``--check`` it writes nothing and fails when the file is not up to date.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from ckanext.msativo.programme.access import ACCESS, CAPACITIES, EDITOR, Access, Role, Subject
from ckanext.msativo.programme.actors import SISTEMA
from ckanext.msativo.programme.ownership import COORDENACAO, KINDS, MUNICIPIO, SECRETARIA
from ckanext.msativo.programme.workflows import WORKFLOWS, Step, Workflow

FILE = Path(__file__).resolve().parent.parent / "docs" / "permissions.md"
BEGIN = "<!-- made by scripts/permissions.py from programme/access.py and programme/workflows: from here -->"
END = "<!-- to here -->"

YES, OWN = "✓", "own"
CAPACITY_NAMES: Mapping[str, str] = dict(zip(CAPACITIES, ("reader", "editor", "admin"), strict=True))
KIND_NAMES: Mapping[str, str] = {MUNICIPIO: "prefeitura", SECRETARIA: "secretaria", COORDENACAO: "coordenação"}
SUBJECTS: Mapping[str, str] = {
    "municipio": "the municipality that is named",
    "organizacao": "the organisation that is named",
    "adesao": "the request's municipality",
    "acao": "the secretariats that write the action: the leading one and those that contribute",
    "acao_lider": "the action's leading secretariat",
    "plano": "the plan's municipality",
    "entrega": "the municipality of the delivery's plan",
    "evidencia": "the municipality of the evidence's plan",
    "revisao": "the leading secretariat of the evidence's action",
    "equipe": "the organisation that is named; of a prefeitura and a secretariat, every coordenação too",
    "contato": "the leading secretariat of the action that is named; of a municipality nobody",
    "agenda": "the item's owner, and the secretariat that made it",
    "agenda_conversa": "the item's owner, the municipality that it concerns, and the secretariat that made it",
}
"""Whose the object of a call is, per way to find it (``logic/subjects.py``)."""
ONE, ANOTHER = "one", "another"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for row in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(row)} |".replace("|  |", "| |").replace("|  |", "| |")


# -- action × who ------------------------------------------------------------------------------------------------------
def may(access: Access, kind: str, capacity: str, *, own: bool) -> bool:
    """Whether somebody of that kind and capacity may, on what is (not) of his or her own organisation."""
    return access.allows([Role(kind, capacity, ONE)], Subject(frozenset({ONE if own else ANOTHER})))


def actions() -> Iterator[str]:
    kinds = [
        name for name in KIND_NAMES.values() for name in (*(f"{name} {one}" for one in _capacities()), "another's")
    ]
    yield from table(["`msativo_…`", "does", "anyone", "account", *kinds, "sysadmin"], _action_rows())


def _capacities() -> list[str]:
    return [CAPACITY_NAMES[one] for one in CAPACITIES]


def _action_rows() -> Iterator[list[str]]:
    by_noun = sorted(ACCESS, key=_noun)
    for noun, names in groupby(by_noun, _noun):
        yield [f"**{noun}**", *[""] * (3 + len(KINDS) * (len(CAPACITIES) + 1) + 1)]
        for name in names:
            access = ACCESS[name]
            yield [
                f"`{name.removeprefix('msativo_')}`",
                access.does,
                YES if access.everyone else "",
                YES if access.everyone or access.logged_in else "",
                *(cell for kind in KIND_NAMES for cell in _cells(access, kind)),
                YES,
            ]


def _cells(access: Access, kind: str) -> list[str]:
    """Per capacity on what is one's own, then the least capacity that is enough on another's."""
    if access.everyone or access.logged_in:
        return [YES] * (len(CAPACITIES) + 1)
    others = [CAPACITY_NAMES[one] for one in CAPACITIES if may(access, kind, one, own=False)]
    own = [YES if may(access, kind, one, own=True) else "" for one in CAPACITIES]
    return [*own, others[0] if others else ""]


def _noun(name: str) -> str:
    return name.split("_")[1]


def subjects() -> Iterator[str]:
    """What "own" is asked of, for the actions of which it matters."""
    for subject, words in SUBJECTS.items():
        names = [name for name, access in ACCESS.items() if access.subject == subject]
        listed = ", ".join(f"`{name.removeprefix('msativo_')}`" for name in names)
        if names:
            yield f"- {words}: {listed}"


# -- state × step × who ------------------------------------------------------------------------------------------------
def workflow(of: Workflow) -> Iterator[str]:
    yield f"### `{of.name}`: {of.label}"
    yield ""
    yield from table(["state", "step", "leads to", *KIND_NAMES.values(), "the system"], _step_rows(of))


def _step_rows(of: Workflow) -> Iterator[list[str]]:
    for state, label in of.states.items():
        steps = [step for step in of.steps if state in step.sources]
        named = f"`{state}` {label}"
        if not steps:
            yield [named, "none", *[""] * (len(KINDS) + 2)]
        for step in steps:
            yield [named, f"`{step.action}` {step.label}", f"`{step.target}`", *_who(step)]
            named = ""


def _who(step: Step) -> list[str]:
    cells = {kind: OWN if kind != COORDENACAO else YES for kind in step.who}
    # What is a prefeitura's to do, the coordenação does in its name.
    if MUNICIPIO in step.who:
        cells.setdefault(COORDENACAO, "in its name")
    return [*(cells.get(kind, "") for kind in KIND_NAMES), YES if SISTEMA in step.who else ""]


# -- the file ----------------------------------------------------------------------------------------------------------
def generated() -> str:
    unknown = {access.subject for access in ACCESS.values()} - {*SUBJECTS, ""}
    if unknown:
        raise SystemExit(f"scripts/permissions.py: say in SUBJECTS whose the object of a call is: {sorted(unknown)}")
    lines = [
        "## Who may call which action",
        "",
        "✓: may, on what is of his or her own organisation. *another's*: the least role that is enough on what is of "
        "another one. *account*: whoever is logged in. A sysadmin may call all.",
        "",
        *actions(),
        "",
        "Whose the object of a call is:",
        "",
        *subjects(),
        "",
        "## Who does which step in which state",
        "",
        f"From {CAPACITY_NAMES[EDITOR]} on. *own*: of that prefeitura's municipality, of the leading secretariat's "
        "action. A sysadmin acts as the coordenação. A step that is not in the table is refused to everyone.",
        "",
    ]
    for one in WORKFLOWS.values():
        lines += [*workflow(one), ""]
    return "\n".join(lines)


def written(text: str) -> str:
    """The file with today's tables; raises `SystemExit` when a marker is missing."""
    before, begin, rest = text.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{FILE}: the lines “{BEGIN}” and “{END}” must both be there")
    return f"{before}{BEGIN}\n\n{generated()}\n{END}{after}"


def main(argv: list[str]) -> int:
    text = FILE.read_text(encoding="utf-8")
    new = written(text)
    if "--check" in argv:
        if new != text:
            print(f"{FILE.name} is not up to date: run python scripts/permissions.py")
        return int(new != text)
    FILE.write_text(new, encoding="utf-8")
    print(f"{FILE.name}: {len(ACCESS)} actions, {len(WORKFLOWS)} workflows")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
