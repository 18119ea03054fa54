"""The table of pretend sites: each address, what is there, and the truth about it.

The tables are TOML files, one per category and one per kind of trouble, in ``tables/``; the pages are files
under ``pages/<host>/``. Nothing is served here (``server``), nothing judged.

Arrays of a table and the keys of their rows::

    [[offer]]   host path lang goods               a page that sells contraband of the table's category
    [[twin]]    host path lang kind of             an innocent page, five of the offer's goods words on it
    [[page]]    host path truth kind …             any other page
    [[hop]]     host path to status                a redirect; its truth is that of the page it leads to
    [[trap]]    host path behaviour failure        an answer made up on the fly (``behaviours``)
    [robots]    host = "text"                      robots.txt; a host that is not named answers 404
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from blocklist.model import Failure, Label

ROOM = files("crawler.pretend")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One address of the pretend web and the truth about it."""

    host: str
    path: str = "/"
    """Path and query."""
    scheme: str = "http"
    """By which it is shared; both schemes answer."""
    lang: str = ""
    """``en`` or ``zh``; empty: no words to read."""
    truth: Label
    """The label an honest moderator would give after following the address to its end."""
    category: str = ""
    """Of the goods that the page sells or speaks of; empty: neither."""
    kind: str
    """``offer``, the kind of twin (``news``, ``museum`` …), ``hop``, ``trap``, or the state of the page."""
    goods: tuple[str, ...] = ()
    """Goods words of an offer, as written on the page; its twins share at least five."""
    of: str = ""
    """Address (``host/path``) of the offer whose twin this is; empty: no twin."""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    charset: str = "utf-8"
    """In which the page's text goes over the wire, whatever the headers claim."""
    to: str = ""
    """Where a hop leads; ``{port}`` stands for the web's own port."""
    behaviour: str = ""
    """Name in ``behaviours``; empty: a plain page or hop."""
    below: bool = False
    """True: answers every path below its own too."""
    certificate: str = "good"
    """The host's, one of ``certificates.FAULTS``."""
    failure: Failure | None = None
    """With what a visit must end; None: it brings a page."""
    shared: bool = True
    """True: ``shares`` reports it."""

    @property
    def address(self) -> str:
        """``host/path``, the key of the table."""
        return self.host + self.path

    @property
    def url(self) -> str:
        """The address as it is shared: what is no ASCII is percent-encoded, as browsers copy it."""
        return f"{self.scheme}://{self.request}"

    @property
    def request(self) -> str:
        """The address as a client asks for it."""
        return self.host + quote(self.path, safe="/?&=%+~")

    @property
    def file(self) -> str:
        """The page's name under ``pages/``; empty: the answer is made, not kept."""
        if self.to or self.behaviour:
            return ""
        path, _, query = self.path.partition("?")
        name = path.removeprefix("/").removesuffix(".html")
        name += "index" if not name or name.endswith("/") else ""
        return f"{self.host}/{name}{'_' + query if query else ''}.html"


def page_text(site: Site) -> str:
    """Return the page's text as it was written."""
    return (ROOM / "pages" / site.file).read_text(encoding="utf-8")


@cache
def page_bytes(site: Site) -> bytes:
    """Return the page as it goes over the wire."""
    return page_text(site).encode(site.charset)


def _tables() -> Iterator[tuple[str, Mapping[str, Any]]]:
    room = ROOM / "tables"
    for file in sorted(room.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            yield file.name.removesuffix(".toml"), tomllib.loads(file.read_text(encoding="utf-8"))


def _sites() -> Iterator[Site]:
    for name, table in _tables():
        category = table.get("category", "")
        for row in table.get("offer", ()):
            fixed = {"truth": Label.CONTRABAND, "kind": "offer", "category": category}
            yield _site(name, fixed | row)
        for row in table.get("twin", ()):
            yield _site(name, {"truth": Label.CLEAR, "category": category} | row)
        for row in table.get("page", ()):
            yield _site(name, row)
        for row in table.get("hop", ()):
            yield _site(name, {"kind": "hop", "status": 302} | row)
        for row in table.get("trap", ()):
            yield _site(name, {"kind": "trap", "truth": Label.UNREACHABLE} | row)


def _site(table: str, row: Mapping[str, Any]) -> Site:
    values = dict(row)
    values["truth"] = Label(values["truth"])
    values["goods"] = tuple(values.get("goods", ()))
    if "failure" in values:
        values["failure"] = Failure(values["failure"])
    try:
        return Site(**values)
    except TypeError as error:
        raise ValueError(f"crawler/pretend/tables/{table}.toml: {row.get('host')}: {error}") from error


SITES: tuple[Site, ...] = tuple(_sites())
"""Every declared address, in the order of the tables."""

ROBOTS: Mapping[str, str] = {
    host: text for _, table in _tables() for host, text in table.get("robots", {}).items()
}
"""``robots.txt`` by host; a host that is not named has none."""
