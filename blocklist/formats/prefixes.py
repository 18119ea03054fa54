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
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
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
_BEGIN, _NEXT, _END = b'{"', b']],"', b"]]}\n"
"""Of a shard: before the first digest, between the claims of one and the next, after the last."""
_Said = Mapping[str, Sequence[tuple[str, str, datetime]]]
"""Claims by digest, in hex."""
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
    hosts: set[Host] = set()
    for each in known.values():
        hosts.add(each.host)
        made.add(each.host, key_hash(each.expression), each.scope, each)
    for alias in aliases:
        if alias.entry in known:
            hosts.add(key_host(alias.expression))
            made.add(key_host(alias.expression), key_hash(alias.expression), ALIAS, known[alias.entry])
    whole = {each.host for each in known.values() if each.scope is Scope.DOMAIN}
    return dict(made.files(deeper_of(hosts, whole)))


class ShardMaker:
    """The folder in the making, claim by claim."""

    def __init__(self) -> None:
        self._claims: list[_Claim] = []

    def add(self, host: Host, digest: bytes, kind: str, entry: Entry) -> None:
        """Add a claim about ``host``: the digest of its expression, a scope or ``alias``, whose it is."""
        self._claims.append((digest, kind, entry.id, entry.expires_at, host))

    def files(self, deeper: frozenset[str]) -> Iterator[tuple[str, bytes]]:
        """Give name and bytes of every file, ``prefixes.sha256`` last; ``deeper`` as ``deeper_of`` says."""
        shards = self.in_shards(deeper)
        named = ((name, _written(_shard(shards.pop(name)))) for name in sorted(shards))
        yield from with_digests(named, deeper)

    def edited(
        self, shards: Mapping[str, bytes], gone: "ShardMaker", deeper: frozenset[str]
    ) -> Iterator[tuple[str, bytes]]:
        """Give the same as ``files``, made from the ``shards`` before: these claims come, the others go.

        ``deeper`` must be what it was, or every claim may lie in another shard. Raises ValueError where a
        claim that goes is not in its shard.
        """
        come, leave = self.in_shards(deeper), gone.in_shards(deeper)

        def named() -> Iterator[tuple[str, bytes]]:
            for name in sorted(shards.keys() | come.keys()):
                if name not in come and name not in leave:
                    yield name, shards[name]
                    continue
                left, entered = _shard(leave.get(name, [])), _shard(come.get(name, []))
                if data := _edited(shards.get(name, b""), left, entered):
                    yield name, data

        yield from with_digests(named(), deeper)

    def in_shards(self, deeper: frozenset[str]) -> dict[str, list[_Claim]]:
        """Return the claims by the name of the shard that holds them."""
        shards: defaultdict[str, list[_Claim]] = defaultdict(list)
        for claim in self._claims:
            shards[shard_of(site_of(claim[4], deeper))].append(claim)
        return shards


def with_digests(shards: Iterable[tuple[str, bytes]], deeper: frozenset[str]) -> Iterator[tuple[str, bytes]]:
    """Give the ``shards``, and what lies beside them."""
    lines = []
    for name, data in chain(shards, [(SITES, _written({"deeper": sorted(deeper)}))]):
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


def _shard(claims: list[_Claim]) -> dict[str, list[tuple[str, str, datetime]]]:
    said: defaultdict[str, list[tuple[str, str, datetime]]] = defaultdict(list)
    for digest, kind, entry, expires_at, _ in sorted(claims):
        said[digest.hex()].append((kind, entry, expires_at))
    return said


def _edited(shard: bytes, leave: _Said, come: _Said) -> bytes:
    """Return the bytes of ``shard`` without the claims that leave and with those that come; empty: no claim.

    Most digests of a shard stay, and are not parsed.
    """
    said = shard[len(_BEGIN) : -len(_END)].split(_NEXT) if shard else []
    for digest in leave.keys() | come.keys():
        key = digest.encode()
        at = bisect_left(said, key)
        is_there = at < len(said) and said[at].startswith(key)
        claims: list[list[str]] = orjson.loads(said[at][len(key) + 2 :] + b"]]") if is_there else []
        for claim in leave.get(digest, ()):
            claims.remove(_claim(*claim))
        claims += [_claim(*claim) for claim in come.get(digest, ())]
        fresh = key + b'":' + orjson.dumps(sorted(claims))
        said[at : at + is_there] = [fresh.removesuffix(b"]]")] if claims else []
    return _BEGIN + _NEXT.join(said) + _END if said else b""


def _claim(kind: str, entry: str, expires_at: datetime) -> list[str]:
    """Return a claim as it is read back."""
    return [kind, entry, stamp(expires_at)]


def _written(said: object) -> bytes:
    return orjson.dumps(said, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z)


def is_shared(host: Host | str) -> bool:
    """Tell whether the last two labels of ``host``, which has more, are a public suffix."""
    site = tail_of(host)
    return site != host and is_public_suffix(Host(site)) and not is_ip(host)


def deeper_of(hosts: Iterable[Host], whole: Collection[Host]) -> frozenset[str]:
    """Return the public suffixes above ``hosts``; never one of ``whole``, which are listed with all below."""
    deeper: set[str] = set()
    for host in hosts:
        if not is_shared(host):
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
