"""A feed for MISP: one event for each category, since what is unlawful differs by country.

::

    misp/manifest.json    {"<uuid>":{"Orgc":{…},"Tag":[…],"info":"…","date":"…","timestamp":"…",…},…}
    misp/hashes.csv       d41d8cd98f00b204e9800998ecf8427e,<uuid>      MD5 of each value, and its event
    misp/<uuid>.json      {"Event":{"Attribute":[{"type":"url","value":"http://shop.example/a",…},…],…}}

``url`` entries as attributes of type ``url`` with either scheme, ``host`` as ``hostname``, ``domain`` as
``domain``; a directory has no type. Events and attributes keep their ids. What a reader's server took in
before stays there when an entry leaves the list: set the feed to delta merge.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from blocklist.errors import FormatError
from blocklist.formats.base import NOT_A_NAME, Claim, Header, Pairs, Rule
from blocklist.formats.bundle import Bundle, Parcel, choose, object_id
from blocklist.formats.lines import checked_name, checked_url
from blocklist.model import Entry, Scope

FOLDER = "misp/"
MANIFEST = f"{FOLDER}manifest.json"
HASHES = f"{FOLDER}hashes.csv"
_TYPES = {Scope.URL: "url", Scope.HOST: "hostname", Scope.DOMAIN: "domain"}
_SCOPES = {kind: scope for scope, kind in _TYPES.items()}


def _say(rule: Rule) -> tuple[str, str]:
    if rule.scope not in _TYPES:
        return "", f"scope-{rule.scope}"
    if rule.scope is not Scope.URL:
        return ("", reason) if (reason := rule.not_a_name) else (rule.host, "")
    forms = rule.forms
    return " ".join(f"{scheme}://{form}" for form in forms for scheme in ("http", "https")), NOT_A_NAME


def _write(pairs: Pairs, header: Header) -> Parcel:
    chosen = choose(pairs, _say)
    title = dict(header.lines())["Title"]
    by_category: defaultdict[str, list[tuple[Rule, Entry, str]]] = defaultdict(list)
    for rule, entry, words in chosen.said:
        by_category[entry.category] += [(rule, entry, value) for value in words.split(" ")]
    manifest: dict[str, Any] = {}
    files: dict[str, bytes] = {}
    hashes: list[str] = []
    for category, attributes in sorted(by_category.items()):
        uuid = object_id("event", title, category)
        manifest[uuid] = _meta(title, category, header.issued_at)
        event = {
            **manifest[uuid],
            "uuid": uuid,
            "published": True,
            "publish_timestamp": _seconds(header.issued_at),
            "Attribute": orjson.Fragment(b"[%b]" % b",".join([_attribute(*each) for each in attributes])),
        }
        files[f"{FOLDER}{uuid}.json"] = _json({"Event": event})
        hashes += [f"{_md5(value)},{uuid}\n" for _, _, value in attributes]
    files[MANIFEST] = _json(manifest)
    files[HASHES] = "".join(hashes).encode()
    return Parcel(files=files, emitted=chosen.emitted, aliases=chosen.aliases, omitted=chosen.omitted)


def _meta(title: str, category: str, issued_at: datetime) -> dict[str, Any]:
    tags = ["tlp:clear", f'linkgazette:category="{category}"']
    return {
        "Orgc": {"name": title, "uuid": object_id("organisation", title)},
        "Tag": [{"name": tag, "colour": "#ffffff", "local": False} for tag in tags],
        "info": f"{title}: {category}",
        "date": issued_at.date().isoformat(),
        "analysis": "2",  # completed
        "threat_level_id": "4",  # undefined: ours is about offers, not attacks
        "timestamp": _seconds(issued_at),
    }


def _attribute(rule: Rule, entry: Entry, value: str) -> bytes:
    """Write one, keys sorted: by hand, in a third of orjson's time with a dictionary."""
    return (
        f'{{"category":"Network activity","comment":"{entry.id}, grade {entry.grade}",'
        f'"disable_correlation":false,"timestamp":"{_seconds(entry.verified_at)}","to_ids":true,'
        f'"type":"{_TYPES[rule.scope]}","uuid":"{object_id("attribute", entry.id, rule.scope, value)}",'
        f'"value":{orjson.dumps(value).decode()}}}'
    ).encode()


def parse(files: Mapping[str, bytes]) -> tuple[Claim, ...]:
    """Read the events that the manifest names, which must be all there are; raise FormatError."""
    events = {f"{FOLDER}{uuid}.json" for uuid in _read(files, MANIFEST)}
    if wrong := sorted(events ^ (files.keys() - {MANIFEST, HASHES})):
        raise FormatError(f"{wrong[0]}: is not an event that {MANIFEST} names, or is missing")
    claims: dict[Claim, None] = {}
    hashes = []
    for name in sorted(events):
        for number, each in enumerate(_attributes(files, name), start=1):
            kind, value = each.get("type"), str(each.get("value"))
            if kind not in _SCOPES:
                raise FormatError(f"{name} attribute {number}: {str(kind)[:64]!r} is no type of this list")
            read = checked_url if kind == "url" else checked_name
            claims[Claim(_SCOPES[kind], read(value, name, number))] = None
            hashes.append(f"{_md5(value)},{name.removeprefix(FOLDER).removesuffix('.json')}")
    if sorted(hashes) != sorted(files.get(HASHES, b"").decode("ascii", "replace").split()):
        raise FormatError(f"{HASHES}: is not of the values of the events")
    return tuple(claims)


def _attributes(files: Mapping[str, bytes], name: str) -> list[dict[str, Any]]:
    event = _read(files, name).get("Event")
    found = event.get("Attribute") if isinstance(event, dict) else None
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise FormatError(f"{name}: is not an event with attributes")
    return found


def _read(files: Mapping[str, bytes], name: str) -> dict[str, Any]:
    try:
        found = orjson.loads(files.get(name, b""))
    except ValueError as problem:
        raise FormatError(f"{name}: is not JSON ({problem})") from problem
    if not isinstance(found, dict):
        raise FormatError(f"{name}: is no JSON object")
    return found


def _md5(value: str) -> str:
    return hashlib.md5(value.encode(), usedforsecurity=False).hexdigest()  # what the feed's format names


def _seconds(moment: datetime) -> str:
    return str(int(moment.timestamp()))


def _json(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


MISP = Bundle(
    name="misp",
    main=MANIFEST,
    always=(MANIFEST, HASHES),
    folder=FOLDER,
    scopes=frozenset(_TYPES),
    write=_write,
    parse=parse,
)
