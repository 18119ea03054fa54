"""Content blockers' engines from npm (``tests/engines``) and PyPI, asked about pages."""

import json
import shutil
import subprocess
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from blocklist.model import Scope
from blocklist.urls import parse_url
from tests.consumer_gate import Consumer

ENGINES = Path(__file__).parent / "engines"
LIST = "adblock.txt"
DNS_LIST = "adguard-dns.txt"


def node() -> str:
    """Return where Node is; skip the test where it or its packages are not."""
    found = shutil.which("node")
    if found is None or not (ENGINES / "node_modules").is_dir():
        pytest.skip("no Node with tests/engines (sh tests/run sets it up where there is npm)")
    return found


def pages(urls: Sequence[str]) -> list[str]:
    """Return each address as a browser hands it on."""
    return [parse_url(url) for url in urls]


def ask_node(engine: str, text: str, urls: Sequence[str]) -> list[bool]:
    """Ask an engine of ``ask.mjs``."""
    ran = subprocess.run(
        [node(), str(ENGINES / "ask.mjs")],
        input=json.dumps({"engine": engine, "text": text, "urls": pages(urls)}),
        check=True,
        capture_output=True,
        text=True,
    )
    answers: list[bool] = json.loads(ran.stdout.splitlines()[-1])
    return answers


def _asking(engine: str, filename: str) -> Callable[[Path, Sequence[str]], list[bool]]:
    return lambda folder, urls: ask_node(engine, (folder / filename).read_text(), urls)


def compiled(folder: Path) -> str:
    """Return the DNS list after hostlist-compiler's own steps, Compress among them."""
    steps = ["RemoveComments", "Compress", "RemoveModifiers", "Validate", "Deduplicate", "InsertFinalNewLine"]
    source = {"name": "list", "source": str(folder / DNS_LIST), "type": "adblock"}
    (folder / "compile.json").write_text(
        json.dumps({"name": "List", "sources": [source], "transformations": steps})
    )
    compiler = str(ENGINES / "node_modules/@adguard/hostlist-compiler/src/cli.js")
    subprocess.run(
        [node(), compiler, "-c", "compile.json", "-o", "out"],
        check=True, capture_output=True, cwd=folder,
    )  # fmt: skip
    return (folder / "out").read_text()


def lint(folder: Path) -> str:
    """Return what aglint finds wrong with the Adblock file; empty: nothing."""
    (folder / ".aglintrc.yaml").write_text(
        "root: true\nextends:\n  - aglint:recommended\nsyntax:\n  - AdGuard\n"
    )
    ran = subprocess.run(
        [node(), str(ENGINES / "node_modules/@adguard/aglint/dist/index.cli.js"), LIST],
        check=False, capture_output=True, text=True, cwd=folder,
    )  # fmt: skip
    return "" if ran.returncode == 0 else ran.stdout + ran.stderr


def _brave(module: str) -> Callable[[Path, Sequence[str]], list[bool]]:
    def ask(folder: Path, urls: Sequence[str]) -> list[bool]:
        try:
            engine = import_module(module)
        except ImportError:
            pytest.skip(f"PyPI {module} has no wheel here")
        text = (folder / LIST).read_text()
        return _ASK[module](engine, text, pages(urls))

    return ask


def _adblock(module: Any, text: str, urls: Sequence[str]) -> list[bool]:
    rules = module.FilterSet()
    rules.add_filter_list(text)
    engine = module.Engine(rules)
    return [engine.check_network_urls(url, url, "document").matched for url in urls]


def _braveblock(module: Any, text: str, urls: Sequence[str]) -> list[bool]:
    blocker = module.Adblocker(rules=text.splitlines())
    return [blocker.check_network_urls(url=url, source_url=url, request_type="document") for url in urls]


_ASK = {"adblock": _adblock, "braveblock": _braveblock}


def _blocker(
    name: str, package: str, ask: Callable[[Path, Sequence[str]], list[bool]], *, old: bool = False
) -> Consumer:
    return Consumer(
        name=name,
        package=package,
        formats=("adblock",),
        ask=ask,
        usual_ports=frozenset({Scope.HOST}),
        ignores_case=old,
    )


def _dns(
    name: str, package: str, ask: Callable[[Path, Sequence[str]], list[bool]], misses: tuple[str, ...] = ()
) -> Consumer:
    return Consumer(
        name=name,
        package=package,
        formats=("adguard-dns",),
        ask=ask,
        names=True,
        addresses=False,
        misses=misses,
    )


BLOCKERS = [
    # Both packages carry Brave's engine as it was in 2022; Brave itself has heeded letter case since 1.49.
    _blocker("Brave's engine", "PyPI adblock", _brave("adblock"), old=True),
    _blocker("Brave's engine in braveblock", "PyPI braveblock", _brave("braveblock"), old=True),
    _blocker("uBlock Origin's engine", "npm @gorhill/ubo-core", _asking("ubo", LIST)),
    _blocker("Ghostery's engine", "npm @ghostery/adblocker", _asking("ghostery", LIST)),
    _blocker("AdGuard's engine", "npm @adguard/tsurlfilter", _asking("adguard", LIST)),
    _dns("AdGuard's DNS engine", "npm @adguard/tsurlfilter", _asking("adguard-dns", DNS_LIST)),
    _dns(
        "AdGuard's hostlist-compiler",
        "npm @adguard/hostlist-compiler",
        lambda folder, urls: ask_node("adguard-dns", compiled(folder), urls),
        misses=("_under.score.example",),  # no host name to its Validate
    ),
]
