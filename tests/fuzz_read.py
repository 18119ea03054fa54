# ruff: noqa: E501, RUF001 - tables read best by rows; pages are no secret
"""Broken pages by the hundred thousand through decode, read, normalise and judge: ``python tests/fuzz_read.py``.

Stands apart from the test run: ``--pages N --jobs J --seed S``. Each page is made from its number, so that one
found wanting is made again by ``--only NUMBER``. Pages are read in processes of their own, which may use at
most 3 GB; prints for each kind how many were read, how many crashed or raised, the slowest in CPU time, and
the most memory that a process of that kind took. Exit code 1: something crashed, or broke a bound.
"""

import argparse
import mmap
import os
import random
import resource
import struct
import sys
import time
import traceback
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from blocklist.policy import load_policy
from blocklist.privacy import Pseudonymiser
from crawler.judge import judge
from crawler.read import read_page

PAGES = [path.read_bytes() for path in sorted(Path(__file__).parent.glob("pages/**/*.html"))]
PEOPLE = Pseudonymiser(b"f" * 32)
MOST_SECONDS = 2.0
MOST_MEGABYTES = 300
BATCH = 2_000
TOKENS = (
    "<div>", "</div>", "<p>", "</p>", "<a href=/x>", "</a>", "<table>", "<tr>", "<td>", "</table>", "<li>", "<ul>", "<b>",
    "</b>", "<b style='display:none'>", "<span class=h>", "</span>", "<title>", "</title>", "<script>", "</script>",
    "<style>.h{display:none}</style>", "<template>", "<template shadowrootmode=open>", "</template>", "<svg>", "</svg>",
    "<math>", "<select>", "<option>", "<form>", "<input", " type=image>", "<!--", "-->", "<![CDATA[", "]]>", "微信：a12345",
    "$5", "99元/条", "text ", "&amp;", "&#0;", "&#xD800;", "&notit;", "&#99999999;", "<frameset>", "<frame>", "<textarea>",
    "<noscript>", "<plaintext>", '<meta http-equiv=refresh content="0;url=/">', "\x00", "\ufffe", "\u202e", "\u200b",
    "<body class=x>", "</html>", "<p itemscope itemtype='http://schema.org/Offer'>", "<b itemprop=price>", "<dialog>",
    "<img alt='", "'", '"', "<nobr>", "<font size=1>", "<button>", "<bdo dir=rtl>", "<i style='order:2'>", "e\u0301" * 9,
    '<script type="application/ld+json">{"@type":"Product","name":', "🅒🅞🅒🅐", "ｃｏｃａ", "c.o.c.a", "可 卡 因",
)  # fmt: skip
CHARSETS = (
    "utf-8",
    "gb18030",
    "big5",
    "utf-16-le",
    "utf-16-be",
    "shift_jis",
    "euc-kr",
    "cp1251",
    "latin-1",
    "hz",
)

Dice = random.Random


def random_bytes(dice: Dice) -> bytes:
    """Any bytes."""
    return dice.randbytes(dice.randint(0, 1_500))


def random_markup(dice: Dice) -> bytes:
    """Tags and words in any order."""
    return "".join(dice.choices(TOKENS, k=dice.randint(0, 120))).encode()


def mutated(dice: Dice) -> bytes:
    """A part of a page of ours, with pieces moved, doubled, dropped and replaced."""
    page = bytearray(slice_of(dice, 2_500))
    for _ in range(dice.randint(1, 12)):
        at = dice.randrange(len(page) + 1)
        end = min(len(page), at + dice.randint(0, 30))
        piece = dice.choice((dice.choice(TOKENS).encode(), dice.randbytes(3), bytes(page[at:end]) * 2, b""))
        page[at:end] = piece
    return bytes(page)


def truncated(dice: Dice) -> bytes:
    """A page of ours that ends in the middle."""
    page = dice.choice(PAGES)
    return page[: dice.randrange(min(len(page), 4_000) + 1)]


def misdeclared(dice: Dice) -> bytes:
    """A page in one encoding that claims another."""
    text = slice_of(dice, 2_000).decode(errors="replace")
    claim = f"<meta charset={dice.choice(CHARSETS)}>"
    return (claim + text).encode(dice.choice(CHARSETS), errors="replace")


def broken_entities(dice: Dice) -> bytes:
    """References without an end, without a meaning, without bounds."""
    names = (
        "amp",
        "lt;",
        "#",
        "#x",
        "#65",
        "#x1F600;",
        "#xFFFFFF;",
        "notin",
        "CounterClockwiseContourIntegral;",
        "",
    )
    return "".join(
        f"{dice.choice(('', '<p>', 'x', ' '))}&{dice.choice(names)}" for _ in range(dice.randint(1, 200))
    ).encode()


def huge(dice: Dice) -> bytes:
    """One thing half a million times, in any combination of two."""
    one, other = dice.choice(TOKENS), dice.choice(TOKENS)
    shape = dice.randrange(6)
    if shape == 0:
        return (one * 500_000)[:3_000_000].encode()
    if shape == 1:
        return (one * 100_000 + other * 100_000)[:3_000_000].encode()
    if shape == 2:
        return ((one + other) * 200_000)[:3_000_000].encode()
    if shape == 3:
        return b"<p " + b" ".join(b"a%d=%d" % (n, n) for n in range(250_000)) + b">x"
    if shape == 4:
        return (dice.choice("a1微$ @&<.") * 2_000_000).encode()[:3_000_000]
    return b"<p>" + slice_of(dice, 3_000).replace(b"\n", b" ") * 800


def slice_of(dice: Dice, most: int) -> bytes:
    """A part of a page of ours."""
    page = dice.choice(PAGES)
    start = dice.randrange(max(1, len(page) - most // 2))
    return page[start : start + dice.randint(1, most)]


KINDS: tuple[tuple[Callable[[Dice], bytes], int], ...] = (
    (random_bytes, 150), (random_markup, 250), (mutated, 250), (truncated, 100), (misdeclared, 150), (broken_entities, 99),
    (huge, 1),
)  # fmt: skip
"""What makes the page, and how many of a thousand are made so."""


def page_of(number: int, seed: int) -> tuple[str, bytes]:
    """Make the page of that number."""
    dice = random.Random(seed * 1_000_000_007 + number)
    make = dice.choices([make for make, _ in KINDS], [weight for _, weight in KINDS])[0]
    return make.__name__, make(dice)


def read(body: bytes) -> None:
    """From bytes to verdict."""
    judge(read_page(body, content_type="text/html", url=None, pseudonymiser=PEOPLE), POLICY)


POLICY = load_policy()
RECORD = struct.Struct("=QQdd")
"""The number under way, how many are done, the slowest in seconds and its number."""


def batch(
    first: int, last: int, seed: int, board: mmap.mmap, only_huge: bool
) -> None:  # pragma: no cover - in a child
    """Read pages in this process; says on ``board`` how far it got."""
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    slowest, which = 0.0, 0
    for number in range(first, last):
        kind, body = page_of(number, seed)
        if (kind == "huge") != only_huge:
            continue
        RECORD.pack_into(board, 0, number, number - first, slowest, which)
        started = time.process_time()
        read(body)
        took = time.process_time() - started
        if took > slowest:
            slowest, which = took, number
    RECORD.pack_into(board, 0, last, last - first, slowest, which)


def main() -> None:
    """Read the pages asked for, and say how it went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="make and read this page alone")
    options = parser.parse_args()
    if options.only is not None:
        kind, body = page_of(options.only, options.seed)
        started = time.process_time()
        read(body)
        print(f"{kind}, {len(body)} bytes: {time.process_time() - started:.2f} s")
        return
    sys.exit(run(options.first, options.first + options.pages, options.seed))


def run(first: int, last: int, seed: int) -> int:
    """Read pages in batches, each in a process of its own: small ones, then the huge ones among them."""
    read(PAGES[0])  # tables are made before the first fork
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    bad: list[str] = []
    slow: dict[bool, tuple[float, int]] = {}
    memory: dict[bool, float] = defaultdict(float)
    started = time.monotonic()
    for at in range(first, last, BATCH):
        for only_huge in (False, True):
            end = min(at + BATCH, last)
            number = at
            while number < end:
                number, seconds, which, peak, problem = child(number, end, seed, only_huge)
                slow[only_huge] = max(slow.get(only_huge, (0.0, 0)), (seconds, which))
                memory[only_huge] = max(memory[only_huge], peak)
                if problem:
                    bad.append(problem)
                    print(problem, flush=True)
        print(
            f"{at + BATCH - first} pages, {len(bad)} crashed, slowest {slow}, {time.monotonic() - started:.0f} s",
            flush=True,
        )
    counts: dict[str, int] = defaultdict(int)
    for number in range(first, last):
        dice = random.Random(seed * 1_000_000_007 + number)
        counts[dice.choices([make for make, _ in KINDS], [weight for _, weight in KINDS])[0].__name__] += 1
    for kind, count in sorted(counts.items()):
        print(f"{kind:18} {count:9,}")
    for only_huge, name in ((False, "small pages"), (True, "huge pages")):
        seconds, which = slow[only_huge]
        most = memory[only_huge]
        print(
            f"{name}: slowest {seconds:.2f} s (page {which}), {most:.0f} MB at most, {base:.0f} before reading"
        )
        if seconds > MOST_SECONDS or memory[only_huge] - base > MOST_MEGABYTES:
            bad.append(f"{name} broke a bound")
    print(f"{last - first} pages, {len(bad)} problems")
    return 1 if bad else 0


def child(first: int, last: int, seed: int, only_huge: bool) -> tuple[int, float, int, float, str]:
    """Fork and read; return where to go on, the slowest page, the peak in MB and what went wrong."""
    board = mmap.mmap(-1, RECORD.size)
    process = os.fork()
    if process == 0:
        code = 1
        try:
            batch(first, last, seed, board, only_huge)
            code = 0
        except BaseException:  # noqa: BLE001 - whatever a page raises is the finding
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    _, status, used = os.wait4(process, 0)
    number, _, seconds, which = RECORD.unpack_from(board, 0)
    problem = "" if status == 0 else f"page {number} (--seed {seed}): status {status}"
    return (last if not problem else number + 1), seconds, int(which), used.ru_maxrss / 1024, problem


if __name__ == "__main__":
    main()
