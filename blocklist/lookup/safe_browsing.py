"""Answer Safe Browsing clients from a published folder: a request in, bytes out.

::

    …/v5/hashLists:batchGet   …/v5/hashes:search                                              version 5
    …/v4/threatLists   …/v4/threatListUpdates:fetch   …/v4/fullHashes:find                    version 4
    …/v2/downloads   …/v2/chunk/42                                                            version 2.2

Before the version may stand a set: ``by-category/tobacco/v5/…``. Lists are read from the release that is
shown when the request comes, and what a client holds from the releases that lie beside it; where that is
gone, it is given the whole. HTTP is left to ``service``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qs

import orjson

from blocklist.errors import FormatError, InputError
from blocklist.formats.base import Rule
from blocklist.formats.records import ENTRIES, MANIFEST, lines_of, record_of
from blocklist.formats.safe_browsing import hash_list
from blocklist.model import ListKey, Scope
from blocklist.release.sets import ListSet, kind_of, set_in, since
from blocklist.safe_browsing import v2, v4, v5
from blocklist.safe_browsing.hashes import HashList, serial_in

PROTOBUF = "application/x-protobuf"
JSON = "application/json"
TEXT = "text/plain; charset=us-ascii"
BYTES = "application/octet-stream"
MOST_PREFIXES = 1000
"""That one search may ask about, by the specification of version 5."""
_PATH = re.compile(
    r"((?:(?:by-category|min-grade)/[a-z0-9-]{1,100}/|names/|recent/)?)(v[245])/([^?#]{1,100})"
)
_LISTS_KEPT = 64
"""In memory: each of the last releases of some sets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request."""

    path: str
    """After where the service is mounted: ``v5/hashes:search``."""
    query: str = ""
    """As in the address, without its question mark."""
    body: bytes = b""
    media_type: str = ""
    """Of the body; empty: none was said."""
    at: str = ""
    """Where the service is mounted, without the scheme: ``gazette.example/safe-browsing``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What to send back, with status 200."""

    body: bytes
    media_type: str


def answer(folder: Path, asked: Asked) -> Answer | None:  # noqa: PLR0911 - one line a method
    """Answer from the published ``folder``; None: there is nothing at that path.

    Raises FormatError for a request that is none of its version, InputError where no list is published.
    """
    chosen, version, method = _parts(asked.path)
    lists = _Lists(folder, chosen)
    if not version or not lists.has_set():
        return None
    asks = parse_qs(asked.query, keep_blank_values=True, max_num_fields=2 * MOST_PREFIXES)
    match version, method:
        case "v5", "hashLists:batchGet":
            return Answer(body=_batch(lists, asks), media_type=PROTOBUF)
        case "v5", "hashes:search":
            prefixes = v5.prefixes_asked(asks.get("hashPrefixes", ()))
            if len(prefixes) > MOST_PREFIXES:
                raise FormatError(f"hashPrefixes: more than {MOST_PREFIXES}")
            found = dict.fromkeys(each for prefix in prefixes for each in lists.now().behind(prefix))
            return Answer(body=v5.write_found(found), media_type=PROTOBUF)
        case "v4", "threatLists":
            return Answer(body=v4.threat_lists(), media_type=JSON)
        case "v4", "threatListUpdates:fetch" | "fullHashes:find":
            return _v4(lists, method, asked, asks)
        case "v2", "downloads":
            chunk = f"{asked.at}/{chosen}v2/chunk/{lists.now().serial}"
            return Answer(body=v2.downloads(asked.body, lists.now(), chunk), media_type=TEXT)
        case "v2", _ if method == f"chunk/{lists.now().serial}":
            return Answer(body=v2.chunk(lists.now()), media_type=BYTES)
    return None


class _Lists:
    """The lists of one set: of the release that is shown, and of those beside it."""

    def __init__(self, folder: Path, chosen: str) -> None:
        found = folder / "list" if (folder / "list").is_dir() else folder
        self._list = found.resolve()  # one release throughout, whatever is published meanwhile
        self._set = chosen
        try:
            self._serial = int(orjson.loads((self._list / MANIFEST).read_bytes())["serial"])
        except (OSError, KeyError, TypeError, ValueError) as problem:
            raise InputError(
                f"{folder}: holds no list that can be read; name a published folder"
            ) from problem

    def has_set(self) -> bool:
        """Tell whether the list is given in that set."""
        return (self._list / self._set).is_dir()

    def now(self) -> HashList:
        """Return the list that is published."""
        return _hashes(self._list, self._set, self._serial)

    def of(self, version: bytes) -> HashList | None:
        """Return the list that a client holds; None: it is not known any more."""
        serial = serial_in(version)
        if serial is None:
            return None
        path = self._list.parent.parent / f"{serial:06}" / "list"
        if serial == self._serial:
            found = self.now()
        elif self._list.parent.name.isdigit() and (path / ENTRIES).is_file():
            found = _hashes(path, self._set, serial)
        else:
            return None
        return found if found.version == version else None


@lru_cache(maxsize=_LISTS_KEPT)  # a release never changes
def _hashes(folder: Path, chosen: str, serial: int) -> HashList:
    try:
        manifest = orjson.loads((folder / MANIFEST).read_bytes())
        data = (folder / ENTRIES).read_bytes()
    except OSError as problem:
        raise InputError(f"{problem.filename}: cannot be read ({problem.strerror})") from problem
    recent = since(datetime.fromisoformat(manifest["issued_at"]))
    return hash_list(_rules(data, set_in(chosen), recent), serial)


def _rules(entries: bytes, chosen: ListSet, recent: datetime) -> Iterator[Rule]:
    for _, _, value in lines_of(entries):
        if not chosen.has(kind_of(record_of(value), recent)):
            continue
        if value["expression"] is not None:
            yield Rule(ListKey(value["expression"]), Scope(value["scope"]), False, False)
        for alias in value["aliases"]:
            yield Rule(ListKey(alias), Scope.URL, True, False)


def _batch(lists: _Lists, asks: Mapping[str, list[str]]) -> bytes:
    """Return the lists of those names, each once; of another than ours there is nothing to say."""
    names, versions = asks.get("names", []), asks.get("version", [])
    if not names:
        raise FormatError(f"names: is missing; there is {v5.NAME}")
    held = dict(zip(names, versions, strict=False))
    found = []
    for name in dict.fromkeys(names):
        if name == v5.NAME:
            before = lists.of(v5.from_query(held.get(name, "")))
            found.append(v5.write_list(lists.now(), before))
        else:
            found.append(v5.write_list(HashList(serial=lists.now().serial, hashes=()), name=name))
    return v5.write_batch(found)


def _v4(lists: _Lists, method: str, asked: Asked, asks: Mapping[str, list[str]]) -> Answer:
    is_message = "$req" in asks or asked.media_type.startswith(PROTOBUF)
    body = v5.from_query(asks["$req"][0]) if "$req" in asks else asked.body
    if method == "fullHashes:find":
        found = v4.full_hashes(body, lists.now(), as_json=not is_message)
    else:
        found = v4.updates(body, lists.now(), lists.of, as_json=not is_message)
    return Answer(body=found, media_type=PROTOBUF if is_message else JSON)


def _parts(path: str) -> tuple[str, str, str]:
    """Return the folder of the set, the version and the method of a path; empty: it has no version."""
    found = _PATH.fullmatch(path.strip("/"))
    return (found[1], found[2], found[3]) if found else ("", "", "")
