"""Programs that exchange objects: MISP's library, STIX's matcher, and a TAXII client with a static server."""

import json
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from blocklist.model import Scope
from tests.consumer_gate import Consumer, host_of
from tests.consumers import free_port, gate, program
from tests.site_recipes import RECIPES


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        pytest.skip(f"PyPI {name} is not installed")


def ask_misp(folder: Path, urls: Sequence[str]) -> list[bool]:
    """Read the feed as a server does; a ``domain`` means what is below it too, a ``hostname`` does not."""
    pymisp = _library("pymisp")
    values: dict[str, set[str]] = {"url": set(), "hostname": set(), "domain": set()}
    feed = folder / "misp"
    for uuid, described in json.loads((feed / "manifest.json").read_text()).items():
        event = pymisp.MISPEvent()
        event.load_file(feed / f"{uuid}.json")
        again = event.to_feed(with_meta=True)["Event"]
        assert (event.uuid, again["_manifest"][uuid]["info"]) == (uuid, described["info"])
        hashes = [line.split(",") for line in (feed / "hashes.csv").read_text().split()]
        assert {digest for digest, of in hashes if of == uuid} == set(again["_hashes"])
        for attribute in event.attributes:
            assert attribute.to_ids
            values[attribute.type].add(attribute.value)
    return [
        url in values["url"]
        or host_of(url).lower() in values["hostname"]
        or any(f".{host_of(url).lower()}".endswith(f".{name}") for name in values["domain"])
        for url in urls
    ]


def _matched(objects: Iterable[Mapping[str, Any]], urls: Sequence[str]) -> list[bool]:
    """Match each address, and its name, as something that was observed."""
    matcher = _library("stix2matcher.matcher")
    patterns = [matcher.Pattern(each["pattern"], "2.1") for each in objects if each["type"] == "indicator"]
    return [any(pattern.match([_observed(url)]) for pattern in patterns) for url in urls]


def _observed(url: str) -> dict[str, Any]:
    seen = {
        "type": "observed-data",
        "spec_version": "2.1",
        "id": "observed-data--1",
        "first_observed": "2026-03-01T12:00:00Z",
        "last_observed": "2026-03-01T12:00:00Z",
        "number_observed": 1,
        "object_refs": ["url--1", "domain-name--1"],
    }
    address = {"type": "url", "spec_version": "2.1", "id": "url--1", "value": url}
    name = {
        "type": "domain-name",
        "spec_version": "2.1",
        "id": "domain-name--1",
        "value": host_of(url).lower(),
    }
    return {"type": "bundle", "id": "bundle--1", "objects": [seen, address, name]}


def ask_stix(folder: Path, urls: Sequence[str]) -> list[bool]:
    """Validate the bundle first, recommendations included."""
    validator = _library("stix2validator")
    text = (folder / "stix.json").read_text()
    # 103 wants random ids, and ours are the same in every release; 302 a hash of the entry's page.
    options = validator.ValidationOptions(version="2.1", strict=True, disabled="103,302")
    found = validator.validate_string(text, options)
    assert found.is_valid, [str(error) for error in found.errors][:3]
    return _matched(json.loads(text)["objects"], urls)


def ask_taxii(folder: Path, urls: Sequence[str]) -> list[bool]:
    """Fetch the objects from nginx with the lines of the site."""
    client, port = _library("taxii2client.v21"), free_port()
    (folder / "list").symlink_to(folder)
    temporary = "".join(
        f"{kind}_temp_path {folder};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    conf = folder / "conf"
    conf.write_text(
        f"daemon off; master_process off; pid {folder}/pid; events {{ }}\n"
        f"http {{ access_log off; {temporary}\n"
        f"server {{ listen 127.0.0.1:{port}; root {folder};\n{RECIPES['STIX and TAXII'][1]} }} }}\n"
    )
    with gate([program("nginx"), "-e", "stderr", "-c", str(conf)], folder, port):
        server = client.Server(f"http://127.0.0.1:{port}/list/taxii2/")
        (collection,) = server.default.collections
        assert (collection.can_read, collection.can_write) == (True, False)
        objects = collection.get_objects()["objects"]
    return _matched(objects, urls)


PAGES = frozenset({Scope.URL})
EXCHANGE = [
    Consumer(
        name="MISP's library", package="PyPI pymisp", formats=("misp",), ask=ask_misp, usual_ports=PAGES
    ),
    Consumer(
        name="STIX matcher",
        package="PyPI stix2-matcher",
        formats=("stix",),
        ask=ask_stix,
        usual_ports=PAGES,
    ),
    Consumer(
        name="TAXII client",
        package="PyPI taxii2-client",
        formats=("stix",),
        ask=ask_taxii,
        usual_ports=PAGES,
    ),
]
