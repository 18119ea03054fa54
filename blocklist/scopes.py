"""What each scope means, in one place: listing, formats and lookup all ask here.

An entry is a scope and a scheme-less expression (DESIGN.md section 4):

::

    url     host/path?query   that path and query on that host
    path    host/dir/         that directory and everything below it
    host    host/             that name only, every port and every path of it
    domain  host/             the name, and every name below it

Keys are Safe Browsing canonical forms (``urls.list_key``): scheme, port, user and fragment are gone, escapes
are normalised, so that two spellings of one page compare equal. A ``www.`` twin is another name: where both
lead to the same page, listing makes a second entry of it, and no scope here widens by itself.

Whether a scope is *allowed* for a host (guards, public suffixes) is left to ``listing``.
"""

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

from blocklist.model import Host, ListKey, Scope, WebUrl
from blocklist.urls import list_key, registrable_domain

T = TypeVar("T")


def key_host(key: ListKey) -> Host:
    """Return the host that begins ``key``."""
    return Host(key.partition("/")[0])


def expression_for(scope: Scope, url: WebUrl) -> ListKey:
    """Return the expression that covers ``url`` at ``scope`` and nothing wider.

    ``path`` gives the directory the page lies in; ``domain`` the registrable domain, or the host itself where
    there is none (an address literal, a public suffix).
    """
    key = list_key(url)
    if scope is Scope.URL:
        return key
    if scope is Scope.PATH:
        return directory_of(key)
    host = key_host(key)
    if scope is Scope.DOMAIN:
        host = registrable_domain(host) or host
    return ListKey(f"{host}/")


def directory_of(key: ListKey, depth: int | None = None) -> ListKey:
    """Return the directory a page lies in: ``host/a/b/`` for ``host/a/b/page?x``.

    With ``depth``, only the first that many directories: 1 gives ``host/a/``. A page that lies in fewer gives
    what it lies in.
    """
    path = key.partition("?")[0]
    parts = path.split("/")[:-1]
    if depth is not None:
        parts = parts[: depth + 1]
    return ListKey("/".join(parts) + "/")


def covers(scope: Scope, expression: ListKey, url: WebUrl) -> bool:
    """Tell whether an entry of ``scope`` and ``expression`` covers ``url``."""
    return covers_key(scope, expression, list_key(url))


def covers_key(scope: Scope, expression: ListKey, key: ListKey) -> bool:
    """Tell the same of a list key, for callers that have canonicalised already."""
    if scope is Scope.URL:
        return key == expression
    if scope is Scope.PATH:
        return key.startswith(expression)
    if scope is Scope.HOST:
        return key_host(key) == key_host(expression)
    return is_below(key_host(key), key_host(expression))


def is_below(host: Host, name: Host) -> bool:
    """Tell whether ``host`` is ``name`` or a name below it."""
    return host == name or host.endswith(f".{name}")


def parents(key: ListKey) -> tuple[tuple[Scope, ListKey], ...]:
    """Every scope and expression that covers ``key``, narrowest first: what a lookup asks for.

    The list is complete for any depth of path and any number of labels, so a lookup answers exactly as
    ``covers_key`` would entry by entry.
    """
    host, _, rest = key.partition("/")
    found = [(Scope.URL, key)]
    directories = rest.partition("?")[0].split("/")[:-1]
    found += [
        (Scope.PATH, ListKey("/".join((host, *directories[:depth])) + "/"))
        for depth in range(len(directories), -1, -1)
    ]
    found.append((Scope.HOST, ListKey(f"{host}/")))
    labels = host.split(".")
    found += [(Scope.DOMAIN, ListKey(".".join(labels[start:]) + "/")) for start in range(len(labels))]
    return tuple(found)


class Cover(Generic[T]):
    """What lies over a key, out of many claims: ``parents``, asked only where a claim can be.

    Most keys of a crawl are under no claim at all; for them this is two look-ups of their host.
    """

    def __init__(self, claims: Mapping[tuple[Scope, ListKey], T]) -> None:
        self._claims = claims
        self._hosts = {key_host(expression) for scope, expression in claims if scope is not Scope.DOMAIN}
        self._domains = {key_host(expression) for scope, expression in claims if scope is Scope.DOMAIN}

    def __iter__(self) -> Iterator[T]:
        """Give what every claim stands for."""
        return iter(self._claims.values())

    def over(self, key: ListKey) -> Iterator[T]:
        """Give what covers ``key``, narrowest first."""
        if self._may_cover(key_host(key)):
            for claim in parents(key):
                if claim in self._claims:
                    yield self._claims[claim]

    def covers(self, key: ListKey) -> bool:
        """Tell whether anything covers ``key``."""
        return any(True for _ in self.over(key))

    def _may_cover(self, host: Host) -> bool:
        if host in self._hosts:
            return True
        while self._domains and host:
            if host in self._domains:
                return True
            host = Host(host.partition(".")[2])
        return False


def wider(scope: Scope, expression: ListKey) -> tuple[tuple[Scope, ListKey], ...]:
    """Every other scope and expression whose entry would contain this one, narrowest first."""
    if scope is Scope.URL:
        return parents(expression)[1:]
    order = list(Scope)
    return tuple(
        outer
        for outer in parents(expression)[1:]
        if order.index(outer[0]) >= order.index(scope) and outer != (scope, expression)
    )
