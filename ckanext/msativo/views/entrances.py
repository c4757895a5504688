"""Who comes to a workspace without an account, or with one that is of no organisation of the programme."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Response, request

from ckanext.msativo.views.planos import Page


def to_login() -> Response:
    """To the login page, and back to where the reader wanted to go."""
    return tk.redirect_to("user.login", came_from=request.environ["CKAN_CURRENT_URL"])


def nowhere() -> Page:
    """The page of an account that is of no organisation of the programme."""
    return tk.render("msativo/espaco/sem.html", {}), 403
