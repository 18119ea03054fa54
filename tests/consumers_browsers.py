"""Programs that speak Safe Browsing: Firefox with the release's static files, gglsbl with version 4.

Firefox is set up by the lines of the site's page.
"""

import json
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest

from blocklist.formats.records import write_entries
from blocklist.model import Entry
from blocklist.public.use import PLACEHOLDER
from tests.consumer_gate import Consumer
from tests.consumer_list import ENTRIES
from tests.firefox import firefox
from tests.list_makers import NOW
from tests.safe_browsing_web import MOUNT, served
from tests.site_recipes import RECIPES

GOOGLE = "goog-phish-proto"
OURS = "linkgazette-phish-digest256"
_PREFERENCE = re.compile(r'user_pref\("([^"]+)", (.+)\);')
_PROVIDER = "browser.safebrowsing.provider"


def of_the_page(block: int, base: str) -> dict[str, object]:
    """Return the preferences in a block of the page's lines for Firefox, for a site at ``base``."""
    text = RECIPES["Firefox"][block].replace(PLACEHOLDER, base)
    return {name: json.loads(value) for name, value in _PREFERENCE.findall(text)}


def version_5(base: str) -> dict[str, object]:
    """Return the preferences that put our list in the place of Google's; Firefox adds ``&names=…``."""
    return {
        f"{_PROVIDER}.google5.updateURL": f"{base}{MOUNT}v5/hashLists:batchGet?",
        f"{_PROVIDER}.google5.gethashURL": f"{base}{MOUNT}v5/hashes:search?",
    }


def version_4(base: str) -> dict[str, object]:
    """Return the same for version 4."""
    request = "?$ct=application/x-protobuf&$httpMethod=POST"
    return {
        f"{_PROVIDER}.google5.enabled": False,
        f"{_PROVIDER}.google4.updateURL": f"{base}{MOUNT}v4/threatListUpdates:fetch{request}",
        f"{_PROVIDER}.google4.gethashURL": f"{base}{MOUNT}v4/fullHashes:find{request}",
    }


def version_2(base: str) -> dict[str, object]:
    """Return the preferences that add our list beside Google's, from the page."""
    return of_the_page(0, base)


def publish(root: Path, serial: int, entries: Sequence[Entry]) -> Path:
    """Lay out as much of a release as answers need, and show it."""
    folder = root / f"public.releases/{serial:06}/list"
    folder.mkdir(parents=True)
    (folder / "entries.jsonl").write_bytes(write_entries(entries))
    (folder / "manifest.json").write_bytes(orjson.dumps({"serial": serial, "issued_at": NOW}))
    (root / "public").unlink(missing_ok=True)
    (root / "public").symlink_to(f"public.releases/{serial:06}")
    return root / "public"


def ask_firefox(folder: Path, urls: Sequence[str]) -> list[bool]:
    """Have each address classified, with the two static files in the place of Google's service."""
    with served(folder) as web:
        preferences = of_the_page(1, f"http://127.0.0.1:{web.port}/")
        with firefox(folder, web.port, preferences) as browser:
            assert browser.update(GOOGLE) == "success"
            return browser.classify(urls)


def ask_gglsbl(folder: Path, urls: Sequence[str]) -> list[bool]:
    """Look each address up in gglsbl's own database, once it has updated that."""
    with served(publish(folder, 1, ENTRIES)) as web, gglsbl(folder, web.port) as client:
        update_gglsbl(client)
        return [bool(client.lookup_url(url)) for url in urls]


def update_gglsbl(client: Any) -> None:
    """Update the list of ``client``, which compares the checksum, and let a minute go by in its database.

    It takes what it has stored within this second for an answer.
    """
    client.update_hash_prefix_cache()
    client.storage.db.execute("UPDATE hash_prefix SET negative_expires_at = datetime('now', '-1 minute')")


class gglsbl:  # noqa: N801 - a context, like a function
    """An unmodified gglsbl, which believes that Google's service is at a port of this machine."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self._address = f"http://127.0.0.1:{port}/{MOUNT}"
        self._quiet = warnings.catch_warnings()

    def __enter__(self) -> Any:
        self._quiet.__enter__()
        warnings.simplefilter("ignore")  # of its and its libraries' deprecations
        try:
            from gglsbl import SafeBrowsingList, protocol  # noqa: PLC0415 - only where it is asked
            from googleapiclient.discovery import build_from_document  # noqa: PLC0415
        except ImportError:
            self._quiet.__exit__(None, None, None)
            pytest.skip("PyPI gglsbl is not installed")
        document = {**_DOCUMENT, "rootUrl": self._address, "baseUrl": self._address}
        kept: Callable[..., Any] = protocol.build
        protocol.build = lambda *_, **__: build_from_document(document)
        try:
            self._client = SafeBrowsingList(
                "key", db_path=str(self._folder / "gglsbl.db"), discard_fair_use_policy=True,
                platforms=["LINUX"],
            )  # fmt: skip
        finally:
            protocol.build = kept
        return self._client

    def __exit__(self, *_: object) -> None:
        self._client.storage.db.close()
        self._client.api_client.service._http.close()
        self._quiet.__exit__(None, None, None)


def _method(name: str, verb: str, path: str) -> Mapping[str, Any]:
    described: dict[str, Any] = {"id": name, "path": path, "httpMethod": verb, "response": {"$ref": "Any"}}
    if verb == "POST":
        described["request"] = {"$ref": "Any"}
    return described


_DOCUMENT: Mapping[str, Any] = {
    "name": "safebrowsing",
    "version": "v4",
    "servicePath": "",
    "schemas": {"Any": {"id": "Any", "type": "object"}},
    "resources": {
        "threatLists": {"methods": {"list": _method("list", "GET", "v4/threatLists")}},
        "threatListUpdates": {"methods": {"fetch": _method("fetch", "POST", "v4/threatListUpdates:fetch")}},
        "fullHashes": {"methods": {"find": _method("find", "POST", "v4/fullHashes:find")}},
    },
}
"""As much of the API's discovery document as the client's three calls need."""

BROWSERS = [
    Consumer(name="Firefox", package="Debian firefox-esr", formats=("safe-browsing",), ask=ask_firefox),
    Consumer(name="gglsbl", package="PyPI gglsbl", formats=("safe-browsing",), ask=ask_gglsbl),
]
