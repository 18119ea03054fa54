"""A STIX 2.1 bundle, and the same objects as a TAXII 2.1 server would give them, in files of its paths.

::

    stix.json                                            {"id":"bundle--…","objects":[…],"type":"bundle"}
    taxii2/index.json                                    discovery: the one API root
    taxii2/root/index.json                               that API root
    taxii2/root/collections/index.json                   its one collection
    taxii2/root/collections/<uuid>/index.json            that collection
    taxii2/root/collections/<uuid>/objects/index.json    {"more":false,"objects":[…]}

A claim is an ``indicator`` that keeps its id while the entry is listed, is valid until the entry expires, and
is modified when it is verified again. What leaves the list is in no file, and not revoked: an object that is
revoked must still say its pattern, and with it the address of somebody who is no longer accused. A static
server must send ``index.json`` for a path that ends in a slash, as ``application/taxii+json;version=2.1``; it
takes no notice of ``added_after``. Each object stands on a line of its own.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import orjson

from blocklist.errors import FormatError
from blocklist.formats.base import Claim, Header, Pairs, stamp
from blocklist.formats.bundle import Bundle, Chosen, Parcel, choose, object_id
from blocklist.formats.stix_pattern import read, say
from blocklist.model import Scope

STIX = "stix.json"
FOLDER = "taxii2/"
COLLECTION = object_id("collection")
ROOT = f"{FOLDER}root/"
COLLECTIONS = f"{ROOT}collections/"
OBJECTS = f"{COLLECTIONS}{COLLECTION}/objects/index.json"
_MEDIA = "application/taxii+json;version=2.1"
_TLP_WHITE = "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"  # the specification's own
_IDENTITY = f"identity--{object_id('identity')}"
_SINCE = "2026-01-01T00:00:00.000Z"  # of the identity, which never changes but in name


def _write(pairs: Pairs, header: Header) -> Parcel:
    chosen = choose(pairs, say)
    head = dict(header.lines())
    identity = orjson.dumps(_identity(head), option=orjson.OPT_SORT_KEYS)
    lines = b",\n".join([identity, *_indicators(chosen, head)])
    bundle = f"bundle--{object_id('bundle', str(header.serial), stamp(header.issued_at))}".encode()
    files = {name: orjson.dumps(each, option=orjson.OPT_SORT_KEYS) for name, each in _paths(head)}
    files[STIX] = b'{"id":"' + bundle + b'","objects":[\n' + lines + b'\n],"type":"bundle"}\n'
    files[OBJECTS] = b'{"more":false,"objects":[\n' + lines + b"\n]}\n"
    return Parcel(files=files, emitted=chosen.emitted, aliases=chosen.aliases, omitted=chosen.omitted)


def _paths(head: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    title = head["Title"]
    collection = {
        "id": COLLECTION,
        "title": title,
        "can_read": True,
        "can_write": False,
        "media_types": ["application/stix+json;version=2.1"],
    }
    yield f"{FOLDER}index.json", {"title": title, "default": "root/", "api_roots": ["root/"]}
    root = {"title": title, "versions": [_MEDIA], "max_content_length": 1}  # nothing is taken
    yield f"{ROOT}index.json", root
    yield f"{COLLECTIONS}index.json", {"collections": [collection]}
    yield f"{COLLECTIONS}{COLLECTION}/index.json", collection


def _identity(head: Mapping[str, str]) -> dict[str, Any]:
    return {
        "type": "identity",
        "spec_version": "2.1",
        "id": _IDENTITY,
        "created": _SINCE,
        "modified": _SINCE,
        "name": head["Title"],
        "identity_class": "organization",
    }


def _indicators(chosen: Chosen, head: Mapping[str, str]) -> Iterator[bytes]:
    """Give the lines of what is said, keys sorted.

    Written by hand, with orjson for what could hold a quote: of the same object it takes four times as long.
    """
    home = f'","url":"{_inner(head["Homepage"])}entries/' if "Homepage" in head else ""
    offers: dict[tuple[str, str], str] = {}
    for rule, entry, pattern in chosen.said:
        about = entry.clause, entry.jurisdiction
        if (offer := offers.get(about)) is None:
            offer = offers[about] = _inner(f"Offers contraband for sale: {about[0]}, {about[1]}.")
        listed, verified = _moment(entry.listed_at), _moment(entry.verified_at)
        number, category = entry.id, entry.category
        yield (
            f'{{"created":"{listed}","created_by_ref":"{_IDENTITY}","description":"{offer}",'
            f'"external_references":[{{"external_id":"{number}","source_name":"linkgazette'
            f'{home and f"{home}{number}/"}"}}],'
            f'"id":"indicator--{object_id("indicator", number, rule.scope, rule.expression)}",'
            # Of the open vocabulary; what is for sale there stands in the labels.
            f'"indicator_types":["unknown"],"labels":["{category}","grade-{entry.grade}"],'
            f'"modified":"{max(listed, verified)}","name":"{number} ({category})",'
            f'"object_marking_refs":["{_TLP_WHITE}"],"pattern":"{_inner(pattern)}","pattern_type":"stix",'
            f'"pattern_version":"2.1","spec_version":"2.1","type":"indicator","valid_from":"{listed}",'
            f'"valid_until":"{_moment(entry.expires_at)}"}}'
        ).encode()


def _inner(text: str) -> str:
    """Return ``text`` as it stands between the quotes of a JSON string."""
    return orjson.dumps(text)[1:-1].decode()


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse(files: Mapping[str, bytes]) -> tuple[Claim, ...]:
    """Read the bundle back, which TAXII's objects must be; raise FormatError."""
    objects = _objects(files, STIX)
    if OBJECTS in files and _objects(files, OBJECTS) != objects:
        raise FormatError(f"{OBJECTS}: holds other objects than {STIX}")
    if extra := sorted(files.keys() - {STIX, *TAXII}):
        raise FormatError(f"{extra[0]}: is no path of this server")
    claims: dict[Claim, None] = {}
    for number, each in enumerate(objects, start=2):  # a line each, after the first
        if not isinstance(each, dict) or each.get("type") not in {"identity", "indicator"}:
            raise FormatError(f"{STIX} line {number}: not an object that this list uses")
        if each["type"] == "indicator":
            claims[read(str(each.get("pattern")), STIX, number)] = None
    return tuple(claims)


def _objects(files: Mapping[str, bytes], name: str) -> list[Any]:
    try:
        found = orjson.loads(files.get(name, b""))["objects"]
    except (ValueError, KeyError, TypeError) as problem:
        raise FormatError(f"{name}: holds no objects ({problem})") from problem
    if not isinstance(found, list):
        raise FormatError(f"{name}: holds no objects")
    return found


TAXII = (
    f"{FOLDER}index.json",
    f"{ROOT}index.json",
    f"{COLLECTIONS}index.json",
    f"{COLLECTIONS}{COLLECTION}/index.json",
    OBJECTS,
)
STIX_TAXII = Bundle(
    name="stix",
    main=STIX,
    always=(STIX, *TAXII),
    folder=FOLDER,
    scopes=frozenset(Scope),
    write=_write,
    parse=parse,
)
