"""Hosts that must not be listed as a whole: who is shared, who is a landlord, who is never listed at all.

Answers questions about names; what follows from the answers is decided in ``scoping`` and ``build``. The
Public Suffix List knows ``github.io``; ``guards.toml`` and the warning lists know ``linktr.ee``, ``t.me`` and
the top sites (DESIGN.md section 5, rule 4).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from blocklist.model import Host, ListKey, Scope
from blocklist.scopes import directory_of, key_host
from blocklist.urls import has_suffix_below, is_ip, is_public_suffix, registrable_domain

PUBLIC_SUFFIX = "public-suffix"
TENANT_PARENT = "tenant-parent"
INSTITUTION = "institution"
_LANDLORD_LABELS = frozenset(
    [
        "www",
        "m",
        "api",
        "app",
        "apps",
        "cdn",
        "static",
        "assets",
        "img",
        "images",
        "media",
        "files",
        "login",
        "auth",
        "account",
        "accounts",
        "admin",
        "dashboard",
        "my",
        "secure",
        "pay",
        "help",
        "support",
        "docs",
        "status",
        "blog",
        "news",
        "mail",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """What is known of shared and protected names."""

    platforms: Mapping[str, str] = field(default_factory=dict)
    """Name -> kind; names below count too, unless a tenant parent lies between."""
    tenants: frozenset[str] = frozenset()
    """Names below which every name is somebody's own."""
    directories: Mapping[str, int] = field(default_factory=dict)
    """Host -> depth of the directory that is one tenant's."""
    institutions: frozenset[str] = frozenset()
    """Suffixes whose names belong to public bodies."""
    canaries: frozenset[str] = frozenset()
    """Hosts that are never listed, not even by a moderator."""
    _above: frozenset[str] = field(init=False, repr=False, compare=False)
    """Names with one of those below them."""

    def __post_init__(self) -> None:
        known = (self.platforms, self.tenants, self.directories, self.institutions, self.canaries)
        above = frozenset(name for names in known for host in names for name in _suffixes(host))
        object.__setattr__(self, "_above", above)  # frozen: the one way to keep what follows from the rest

    def allows(self, scope: Scope, host: Host) -> bool:
        """Tell whether an entry of ``scope`` may stand on ``host`` as far as guards go.

        Single URLs and directories always, but on a canary. A whole host only where it is one owner's and
        unguarded, a domain only where that is so of every name below it too.
        """
        if self.is_canary(host):
            return False
        if scope in {Scope.URL, Scope.PATH}:
            return True
        whole = self.guard_of(host) is None and not self.is_shared(host)
        return whole and (scope is Scope.HOST or not (host in self._above or has_suffix_below(host)))

    def guard_of(self, host: Host) -> str | None:
        """Return the kind of guard on ``host``; None: it may be listed as far as guards go."""
        if is_ip(host):
            return self.platforms.get(host)
        if is_public_suffix(host):
            return PUBLIC_SUFFIX
        for name in self._names_up(host):
            if name in self.tenants:
                return TENANT_PARENT if _is_landlord(host, name) else None
            if name in self.platforms:
                return self.platforms[name]
        if any(name in self.institutions for name in _suffixes(host)):
            return INSTITUTION
        return None

    def is_shared(self, host: Host) -> bool:
        """Tell whether directories of ``host`` belong to different tenants."""
        return host in self.directories

    def is_canary(self, host: Host) -> bool:
        """Tell whether ``host`` (or its ``www.`` twin) must never be listed."""
        return host in self.canaries or twin_of(host) in self.canaries

    def site_of(self, host: Host) -> Host | None:
        """Return the name at and below which everything is one owner's; None: an address, or nobody's.

        The registrable domain, or the tenant's own name below a landlord that the Public Suffix List does
        not know: ``evil.weebly.com`` for ``www.evil.weebly.com``.
        """
        site = None
        for name in self._names_up(host):
            if name in self.tenants:
                return site
            site = name
        return site

    def tenant_directory(self, key: ListKey) -> ListKey | None:
        """Return the directory of the one tenant whose page ``key`` is; None: the host is one owner's.

        ``host/~name/`` is a tenant on any host: the oldest custom of shared servers.
        """
        host = key_host(key)
        depth = self.directories.get(host)
        if depth is None:
            if not key.startswith(f"{host}/~"):
                return None
            depth = 1
        found = directory_of(key, depth)
        return found if found.count("/") == depth + 1 else None

    def _names_up(self, host: Host) -> Iterable[Host]:
        """``host`` and the names above it, up to its registrable domain."""
        top = registrable_domain(host)
        if top is None:
            return ()
        above = host.removesuffix(top).count(".")
        labels = host.split(".")
        return tuple(Host(".".join(labels[start:])) for start in range(above + 1))


def twin_of(host: Host) -> Host:
    """Return the ``www.`` twin of ``host``, or the name without ``www.``."""
    return Host(host[4:] if host.startswith("www.") else f"www.{host}")


def _is_landlord(host: Host, parent: Host) -> bool:
    """Tell whether ``host`` is the landlord's own: the bare name, or one of his usual labels below it."""
    return host == parent or host.removesuffix(f".{parent}") in _LANDLORD_LABELS


def _suffixes(host: str) -> Iterable[str]:
    labels = host.split(".")
    return (".".join(labels[start:]) for start in range(1, len(labels)))
