"""Writing as a whole or not at all: our rows and CKAN's datasets in one transaction, the index after it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import ckan.logic
import ckan.model as model
import ckan.plugins.toolkit as tk
from sqlalchemy.exc import IntegrityError

log = logging.getLogger(__name__)

OURS = "msativo_programme"
"""Context key of the programme's own writes of its datasets; a context never comes from outside."""


@contextmanager
def transaction(taken: Mapping[str, Callable[[], Exception]] | None = None) -> Iterator[None]:
    """Everything or nothing; ``taken``: name of an index → what to say when it refuses a second row."""
    try:
        yield
        model.repo.commit()
    except IntegrityError as error:
        model.Session.rollback()
        for index, problem in (taken or {}).items():
            if index in str(error.orig):
                raise problem() from error
        raise
    except BaseException:
        model.Session.rollback()
        raise


def writing(context: Any, **more: Any) -> Any:
    """CKAN's own actions as a part of our transaction, for the caller, whose right was asked before."""
    return {
        "user": context.get("user") or tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"],
        "ignore_auth": True,
        "defer_commit": True,
        "return_id_only": True,
        OURS: True,
        **more,
    }


def index(identifier: str) -> None:
    """After the commit; what fails here is repaired by `ckan search-index rebuild`, what was written stands."""
    try:
        ckan.logic.index_update_package({"ignore_auth": True, "use_cache": False}, identifier)
    except Exception:
        log.exception("The search index does not know %s as it is", identifier)
