"""What decides every page alike: the program, templates, catalogues, and libraries that write pages."""

import hashlib
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

import blocklist

_LIBRARIES = ("babel", "jinja2", "markupsafe", "orjson", "publicsuffixlist", "tldextract")
_SUFFIXES = {".css", ".html", ".js", ".json", ".po", ".py", ".svg", ".toml", ".txt"}


def edition_of(site: Path, *facts: bytes) -> bytes:
    """Return the edition, 32 bytes: another one makes every page anew.

    ``site`` is the folder of templates, ``facts`` what stands on every page. All of ``blocklist`` is in it:
    a change that shows on no page costs one full build, a page that should have changed costs trust.
    """
    digest = hashlib.blake2b(_program(site), digest_size=32)
    for fact in facts:
        digest.update(hashlib.blake2b(fact).digest())
    return digest.digest()


@cache
def _program(site: Path) -> bytes:
    digest = hashlib.blake2b(sys.version.encode())
    for name in _LIBRARIES:
        digest.update(f"{name} {version(name)}\n".encode())
    for path in _sources(site, Path(blocklist.__file__).parent):
        digest.update(path.name.encode() + hashlib.blake2b(path.read_bytes()).digest())
    return digest.digest()


def _sources(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES and path.is_file())
