"""The narrowest scope that is true, for every listable page (DESIGN.md section 5, rule 3).

Pages in, claims out: a claim is a scope and an expression with the pages that carry it. Guards are asked
before anything gets wider than one URL; a claim inside a wider one is dropped. A wide claim that was true in
the list before stays while one page carries it and none is clear, so that scopes do not flap with uptime.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from blocklist.listing.guards import Guards, twin_of
from blocklist.listing.pages import Landing, Standing
from blocklist.listing.places import Place
from blocklist.model import Host, ListKey, Scope
from blocklist.scopes import expression_for, key_host, wider
from blocklist.urls import list_key

Claim = tuple[Scope, ListKey]
Claims = dict[Claim, tuple[Landing, ...]]

_ENOUGH_HOSTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What claims are weighed against."""

    places: Mapping[ListKey, Place]
    clear_hosts: frozenset[Host]
    """Hosts with a clear page, be it a tenant's."""
    guards: Guards
    previous: frozenset[Claim]


def claims_of(pages: Iterable[Landing], ground: Ground) -> Claims:
    """Return every claim of the listable among ``pages``, none inside another."""
    listable = [page for page in pages if page.standing is Standing.LISTABLE]
    claims: defaultdict[Claim, list[Landing]] = defaultdict(list)
    for page in listable:
        claims[_chosen(page, ground)].append(page)
        claims[(Scope.URL, page.key)].append(page)
    for name, group in _by_place(listable).items():
        if claim := _whole_place(ground.places[name], ground):
            claims[claim].extend(group)
    _add_twins(claims, ground)
    _add_domains(claims, ground)
    return {
        claim: tuple(dict.fromkeys(found))
        for claim, found in claims.items()
        if not any(outer in claims for outer in wider(*claim))
    }


def _chosen(page: Landing, ground: Ground) -> Claim:
    """Return the scope a moderator chose, or the single URL where none was chosen or guards forbid it."""
    single = (Scope.URL, page.key)
    wished = page.decision.scope if page.decision else None
    host = page.host
    if wished is Scope.HOST and ground.guards.allows(Scope.HOST, host):
        return (Scope.HOST, ListKey(f"{host}/"))
    if wished is Scope.DOMAIN:
        site = ground.guards.site_of(host)
        if site is not None and ground.guards.allows(Scope.DOMAIN, site):
            return (Scope.DOMAIN, ListKey(f"{site}/"))
    if wished is Scope.PATH:
        directory = expression_for(Scope.PATH, page.url)
        tenant = ground.guards.tenant_directory(page.key)
        # A directory wider than one tenant's, or a bare host, would be the whole host under another name.
        if tenant is not None or (ground.guards.allows(Scope.HOST, host) and directory != f"{host}/"):
            return (Scope.PATH, directory)
    return single


def _by_place(pages: Iterable[Landing]) -> Mapping[ListKey, list[Landing]]:
    """Group the pages whose scope no moderator fixed."""
    found: defaultdict[ListKey, list[Landing]] = defaultdict(list)
    for page in pages:
        if page.decision is None or page.decision.scope is None:
            found[page.place].append(page)
    return found


def _whole_place(place: Place, ground: Ground) -> Claim | None:
    host = key_host(place.name)
    if ground.guards.is_canary(host):
        return None
    if place.name != f"{host}/":
        claim = (Scope.PATH, place.name)
    elif ground.guards.allows(Scope.HOST, host) and host not in ground.clear_hosts:
        claim = (Scope.HOST, place.name)
    else:
        return None
    stood = any(each in ground.previous for each in (claim, *wider(*claim)))
    stands = stood and not place.clear
    return claim if stands or place.is_contraband() else None


def _add_twins(claims: dict[Claim, list[Landing]], ground: Ground) -> None:
    """Add the ``www.`` twin of a listed host where its root was seen to lead to the same page."""
    for (scope, expression), pages in sorted(claims.items()):
        if scope is not Scope.HOST:
            continue
        twin = twin_of(key_host(expression))
        claim = (Scope.HOST, ListKey(f"{twin}/"))
        if claim in claims or not ground.guards.allows(Scope.HOST, twin) or twin in ground.clear_hosts:
            continue
        leading = [page for page in pages if _leads_from(twin, page)]
        if leading:
            claims[claim] = leading


def _leads_from(twin: Host, page: Landing) -> bool:
    """Tell whether the root of ``twin`` led to ``page``, which a visitor of the page's own root gets too."""
    root = f"{twin}/"
    return page.is_root and any(
        list_key(way) == root for each in page.findings for way in (*each.hops, each.link.url)
    )


def _add_domains(claims: dict[Claim, list[Landing]], ground: Ground) -> None:
    """Add a domain where two hosts under it are listed and none is clear; twins count as one host."""
    sites: defaultdict[Host, dict[Host, list[Landing]]] = defaultdict(dict)
    for (scope, expression), pages in sorted(claims.items()):
        host = key_host(expression)
        site = ground.guards.site_of(host) if scope is Scope.HOST else None
        if site is not None:
            sites[site].setdefault(Host(host.removeprefix("www.")), []).extend(pages)
    clear = {ground.guards.site_of(host) for host in ground.clear_hosts}
    for site, hosts in sites.items():
        claim = (Scope.DOMAIN, ListKey(f"{site}/"))
        stands = claim in ground.previous or len(hosts) >= _ENOUGH_HOSTS
        if stands and site not in clear and ground.guards.allows(Scope.DOMAIN, site):
            claims[claim].extend(page for host in sorted(hosts) for page in hosts[host])
