"""``prefixes/``: the list in 4,096 shards: asking about a link tells the publisher 12 bits and no more.

::

    prefixes.sha256        digest and name of each file of the folder, as ``sha256sum -c`` reads it
    prefixes/sites.json    {"deeper":["co.uk"]}
    prefixes/4be.json      {"4be0…": [["host","LG-4QJ7ZC2MXA","2026-12-01T00:00:00Z"]], …}

A shard holds what is listed on all the sites whose name's SHA-256 begins with its three hex digits: for each
SHA-256 of an expression its claims, each a scope (or ``alias``), an entry's id and its expiry. A reader who
asks about ``https://www.shop.example/a?b`` names the site (below), gets one shard, hashes every scope's
expression that could cover the URL (``scopes.parents``) and compares. One shard is asked for whatever the
path, so nothing of the path or of the host's lower labels is told.

The site of a host is its last two labels, and one label more as long as it is in ``deeper``: the public
suffixes under which something is listed. An address is its own site. Where nothing is listed there is no
shard: a reader takes "not found" for an empty one.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from blocklist.errors import FormatError
from blocklist.formats.base import stamp
from blocklist.formats.entry_index import tail_of
from blocklist.model import Alias, Entry, Host, Scope
from blocklist.scopes import key_host
from blocklist.urls import is_ip, is_public_suffix, key_hash

FOLDER = "prefixes/"
SITES = FOLDER + "sites.json"
DIGESTS = "prefixes.sha256"
ALIAS = "alias"
_DIGITS = 3  # hex: 12 bits
_NAME = re.compile(rf"{FOLDER}(?:[0-9a-f]{{{_DIGITS}}}|sites)\.json")
_KINDS = (*(scope.value for scope in Scope), ALIAS)
_Claim = tuple[bytes, str, str, datetime, Host]
"""The digest of an expression, a scope or ``alias``, an entry's id and its expiry, and the host."""


class Told(NamedTuple):
    """One claim as a shard tells it."""

    digest: str
    """SHA-256 of the expression, in hex."""
    kind: str
    """A scope, or ``alias``."""
    entry: str
    """Id."""
    expires_at: str
    """RFC 3339, in UTC."""


def write_prefixes(entries: Iterable[Entry], aliases: Iterable[Alias] = ()) -> dict[str, bytes]:
    """Return every file of the folder by name, ``prefixes.sha256`` among them."""
    known = {entry.id: entry for entry in entries}
    made = ShardMaker()
    for each in known.values():
        made.add(each.host, key_hash(each.expression), each.scope, each)
    for alias in aliases:
        if alias.entry in known:
            made.add(key_host(alias.expression), key_hash(alias.expression), ALIAS, known[alias.entry])
    return dict(made.files())


class ShardMaker:
    """The folder in the making, claim by claim."""

    def __init__(self) -> None:
        self._claims: list[_Claim] = []

    def add(self, host: Host, digest: bytes, kind: str, entry: Entry) -> None:
        """Add a claim about ``host``: the digest of its expression, a scope or ``alias``, whose it is."""
        self._claims.append((digest, kind, entry.id, entry.expires_at, host))

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Give name and bytes of every file, ``prefixes.sha256`` last."""
        deeper = _deeper(self._claims)
        shards: defaultdict[str, list[_Claim]] = defaultdict(list)
        for claim in self._claims:
            shards[shard_of(site_of(claim[4], deeper))].append(claim)
        lines = []
        for name in (*sorted(shards), SITES):  # which comes after all hex digits
            said = _shard(shards.pop(name)) if name != SITES else {"deeper": sorted(deeper)}
            data = orjson.dumps(said, option=orjson.OPT_APPEND_NEWLINE)
            lines.append(f"{hashlib.sha256(data).hexdigest()}  {name}\n")
            yield name, data
        yield DIGESTS, "".join(lines).encode()


def site_of(host: Host | str, deeper: Collection[str]) -> str:
    """Return the site by which ``host`` is asked for."""
    if is_ip(host):
        return host
    site = tail_of(host)
    while site in deeper and site != host:
        site = host[host.rfind(".", 0, len(host) - len(site) - 1) + 1 :]
    return site


def shard_of(site: str) -> str:
    """Return the name of the file that holds what is listed on ``site``."""
    return f"{FOLDER}{hashlib.sha256(site.encode(errors='surrogatepass')).hexdigest()[:_DIGITS]}.json"


def parse_sites(data: bytes) -> frozenset[str]:
    """Return the names under which a site has one label more; raise FormatError."""
    found = _object(data, SITES).get("deeper")
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise FormatError(f'{SITES}: "deeper" is no list of names')
    return frozenset(found)


def parse_shard(data: bytes, name: str) -> Iterator[Told]:
    """Give the claims of the shard called ``name``; raise FormatError."""
    for digest, claims in _object(data, name).items():
        if not isinstance(claims, list):
            raise FormatError(f"{name}: {digest[:16]} has no list of claims")
        for claim in claims:
            if not _is_claim(claim):
                raise FormatError(f"{name}: {digest[:16]} has a claim that is not scope, entry and expiry")
            yield Told(digest, *claim)


def parse_digests(data: bytes) -> Mapping[str, str]:
    """Return the SHA-256 of each file of the folder by name; raise FormatError naming the line."""
    found = {}
    for number, line in enumerate(data.decode("ascii", "replace").splitlines(), start=1):
        digest, gap, name = line.partition("  ")
        if not gap or len(digest) != 64 or not _NAME.fullmatch(name):  # noqa: PLR2004 - hex digits of SHA-256
            raise FormatError(f"{DIGESTS} line {number}: is not a digest and the name of a shard")
        found[name] = digest
    return found


def _shard(claims: list[_Claim]) -> dict[str, list[Sequence[str]]]:
    said: defaultdict[str, list[Sequence[str]]] = defaultdict(list)
    for digest, kind, entry, expires_at, _ in sorted(claims):
        said[digest.hex()].append((kind, entry, stamp(expires_at)))
    return said


def _deeper(claims: Collection[_Claim]) -> frozenset[str]:
    """Return the public suffixes above what is listed; never a name that is listed with all below it."""
    domain = Scope.DOMAIN
    whole = {host for _, kind, _, _, host in claims if kind == domain}
    deeper: set[str] = set()
    for host in {claim[4] for claim in claims}:
        if is_ip(host):
            continue
        site = tail_of(host)
        while site != host and site not in whole and (site in deeper or is_public_suffix(Host(site))):
            deeper.add(site)
            site = site_of(host, deeper)
    return frozenset(deeper)


def _object(data: bytes, name: str) -> dict[str, Any]:
    try:
        found = orjson.loads(data)
    except orjson.JSONDecodeError as problem:
        raise FormatError(f"{name}: is not JSON ({problem})") from problem
    if not isinstance(found, dict):
        raise FormatError(f"{name}: is no JSON object")
    return found


def _is_claim(value: object) -> bool:
    if not isinstance(value, list) or len(value) != len(Told._fields) - 1:
        return False
    if not all(isinstance(each, str) for each in value) or value[0] not in _KINDS:
        return False
    try:
        return datetime.fromisoformat(value[2]).tzinfo is not None
    except ValueError:
        return False
