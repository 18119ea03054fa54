"""From bytes to verdict, beside parsing alone and beside what one would glue: ``python tests/bench/read.py``.

Reads the pages of ``tests/pages``, or the rows of ``CORPUS.jsonl[.zst]`` that have ``html``, and prints CPU
milliseconds a page (process time: other programs count less): the median of ``--rounds``, in each of which
every row of the table takes its turn, and the spread between the lower and the upper quarter of the rounds.
Below: the same page by page, since a few large ones make the mean, and what it costs to begin.
``glue`` is BeautifulSoup with ``html.parser`` and scikit-learn (not installed with us: ``pip install
scikit-learn``): TF-IDF of one to four characters and of one and two words, logistic regression, fitted on
``tests/pages``. It reads every tenth page only, and is compared with us on those. Stands apart from the test
run and keeps nothing.
"""

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import turbohtml
from bs4 import BeautifulSoup
from selectolax.lexbor import LexborHTMLParser

from blocklist.policy import load_policy
from blocklist.privacy import Pseudonymiser
from crawler.commands.corpus import corpus_lines
from crawler.judge import judge
from crawler.read import read_page
from crawler.read.blocks import sketch
from crawler.read.contacts import find_contacts
from crawler.read.decode import decode
from crawler.read.joined import join
from crawler.read.marks import mark
from crawler.read.markup import parse_markup
from crawler.read.prices import find_prices

KEY = Pseudonymiser(b"b" * 32)
OWN = Path(__file__).parents[1] / "pages"
WHOLE, WHOLE_FEW, GLUE = "bytes to verdict", "bytes to verdict, every 10th", "glue, every 10th"
FEW = (WHOLE_FEW, GLUE)
BEGIN = """
import resource
from blocklist.policy import load_policy
from blocklist.privacy import Pseudonymiser
from crawler.judge import judge
from crawler.read import read_text
judge(read_text("warm", title="", url=None, pseudonymiser=Pseudonymiser(b"b" * 32)), load_policy())
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path, nargs="?")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--most", type=int, default=200, help="pages of the corpus, evenly taken")
    options = parser.parse_args()
    bodies = list(own_pages() if options.corpus is None else rows(options.corpus))
    bodies = bodies[:: max(1, len(bodies) // options.most)][: options.most]
    table = steps(bodies)
    for name, step in table.items():  # tables are made on first use
        print(f"warming: {name}", end="\r", flush=True)
        step(0)
    gc.collect()
    gc.freeze()  # the pages in memory are no cost of reading
    few = range(0, len(bodies), 10)
    rounds: dict[str, list[float]] = {name: [] for name in table}
    pages: list[list[float]] = [[] for _ in bodies]
    for _ in range(options.rounds):
        for name, step in table.items():
            spent = [timed(step, number) for number in (few if name in FEW else range(len(bodies)))]
            rounds[name].append(statistics.mean(spent))
            if name == WHOLE:
                for number, one in enumerate(spent):
                    pages[number].append(one)
    for name, times in rounds.items():
        low, _, high = statistics.quantiles(times, n=4)
        ours = rounds[WHOLE_FEW if name in FEW else WHOLE]
        ratio = statistics.median(one / own for one, own in zip(times, ours, strict=True))
        print(f"{name:28}{statistics.median(times):8.3f} ms  ({low:.3f}-{high:.3f}){ratio:8.3f} x ours")
    size = sum(map(len, bodies)) / len(bodies) / 1000
    print(f"{len(bodies)} pages of {size:.0f} KB on average, {options.rounds} rounds, paired")
    each = statistics.quantiles(map(statistics.median, pages), n=20)
    print(f"{WHOLE}, page by page: median {each[9]:.2f} ms, 19 of 20 below {each[18]:.2f} ms")
    seconds, memory = beginning()
    print(f"to begin (import, policy, words), first verdict included: {seconds:.2f} s CPU, {memory:.0f} MB")


def timed(step: Callable[[int], object], number: int) -> float:
    """Return the CPU milliseconds of one page."""
    started = time.process_time()
    step(number)
    return (time.process_time() - started) * 1000


def beginning() -> tuple[float, float]:
    """Return CPU seconds and peak megabytes of a process that judges one line, its modules compiled."""
    environment = {name: said for name, said in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as compiled:
        for _ in range(2):
            told = subprocess.run(
                [sys.executable, "-c", BEGIN],
                check=True,
                capture_output=True,
                text=True,
                env=environment | {"PYTHONPYCACHEPREFIX": compiled},
            )
    seconds, memory = map(float, told.stdout.split())
    return seconds, memory


def steps(bodies: list[bytes]) -> dict[str, Callable[[int], object]]:
    """What is measured, by name; each takes the number of a page."""
    policy = load_policy()
    texts = [decode(body)[0] for body in bodies]
    pages = [read(body) for body in bodies]
    joined = [join(page.blocks) for page in pages]

    def walked(number: int) -> object:
        tree = parse_markup(texts[number])
        return sketch(tree, mark(tree, ""))

    table: dict[str, Callable[[int], object]] = {
        "Lexbor parses": lambda number: LexborHTMLParser(bodies[number]),
        "turbohtml parses": lambda number: turbohtml.parse(texts[number], positions=False),
        "decode": lambda number: decode(bodies[number]),
        "parse and walk": walked,
        "contacts": lambda number: find_contacts(joined[number], (), KEY),
        "prices": lambda number: find_prices(joined[number]),
        "read": lambda number: read(bodies[number]),
        "judge": lambda number: judge(pages[number], policy),
        WHOLE: lambda number: judge(read(bodies[number]), policy),
        WHOLE_FEW: lambda number: judge(read(bodies[number]), policy),
    }
    glued = glue()
    if glued is None:
        print("scikit-learn is not installed: no row for the glue")
        return table
    return table | {GLUE: lambda number: glued(bodies[number])}


def read(body: bytes):
    """Read as the crawl does."""
    return read_page(body, content_type="text/html", url=None, pseudonymiser=KEY)


def glue() -> Callable[[bytes], object] | None:
    """Fit what one would glue, on our own pages; None: scikit-learn is not there."""
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - perhaps not there
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - as above
        from sklearn.pipeline import make_pipeline, make_union  # noqa: PLC0415 - as above
    except ImportError:
        return None
    paths = sorted(OWN.glob("**/*.html"))
    model = make_pipeline(
        make_union(
            TfidfVectorizer(analyzer="char", ngram_range=(1, 4)),
            TfidfVectorizer(analyzer="word", ngram_range=(1, 2)),
        ),
        LogisticRegression(max_iter=200),
    )
    model.fit([soup(path.read_bytes()) for path in paths], [path.name.startswith("offer") for path in paths])
    return lambda body: model.predict_proba([soup(body)])


def soup(body: bytes) -> str:
    """Return the text as BeautifulSoup has it."""
    return BeautifulSoup(body, "html.parser").get_text(" ")


def own_pages() -> Iterator[bytes]:
    """Yield our own pages."""
    for path in sorted(OWN.glob("**/*.html")):
        yield path.read_bytes()


def rows(corpus: Path) -> Iterator[bytes]:
    """Yield the rows that have markup."""
    with corpus_lines(corpus) as lines:
        for line in lines:
            if b'"html"' in line and (html := json.loads(line).get("html")):
                yield html.encode(errors="replace")


if __name__ == "__main__":
    main()
