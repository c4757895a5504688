"""Which pages other sites may show in a frame: those made for it, and no other.

A page with a form in a frame of a foreign site could be clicked without being seen; one that only shows is safe.
"""

from __future__ import annotations

from flask import Blueprint, Response, request

molduras = Blueprint("msativo_molduras", __name__)
ANYWHERE, ONLY_HERE = "frame-ancestors *", "frame-ancestors 'self'"


def is_embeddable(endpoint: str | None) -> bool:
    """Our embedded pages, and CKAN's page of one resource view."""
    name = endpoint or ""
    return name.startswith("msativo_incorporar.") or name.endswith("_resource.view")


@molduras.after_app_request
def frames(response: Response) -> Response:
    if response.mimetype != "text/html":
        return response
    embeddable = is_embeddable(request.endpoint)
    policy = response.headers.get("Content-Security-Policy")
    rule = ANYWHERE if embeddable else ONLY_HERE
    if policy is None:
        response.headers["Content-Security-Policy"] = rule
    elif "frame-ancestors" not in policy:
        response.headers["Content-Security-Policy"] = f"{policy}; {rule}"
    if not embeddable:
        response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
    return response
