"""Messages of the rules as people read them, and the rules' refusals as errors of an action."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.programme.errors import ProgrammeError
from ckanext.msativo.programme.messages import Message
from ckanext.msativo.programme.workflows import WorkflowError


def told(message: Message) -> str:
    """The sentence in the reader's language."""
    return message.text(tk._, _shown)


def _shown(value: Any) -> str:
    return tk.h.msativo_date(value.isoformat()) if isinstance(value, date) else str(value)


@contextmanager
def refusals(field: str) -> Iterator[None]:
    """Turn what a rule refuses into a `ValidationError`: at the fields it names, else at ``field``."""
    try:
        yield
    except WorkflowError as error:
        problems: Any = {name: [told(message)] for name, message in error.fields.items()}
        raise tk.ValidationError(problems or {field: [told(error.message)]}) from error
    except ProgrammeError as error:
        raise tk.ValidationError({field: [told(error.message)]}) from error
