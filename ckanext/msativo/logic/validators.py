"""Validators of our scheming types. Blanket-registered: each public function here is one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import ckan.authz as authz
import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.lib.navl.dictization_functions import unflatten

from ckanext.msativo.logic import challenge_checks, challenges
from ckanext.msativo.logic import territory as territories
from ckanext.msativo.logic.method import MethodProblem, method_of
from ckanext.msativo.programme.ownership import MUNICIPIO, SECRETARIA, may_own
from ckanext.msativo.territory import UnknownMunicipio
from ckanext.msativo.text import readable

__all__ = [
    "msativo_cycle",
    "msativo_desafio_method",
    "msativo_indicador_method",
    "msativo_municipality_code",
    "msativo_number",
    "msativo_organization_consistent",
    "msativo_owner_kind",
    "msativo_protected",
    "msativo_readable",
    "msativo_rule",
    "msativo_secretariat",
    "msativo_written_by_loader",
    "msativo_yes_no",
]

Key = tuple[Any, ...]
Data = dict[Key, Any]

GROUP_EXTRAS = cast(Any, model.Group).extras
"""The JSONB column, which CKAN's annotations leave out."""
LONGEST_CYCLE = 60
LOADER = "msativo_loader"
"""Context key of the loader's own writes; a context never comes from outside."""


def _acts_for_the_portal(context: Any) -> bool:
    return bool(context.get("ignore_auth")) or authz.is_sysadmin(context.get("user"))


def msativo_protected(key: Key, data: Data, errors: Any, context: Any) -> None:
    """Let only a sysadmin set this field of an organisation; for others it stays as it is."""
    group = context.get("group")
    value = data.get(key, tk.missing)
    if group is None or _acts_for_the_portal(context):
        if group is not None and value is tk.missing:
            data[key] = _stored(group, key[0])
        return
    stored = _stored(group, key[0])
    if value is tk.missing or value == stored:
        data[key] = stored
        return
    errors[key].append(tk._("Only a system administrator can change this field."))
    raise tk.StopOnError()


def _stored(group: Any, field: str) -> str:
    return group.state if field == "state" else (group.extras or {}).get(field, "")


def msativo_municipality_code(value: Any) -> str:
    """Accept a 6- or 7-digit IBGE code of the territory; the 7-digit one is kept."""
    if not value:
        return ""
    try:
        return territories.territory().resolve(value).codigo_ibge
    except UnknownMunicipio as error:
        raise tk.Invalid(
            tk._("{value} is not the IBGE code of a municipality of this state.").format(value=value)
        ) from error


def msativo_organization_consistent(key: Key, data: Data, errors: Any, context: Any) -> None:
    """A prefeitura has the code of its municipality, once in the portal; other kinds have none."""
    if context.get("group") is not None:
        # CKAN's schema would let the admin of an organisation turn it into a group.
        data[("is_organization",)] = context["group"].is_organization
    kind, code = data.get(("kind",)), data.get(("codigo_ibge",)) or ""
    field = ("codigo_ibge",)
    if (kind == MUNICIPIO) != bool(code):
        message = (
            tk._("A municipality needs its IBGE code.") if not code else tk._("Only a municipality has an IBGE code.")
        )
        errors.setdefault(field, []).append(message)
        return
    group = context.get("group")
    if code and _organization_with_code(code, except_id=group.id if group else None):
        errors.setdefault(field, []).append(tk._("This municipality already has an organization."))


def _organization_with_code(code: str, except_id: str | None) -> bool:
    query = model.Session.query(model.Group.id).filter(
        model.Group.is_organization.is_(True),
        model.Group.state == "active",
        GROUP_EXTRAS["codigo_ibge"].astext == code,
    )
    if except_id:
        query = query.filter(model.Group.id != except_id)
    return query.first() is not None


def msativo_owner_kind(key: Key, data: Data, errors: Any, context: Any) -> None:
    """The owner's kind must be one that may own this type (also for a sysadmin: it is the data's rule)."""
    owner = data.get(key)
    package = context.get("package")
    dataset_type = package.type if package else data.get(("type",)) or "dataset"
    if not owner or owner is tk.missing:
        errors[key].append(tk._("An organization must be provided"))
        raise tk.StopOnError()
    if not may_own(organization_kind(owner), dataset_type):
        errors[key].append(tk._("An organization of this kind cannot own this type of dataset."))
        raise tk.StopOnError()


def organization_kind(id_or_name: str) -> str | None:
    """Return the kind of an active organisation, None when there is no such one."""
    group = model.Group.get(id_or_name)
    if group is None or not group.is_organization or group.state != "active":
        return None
    return _stored(group, "kind") or None


def municipality_of(id_or_name: str) -> str | None:
    """Return the IBGE code of an active prefeitura, None for other organisations."""
    group = model.Group.get(id_or_name)
    if group is None or organization_kind(id_or_name) != MUNICIPIO:
        return None
    return _stored(group, "codigo_ibge") or None


def msativo_number(value: Any) -> Any:
    """Accept a finite number, decimal comma too; it is stored as its shortest text."""
    if value is tk.missing or value is None or value == "":
        return ""
    try:
        number = float(str(value).strip().replace(",", "."))
    except ValueError:
        number = float("nan")
    if number != number or number in (float("inf"), float("-inf")):
        raise tk.Invalid(tk._("{value} is not a number.").format(value=value))
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def msativo_rule(value: Any) -> Any:
    """Accept the name of a registered rule."""
    from ckanext.msativo.logic.method import rule_names

    if value not in rule_names():
        raise tk.Invalid(
            tk._("{value} is not a rule; choose one of {rules}.").format(value=value, rules=", ".join(rule_names()))
        )
    return value


def msativo_indicador_method(key: Key, data: Data, errors: Any, context: Any) -> None:
    """The rule and its parameters must make a method; each problem stands at its field."""
    if any(errors.values()):
        return
    try:
        method_of({field[0]: value for field, value in data.items() if len(field) == 1})
    except MethodProblem as problem:
        errors.setdefault((problem.field,), []).append(tk._(problem.message).format(**problem.params))


def msativo_yes_no(value: Any) -> str:
    """Accept what people and programs say for yes and no; kept as ``true`` or ``false``."""
    return "true" if str(value).strip().lower() in ("true", "1", "on", "sim", "yes", "t") else "false"


def msativo_secretariat(value: Any) -> Any:
    """Accept the name of a secretariat's organisation."""
    if organization_kind(str(value)) != SECRETARIA:
        raise tk.Invalid(tk._("“{value}” is not a secretariat of this portal.").format(value=value))
    return value


def msativo_desafio_method(key: Key, data: Data, errors: Any, context: Any) -> None:
    """The indicators and settings must make a method; what a cycle has frozen changes only as an erratum."""
    if any(errors.values()):
        return
    _drop_blank_rows(data)
    fields = unflatten(dict(data))
    try:
        challenge_checks.check(fields, context.get("package"))
    except MethodProblem as problem:
        errors.setdefault(_place(problem, fields), []).append(tk._(problem.message).format(**problem.params))


def _drop_blank_rows(data: Data) -> None:
    """Take out the rows that the form offered and nobody filled in."""
    rows: dict[Key, dict[str, Any]] = {}
    for key, value in data.items():
        if len(key) == 3 and key[0] in ("indicadores", "rejeitados"):
            rows.setdefault(key[:2], {})[key[2]] = None if value is tk.missing else value
    blank = {place for place, row in rows.items() if challenges.is_blank(row)}
    for key in [key for key in data if key[:2] in blank]:
        del data[key]


def _place(problem: MethodProblem, fields: Mapping[str, Any]) -> Key:
    """Where a problem stands; that of a repeating field in a row of it, as neither CKAN nor its form take others."""
    if problem.field not in challenges.ROW_FIELDS:
        return (problem.field,)
    names = [row.get("indicador") for row in challenges.items(fields, "indicadores")]
    named = problem.params.get("name")
    row = problem.params.get("row") or (names.index(named) + 1 if named in names else 1)
    return ("indicadores", row - 1, problem.field)


def msativo_readable(key: Key, data: Data, errors: Any, context: Any) -> None:
    """Refuse at once what no database holds as text; other validators ask the database about such texts."""
    for place, value in data.items():
        if isinstance(value, str) and not readable(value):
            told: list[Any] = [tk._("The text has characters that cannot be read.")]
            for part in reversed(place[1:]):
                told = [*({} for _ in range(part)), told] if isinstance(part, int) else {part: told}  # pyright: ignore
            raise tk.ValidationError({str(place[0]): told})


def msativo_cycle(value: Any) -> str:
    """Accept the name of a cycle: short, and without the spaces around it that nobody sees."""
    name = str(value).strip()
    if not name:
        raise tk.Invalid(tk._("Missing value"))
    if len(name) > LONGEST_CYCLE:
        raise tk.Invalid(tk._("At most {n} characters.").format(n=LONGEST_CYCLE))
    return name


def msativo_written_by_loader(key: Key, data: Data, errors: Any, context: Any) -> None:
    """What the loader derives from file and table cannot be typed in; it stays as it is."""
    if context.get(LOADER):
        if data.get(key) is tk.missing:
            data[key] = ""
        return
    package = context.get("package")
    stored = (package.extras or {}).get(key[0]) if package else None
    given = data.get(key)
    if given is not tk.missing and given not in (stored, "", None) and str(given) != str(stored):
        errors[key].append(tk._("This field is written when data are loaded; it cannot be set by hand."))
        raise tk.StopOnError()
    data[key] = stored if stored is not None else ""
