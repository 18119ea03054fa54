"""URL checks a second against a list, beside other ways: ``python tests/bench/lookup.py [--entries N]``.

Each way runs in a process of its own, over the same made-up list and the same URL strings (90% on hosts that
nothing lists, 9% on a host with a listed page, 1% listed), and answers must agree:

- linkgazette: ``open_list`` on a folder, ``check`` from the string;
- set of keys: the URL parsed and canonicalised (``list_key(parse_url(…))``), then every scope and expression
  looked for in a Python set: what one would write first;
- adblock: PyPI ``adblock`` (Brave's engine) with the rules of our own ``adblock.txt``.

Prints per way: checks a CPU second (median, least and most of the rounds), milliseconds to open, and how much
memory the process holds more than before it opened the list; and ratios to the set of keys. Rounds of all
ways take turns, so that another program's load falls on all alike.
"""

import argparse
import hashlib
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import orjson

from blocklist.formats import Claim, Header
from blocklist.formats.adblock import ADBLOCK
from blocklist.formats.base import Rule
from blocklist.formats.entry_index import INDEX, write_index
from blocklist.formats.records import ENTRIES, lines_of, write_entries
from blocklist.lookup import open_list
from blocklist.model import Entry, Host, ListKey, Scope
from blocklist.scopes import parents
from blocklist.urls import list_key, parse_url

NOW = datetime(2026, 3, 1, tzinfo=UTC)
_CHUNK = 10_000  # entries in memory at once
_SCOPES = (*[Scope.URL] * 6, *[Scope.PATH] * 1, *[Scope.HOST] * 2, Scope.DOMAIN)
Check = Callable[[str], bool]


def expression(number: int) -> tuple[Scope, ListKey]:
    """Return the claim of the entry of that number."""
    scope = _SCOPES[number % len(_SCOPES)]
    host = f"www.shop-{number:x}.example" if number % 3 else f"shop{number:x}.test"
    tail = {Scope.URL: f"goods/item-{number}.html", Scope.PATH: f"store{number}/"}.get(scope, "")
    return scope, ListKey(f"{host}/{tail}")


def make_list(folder: Path, entries: int) -> None:
    """Write a list of ``entries`` entries with its index and the manifest that a look-up reads."""
    with (folder / ENTRIES).open("wb") as file:
        for start in range(0, entries, _CHUNK):
            file.write(
                write_entries([_entry(number) for number in range(start, min(start + _CHUNK, entries))])
            )
    data = (folder / ENTRIES).read_bytes()
    (folder / INDEX).write_bytes(write_index(data))
    promised = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    manifest = {"expires_at": NOW + timedelta(days=7), "files": {ENTRIES: promised}}
    (folder / "manifest.json").write_bytes(orjson.dumps(manifest))


def _entry(number: int) -> Entry:
    scope, said = expression(number)
    return Entry(
        id=f"LG-{number:010}",
        scope=scope,
        expression=said,
        host=Host(said.partition("/")[0]),
        category="tobacco",
        grade=2,
        clause="LG-1",
        jurisdiction="",
        first_seen=NOW,
        listed_at=NOW,
        verified_at=NOW,
        expires_at=NOW + timedelta(days=30),
        verdict=1,
        evidence=(),
        evidence_digest="",
        policy="",
        decided_by="machine",
    )


def questions(entries: int, count: int) -> list[str]:
    """Return URL strings in the shares that shared links have, as somebody would post them."""
    chance = random.Random(7)
    return [_question(chance, entries) for _ in range(count)]


def _question(chance: random.Random, entries: int) -> str:
    kind, number = chance.random(), chance.randrange(entries)
    if kind < 0.9:
        page = chance.randrange(10**6)
        return f"https://www.news-{number:x}-{page % 7}.example.org/{page % 28}/story-{page}.html?from=chat"
    if kind < 0.99:
        number -= number % len(_SCOPES)  # of scope url: other pages of its host are not listed
        return f"https://{expression(number)[1].partition('/')[0]}/about/us.html?x={number}"
    scope, said = expression(number)
    return f"https://{said}" + ("" if scope is Scope.URL else f"page?id={number}")


def open_ours(folder: Path) -> Check:
    """Ask the folder."""
    found = open_list(folder)
    return lambda url: found.check(url, now=NOW) is not None


def open_set(folder: Path) -> Check:
    """Ask a set of keys."""
    claims = set(_claims(folder))
    return lambda url: any(claim in claims for claim in parents(list_key(parse_url(url))))


def open_adblock(folder: Path) -> Check:
    """Ask Brave's engine, which takes the page's URL as a document's."""
    import adblock  # noqa: PLC0415 - only the process that asks it pays for it

    header = Header(title="", homepage="", serial=1, issued_at=NOW, expires_at=NOW)
    rules = (Rule(said, scope, False, False) for scope, said in _claims(folder))
    filters = adblock.FilterSet()
    filters.add_filter_list(ADBLOCK.write(list(rules), header).data.decode())
    engine = adblock.Engine(filters, optimize=False)
    return lambda url: engine.check_network_urls(url, url, "document").matched


def _claims(folder: Path) -> Iterator[Claim]:
    for _, _, value in lines_of((folder / ENTRIES).read_bytes()):
        yield Claim(Scope(value["scope"]), ListKey(value["expression"]))


WAYS: dict[str, Callable[[Path], Check]] = {
    "linkgazette": open_ours,
    "set of keys": open_set,
    "adblock": open_adblock,
}


def work(way: str, folder: Path, urls: Sequence[str], pipe: Connection) -> None:
    """Open the list one way, then answer each round that is asked for."""
    before = _memory()
    started = time.perf_counter()
    check = WAYS[way](folder)
    check(urls[0])
    opened = time.perf_counter() - started
    answers = [check(url) for url in urls]
    pipe.send((opened, _memory() - before, answers))
    while pipe.recv():
        began = time.process_time()
        for url in urls:
            check(url)
        pipe.send(time.process_time() - began)


def _memory() -> float:
    """MiB at most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--urls", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--ways", default=",".join(WAYS), help="comma-separated")
    asked = parser.parse_args()
    ways = asked.ways.split(",")
    urls = questions(asked.entries, asked.urls)
    context = get_context("spawn")
    with tempfile.TemporaryDirectory() as name:
        make_list(Path(name), asked.entries)
        index = (Path(name) / INDEX).stat().st_size
        print(f"{asked.entries:,} entries, index of {index / 2**20:.1f} MiB; {asked.urls:,} URLs")
        pipes, found = {}, {}
        for way in ways:
            pipes[way], theirs = context.Pipe()
            context.Process(target=work, args=(way, Path(name), urls, theirs), daemon=True).start()
            found[way] = pipes[way].recv()
        rates: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(asked.rounds):
            for way, pipe in pipes.items():
                pipe.send(True)
                rates[way].append(asked.urls / pipe.recv())
    base = statistics.median(rates.get("set of keys", [1]))
    print(
        f"{'way':14}{'checks/s':>10} {'(least … most)':>24}{'x set':>7}{'open ms':>10}{'MiB':>8}{'agrees':>8}"
    )
    for way in ways:
        opened, memory, answers = found[way]
        middle, low, high = statistics.median(rates[way]), min(rates[way]), max(rates[way])
        agrees = sum(a == b for a, b in zip(answers, found[ways[0]][2], strict=True)) / len(answers)
        spread = f"({low:,.0f} … {high:,.0f})"
        print(
            f"{way:14}{middle:>10,.0f} {spread:>24}{middle / base:>7.2f}{opened * 1000:>10,.1f}"
            f"{memory:>8,.0f}{agrees:>8.2%}"
        )
    print(f"listed: {sum(found[ways[0]][2]):,} of {len(urls):,}")


if __name__ == "__main__":
    main()
