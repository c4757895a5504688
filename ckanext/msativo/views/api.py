"""Headers of our reading actions: a tag by which an unchanged answer is not sent twice, and use by other sites."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request

api = Blueprint("msativo_api", __name__)
PREFIXES = ("/api/action/msativo_", "/api/3/action/msativo_")


@api.after_app_request
def tag(response: Response) -> Response:
    # A read by POST has no address that could be asked again; an answer to somebody's cookie is nobody else's.
    if request.method != "GET" or response.status_code != 200 or not request.path.startswith(PREFIXES):
        return response
    if tk.g.get("user"):
        # CKAN writes the header itself after this, and makes it private when it is told so.
        request.environ["__no_cache__"] = True
    else:
        response.headers["Access-Control-Allow-Origin"] = "*"
    response.cache_control.no_cache = True
    response.vary.update(("Accept-Language", "Cookie", "Authorization"))
    response.add_etag()
    response.make_conditional(request)
    return response
