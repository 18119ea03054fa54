"""The service's pages: our own templates, all escaped, strangers' words defanged and made visible."""

from datetime import datetime
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response

from blocklist.config import SiteConfig
from blocklist.public import words
from blocklist.public.assets import site_folder
from blocklist.public.text import harmless, readable
from blocklist.service.doors import Call


class Pages:
    """Renders the templates under ``site/templates/service``."""

    def __init__(self, site: SiteConfig) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(site_folder() / "templates" / "service"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {
            "harmless": harmless,
            "inline": _inline,
            "readable": readable,
            "moment": _moment,
        }
        self._environment.globals |= {"site": site, "words": words}

    def page(self, call: Call, template: str, status: int = 200, **view: Any) -> Response:
        """Return a page; what every template is given is the session, the time and the ``view``."""
        html = self._environment.get_template(template).render(
            session=call.session, now=call.now, post=call.post, **view
        )
        return Response(html, status_code=status, media_type="text/html; charset=utf-8")


def _inline(text: str) -> str:
    """Return a part of a line harmless, with the blanks at its ends."""
    return " " * text[:1].isspace() + harmless(text) + " " * (len(text) > 1 and text[-1:].isspace())


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
