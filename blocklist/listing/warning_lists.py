"""Names that much of the web rests on, from the MISP warning lists that a package carries: no network.

Only the lists named here are read, straight from the package's data folder: importing the package itself
would load all 119, 65 MB. These take about 15 ms, at publishing only.

::

    {"name": "…", "type": "hostname", "list": ["bit.ly", ".weebly.com", …]}
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import orjson

from blocklist.errors import TroubleError

PLATFORMS = {
    "url-shortener": "shortener",
    "link-in-bio": "link-in-bio",
    "lots-project": "shared-platform",
    "public-ipfs-gateways": "shared-platform",
    "google": "top-site",
    "microsoft": "top-site",
    "moz-top500": "top-site",
    "tranco10k": "top-site",
    "majestic_million": "top-site",
    "bank-website": "institution",
    "university_domains": "institution",
}
"""List -> kind of guard. (``majestic_million`` holds the first ten thousand, whatever its name.)"""

TENANT_LISTS = ("dynamic-dns",)
"""Names below which every name is somebody else's."""


@cache  # package data does not change under a running program
def known_names() -> tuple[Mapping[str, str], frozenset[str]]:
    """Return name -> kind of guard, and the names of landlords.

    Raises TroubleError when the package is missing or broken.
    """
    platforms: dict[str, str] = {}
    for name, kind in PLATFORMS.items():
        for host in _read(name):
            if "." in host and "/" not in host:
                platforms.setdefault(host, kind)
    return platforms, frozenset(host for name in TENANT_LISTS for host in _read(name))


def _read(name: str) -> Iterator[str]:
    """Give the names in one list, without leading dot."""
    folder = _folder() / name / "list.json"
    try:
        values = orjson.loads(folder.read_bytes())["list"]
    except (OSError, orjson.JSONDecodeError, KeyError) as problem:
        raise TroubleError(
            f"warning list {name} cannot be read; install the package pymispwarninglists again"
        ) from problem
    for value in values:
        yield value.lower().strip().removeprefix("*").strip(".")


def _folder() -> Path:
    spec = find_spec("pymispwarninglists")  # finds without importing
    if spec is None or spec.origin is None:
        raise TroubleError("the package pymispwarninglists is missing; install linkgazette again")
    return Path(spec.origin).parent / "data" / "misp-warninglists" / "lists"
