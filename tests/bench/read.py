"""How long reading takes, beside parsing alone: ``python tests/bench/read.py CORPUS.jsonl[.zst]``.

Reads the rows that have ``html``; prints CPU milliseconds a page (process time: other programs count less)
for Lexbor alone, each step, and the whole of ``read_page``; and how many pages are in which state by label.
Stands apart from the test run and keeps nothing.
"""

import argparse
import collections
import gc
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from blocklist.model import Page
from blocklist.privacy import Pseudonymiser
from crawler.commands.corpus import corpus_lines
from crawler.read import normalise, read_page
from crawler.read.blocks import sketch
from crawler.read.decode import decode
from crawler.read.markup import parse_markup
from crawler.read.readings import sounded
from crawler.read.sounds import spoken

KEY = Pseudonymiser(b"b" * 32)


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("corpus", type=Path)
    rows = list(pages(arguments.parse_args().corpus))
    bodies = [row["html"].encode(errors="replace") for row in rows]
    texts = [decode(body)[0] for body in bodies]
    trees = [parse_markup(text) for text in texts]
    gc.collect()
    gc.freeze()  # the corpus in memory is no cost of reading
    read(bodies[0])  # tables are made on first use
    sounded(normalise("é中").text)
    spoken("中")
    alone = timed("Lexbor alone", LexborHTMLParser, bodies)
    timed("decode", decode, bodies)
    timed("guard and parse", parse_markup, texts)
    timed("walk into blocks", sketch, trees)
    whole = timed("read_page", read, bodies)
    joined = ["\n".join(block.text for block in page.blocks) for page in map(read, bodies)]
    timed("normalise the text", normalise, joined)
    plain = [normalise(text).text for text in joined]
    timed("its letters by sound", sounded, plain)
    timed("its characters by sound", spoken, plain)
    size = sum(map(len, bodies)) / len(rows) / 1000
    print(f"{len(rows)} pages, {size:.0f} KB each; read_page ÷ Lexbor {whole / alone:.1f}")
    states = collections.Counter(
        (read(body).state.value, row.get("label")) for body, row in zip(bodies, rows, strict=True)
    )
    for (state, label), count in sorted(states.items(), key=str):
        print(f"{state:15} {label!s:12} {count:6}")


def read(body: bytes) -> Page:
    """Read as the crawl does."""
    return read_page(body, content_type="text/html", url=None, pseudonymiser=KEY)


def timed(name: str, step: Callable[[Any], object], values: list[Any]) -> float:
    """Print and return CPU milliseconds for one value, the better of two rounds."""
    rounds = []
    for _ in range(2):
        started = time.process_time()
        for value in values:
            step(value)
        rounds.append((time.process_time() - started) * 1000 / len(values))
    print(f"{name:28} {min(rounds):7.3f} ms")
    return min(rounds)


def pages(corpus: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows that have markup."""
    with corpus_lines(corpus) as lines:
        for line in lines:
            row = json.loads(line)
            if row.get("html"):
                yield row


if __name__ == "__main__":
    main()
