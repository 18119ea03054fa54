"""The service's pages: our own templates, all escaped, strangers' words defanged and made visible."""

from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

from babel import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response

from blocklist.config import ServeConfig, SiteConfig
from blocklist.public import words as public_words
from blocklist.public.assets import site_folder
from blocklist.public.language import Language, load_language
from blocklist.public.text import harmless, readable
from blocklist.service import words
from blocklist.service.doors import Call, Side
from blocklist.service.tongues import PARAMETER, language_for, remember


class Pages:
    """Renders the templates under ``site/templates/service`` in the reader's language."""

    def __init__(self, site: SiteConfig, serve: ServeConfig) -> None:
        self._site = site
        self._origins = {Side.PUBLIC: serve.public_origin, Side.STAFF: serve.staff_origin}

    def page(self, call: Call, template: str, status: int = 200, **view: Any) -> Response:
        """Return a page; what every template is given is the session, the time and the ``view``."""
        codes = self._site.languages
        code = language_for(call.request, codes)
        # A page that answers a form has no address of its own: the link to the other language leads to one.
        path = call.request.url.path if call.request.method in {"GET", "HEAD"} else "/"
        html = (
            _environment(code)
            .get_template(template)
            .render(
                site=self._site,
                session=call.session,
                now=call.now,
                post=call.post,
                here=call.request.url.path,
                tongues=[(_language(each), _with_language(call, path, each)) for each in codes],
                **view,
            )
        )
        response = Response(html, status_code=status, media_type="text/html; charset=utf-8")
        response.headers["Vary"] = "Accept-Language, Cookie"
        response.headers["Content-Language"] = _language(code).tag
        secure = any(origin.startswith("https://") for origin in self._origins.values())
        remember(call.request, response, codes, secure=secure)
        return response

    def language(self, call: Call) -> Language:
        """Return the language in which a call is answered."""
        return _language(language_for(call.request, self._site.languages))


def told(language: Language, message: str, named: dict[str, Any]) -> str:
    """Return a message with its values, both in ``language`` where the catalogue has them."""
    if not named:
        return language.say(message)
    values = {name: language.say(each) if isinstance(each, str) else each for name, each in named.items()}
    return language.say(message) % values


def _with_language(call: Call, path: str, code: str) -> str:
    asked = [(name, value) for name, value in call.request.query_params.multi_items() if name != PARAMETER]
    kept = asked if path != "/" or call.request.method in {"GET", "HEAD"} else []
    return f"{path}?{urlencode([*kept, (PARAMETER, code)])}"


def _language(code: str) -> Language:
    return load_language(code, site_folder() / "locale", root="")


@cache
def _environment(code: str) -> Environment:
    language = _language(code)
    environment = Environment(
        loader=FileSystemLoader(site_folder() / "templates" / "service"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    # newstyle: placeholders are escaped as everything else, and a message is trusted as a template is.
    environment.install_gettext_translations(language.messages, newstyle=True)  # type: ignore[attr-defined] # by i18n
    environment.filters |= {
        "harmless": harmless,
        "inline": _inline,
        "readable": readable,
        "moment": _moment,
    }
    environment.globals |= {
        "language": language,
        "say": language.say,
        "told": lambda error: told(language, error.message, error.named),
        "number": language.number,
        "percent": language.percent,
        "tongue": lambda tag: _name_of(tag, language.locale),
        "words": words,
        "public_words": public_words,
    }
    return environment


def _name_of(tag: str, locale: Locale) -> str:
    """Return what speakers of ``locale`` call the language of a page; the tag where they do not know it."""
    return locale.languages.get(tag) or readable(tag)


def _inline(text: str) -> str:
    """Return a part of a line harmless, with the blanks at its ends."""
    return " " * text[:1].isspace() + harmless(text) + " " * (len(text) > 1 and text[-1:].isspace())


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
