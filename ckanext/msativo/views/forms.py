"""What the programme's forms share: rows of a table of fields, steps by buttons, and errors that come back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Response, request

from ckanext.msativo.views import asked

Errors = Mapping[str, Sequence[str]]
CONFLICT = "versao"
RowErrors = Mapping[int, Mapping[str, list[str]]]
"""Row of a table of fields, from 0 → field (empty: the row as a whole) → what is wrong."""


def rows(prefix: str, fields: Iterable[str], extra: Mapping[str, str] | None = None) -> list[dict[str, str]]:
    """The filled rows of a table of fields named ``<prefix>-<n>-<field>``; a row marked to be left out is."""
    pattern = re.compile(rf"{re.escape(prefix)}-(\d{{1,4}})-")
    names = list(fields)
    numbers = sorted({int(found[1]) for name in request.form if (found := pattern.match(name))})
    found_rows = []
    for number in numbers:
        if request.form.get(f"{prefix}-{number}-tirar"):
            continue
        row = {name: request.form.get(f"{prefix}-{number}-{name}", "").strip() for name in names}
        if any(value for name, value in row.items() if name not in (extra or {})):
            found_rows.append(row)
    return found_rows


def text(name: str) -> str:
    return request.form.get(name, "").strip()


def status(errors: Errors) -> int:
    """409 when somebody else wrote meanwhile."""
    return 409 if CONFLICT in errors else 400


def shown(errors: Errors) -> dict[str, list[str]]:
    """Problems by field as texts; what the object is now (``atual``) is not one of them."""
    return {name: [str(one) for one in told] for name, told in errors.items() if name != "atual"}


def renamed(errors: Errors, name: str, to: str) -> Errors:
    """Problems of a field that the form calls otherwise."""
    return {to if one == name else one: told for one, told in errors.items()}


def with_rows(errors: Errors, name: str, label: str, fields: Iterable[str]) -> tuple[dict[str, list[str]], RowErrors]:
    """`shown`, with the problems of the table of fields ``name``, told as "Delivery 2, prazo: …", by row and field."""
    pattern, known = re.compile(rf"{re.escape(label)} (\d{{1,4}})(?:, (.*?))?: (.*)", re.DOTALL), set(fields)
    told = shown(errors)
    found: dict[int, dict[str, list[str]]] = {}
    for one in told.pop(name, ()):
        parts = pattern.fullmatch(one)
        if parts is None:
            told.setdefault(name, []).append(one)
            continue
        field = parts[2] if parts[2] in known else ""
        found.setdefault(int(parts[1]) - 1, {}).setdefault(field, []).append(parts[3])
    return told, found


def found(action: str, missing: str, **data: Any) -> dict[str, Any]:
    """What an action shows; a page that says so when there is no such thing."""
    try:
        return tk.get_action(action)({}, data)
    except (tk.ObjectNotFound, tk.ValidationError) as error:
        asked.refuse(404, str(error) if isinstance(error, tk.ObjectNotFound) else missing)


def attempt(do: Callable[[], Any], again: Callable[[Errors], str]) -> Any:
    """The outcome of a call, or its form once more with what was wrong: ``(page, status)``."""
    try:
        return do()
    except tk.ValidationError as error:
        errors: Any = error.error_dict
        return again(errors), status(errors)
    except tk.NotAuthorized as error:
        asked.refuse(403, str(error))
    except tk.ObjectNotFound as error:
        asked.refuse(404, str(error))


def allowed(action: str, **data: Any) -> None:
    """End the request with 403 when the reader may not."""
    try:
        tk.check_access(action, {}, data)
    except tk.NotAuthorized as error:
        asked.refuse(403, str(error))


def private(response: Response) -> Response:
    """A file that is one reader's: never shown in the page's own origin, never kept."""
    # CKAN adds "public" to what does not say that it must not.
    request.environ["__no_cache__"] = True
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def plain(value: Any) -> Any:
    """A number as people type it: a decimal comma, and no zero after it that says nothing."""
    return f"{value:.12g}".replace(".", ",") if isinstance(value, float) else value
