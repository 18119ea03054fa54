"""A build after a change is the whole build, byte for byte, and touches what changed and little else."""

import hashlib
import os
import random
import signal
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from blocklist.formats.prefixes import write_prefixes
from blocklist.model import Entry, RemovalReason, Tombstone
from blocklist.public import site_pages, site_sheets
from blocklist.public.leaves import token_of
from blocklist.public.quotes import Excerpt
from blocklist.release import workers
from blocklist.release.context import ReleaseContext
from blocklist.release.folder import open_public
from blocklist.release.ledger import ledger_of, read_made, write_ledger
from blocklist.release.recycle import begin_on
from blocklist.release.sheets import Sheet, ready
from blocklist.release.site import SITE, site_lines
from blocklist.release.site_writer import SiteWriter
from blocklist.release.workers import shared_out
from tests.list_workspace import files_of
from tests.sample_site import NOW, Site, sample_announcement, sample_context, sample_entry

KEEP = 3
KEY = b"of a workspace"


def build(out: Path, serial: int, sheets: Sequence[Sheet], keep: int = KEEP, *, anew: bool = False) -> Path:
    """Publish a site and nothing else, as ``release.publish`` does."""
    with open_public(out) as public:
        public.sweep(serial - 1)
        part, held = begin_on(public, serial, keep, KEY)
        (part / "list").mkdir()
        shown = public.shown()
        writer = SiteWriter(part, read_made(shown, KEY) if shown and not anew else None, held)
        writer.write(sheets)
        lines = site_lines(writer.digests())
        public.add(part, [(SITE, lines)])
        write_ledger(public.folder_of(serial), lines, writer.made, KEY)
        whole = public.finish(serial)
        public.show(serial)
    return whole


def texts(**said: str) -> list[Sheet]:
    """Return a sheet a file; the name's double underscores are slashes."""
    return [ready(name.replace("__", "/"), text.encode()) for name, text in said.items()]


class Year:
    """A list that changes at random, release by release."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.entries = {number: self._entry(number) for number in range(90)}
        self.stones: list[Tombstone] = []
        self.context = sample_context(0)

    def _entry(self, number: int, **changes: Any) -> Entry:
        listed = NOW - timedelta(seconds=self.dice.randrange(20 * 86_400))
        return sample_entry(number, listed_at=listed, **changes)

    def turn(self, serial: int) -> ReleaseContext:
        """Change something and return the release."""
        dice = self.dice
        changes: dict[str, Any] = {}
        for _ in range(dice.randrange(6)):
            number = dice.choice(list(self.entries))
            match dice.randrange(5):
                case 0:
                    gone = self.entries.pop(number)
                    reason = dice.choice(list(RemovalReason))
                    self.stones.append(
                        Tombstone(id=gone.id, listed_at=gone.listed_at, removed_at=NOW, reason=reason)
                    )
                case 1:
                    self.entries[1000 * serial + number] = self._entry(1000 * serial + number)
                case 2:
                    self.entries[number] = replace(self.entries[number], verified_at=NOW, grade=4)
                case 3:
                    self.entries[number] = sample_entry(number, excerpts=("other <words>", str(serial)))
                case 4:  # what was removed comes back
                    self.entries |= {number: self._entry(number) for number in range(3)}
        if dice.random() < 0.2:
            changes["site"] = Site(
                title=f"Title {serial}", languages=dice.choice([("en", "zh"), ("zh",), ("en",)])
            )
        if dice.random() < 0.2:
            changes["announcements"] = (sample_announcement("2026-11-22", 7),)
        listing = replace(
            self.context.listing, entries=tuple(self.entries.values()), tombstones=tuple(self.stones)
        )
        release = replace(self.context.release, serial=serial, issued_at=NOW + timedelta(hours=serial))
        self.context = replace(self.context, listing=listing, release=release, **changes)
        return self.context


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_every_build_after_a_change_is_a_whole_build(tmp_path: Path, seed: int) -> None:
    year = Year(seed)
    for serial in range(1, 8):
        sheets = list(site_sheets(year.turn(serial)))
        whole = build(tmp_path / "public", serial, sheets)
        fresh = build(tmp_path / f"fresh{serial}", serial, sheets)
        assert files_of(whole) == files_of(fresh)
        assert not [
            path
            for path in whole.rglob("*")
            if path.is_dir() and not any(path.iterdir()) and path.name != "list"
        ]


def test_a_page_that_waits_to_be_made_takes_little_memory() -> None:
    """Each once held the text that its digest is of: 12 MiB a thousand entries."""
    contexts = [sample_context(count) for count in (60, 300)]
    list(site_sheets(contexts[0]))  # what is loaded once, for however many

    def held(context: ReleaseContext) -> int:
        before = tracemalloc.get_traced_memory()[0]
        sheets = list(site_sheets(context))
        assert sheets
        return tracemalloc.get_traced_memory()[0] - before

    tracemalloc.start()
    try:
        few, many = map(held, contexts)
    finally:
        tracemalloc.stop()
    assert (many - few) / 240 < 3000  # bytes an entry


def test_what_decides_a_page_is_told_alike_by_every_process() -> None:
    """Sets and tuples with names too; a set's own order hangs on the seed of the process."""
    told = token_of(frozenset("bac"), Excerpt("x", "", False, ""))
    assert told == token_of(["a", "b", "c"], ["x", "", False, ""])
    assert token_of("\ud800") != token_of("?")


def test_the_lists_own_shards_make_the_same_scripts() -> None:
    context = sample_context(40)
    made = write_prefixes(context.listing.entries, context.listing.aliases)
    assert dict(site_pages(replace(context, shards=made))) == dict(site_pages(context))


@pytest.mark.edge
def test_what_did_not_change_is_not_made_again(tmp_path: Path) -> None:
    context = sample_context(200)
    build(tmp_path / "public", 1, list(site_sheets(context)))
    entries = list(context.listing.entries)
    entries[77] = replace(entries[77], verified_at=NOW)
    later = replace(
        context,
        release=replace(context.release, serial=2, issued_at=NOW + timedelta(hours=1)),
        history=(context.release,),
        listing=replace(context.listing, entries=tuple(entries)),
    )
    made = _made_in(build, tmp_path / "public", 2, list(site_sheets(later)))
    own = f"entries/{entries[77].id}/index.html"
    assert {own, f"zh/{own}"} <= made
    assert {path for path in made if "entries/" in path} == {own, f"zh/{own}"}
    assert len(made) < 12  # what says which release it is


def _made_in(work: Callable[..., Path], out: Path, serial: int, sheets: list[Sheet]) -> set[str]:
    made: set[str] = set()

    def noted(sheet: Sheet) -> Sheet:
        def make() -> Iterator[bytes]:
            made.update(sheet.paths)
            yield from sheet.make()

        return sheet._replace(make=make)

    work(out, serial, [noted(sheet) for sheet in sheets])
    return made


def test_an_old_release_becomes_the_next_one_and_others_keep_their_files(tmp_path: Path) -> None:
    out = tmp_path / "public"
    told = [
        texts(index="1", a__b="x", a__c="1"),
        texts(index="2", a__b="x"),
        texts(index="3", a__b="y", d="n"),
    ]
    kept: dict[str, dict[str, bytes]] = {}
    for serial in range(1, 10):
        whole = build(out, serial, told[serial % 3])
        kept[whole.name] = files_of(whole)
        there = sorted(path.name for path in (tmp_path / "public.releases").iterdir() if path.name.isdigit())
        assert there == sorted(kept)[-KEEP:]
        for name in there:
            assert files_of(tmp_path / "public.releases" / name) == kept[name]
    ledgers = sorted(path.stem for path in (tmp_path / "public.releases").glob("*.pages"))
    assert ledgers == there


def test_the_release_that_readers_see_is_never_given_up(tmp_path: Path) -> None:
    out = tmp_path / "public"
    for serial in (1, 2, 3):
        build(out, serial, texts(index=str(serial)))
    with open_public(out) as public:
        public.show(1)  # an operator went back
    build(out, 4, texts(index="4"), keep=2)
    names = sorted(path.name for path in (tmp_path / "public.releases").iterdir() if path.name.isdigit())
    assert names == ["000001", "000003", "000004"]


def body_of_ledger(release: Path, body: bytes) -> None:
    ledger = ledger_of(release)
    ledger.write_bytes(ledger.read_bytes().partition(b"\n")[0] + b"\n" + body)


HARM: dict[str, Callable[[Path], object]] = {
    "no ledger": lambda release: ledger_of(release).unlink(),
    "rubbish": lambda release: ledger_of(release).write_text("linkgazette pages 1 0000\nrubbish"),
    "no sheets": lambda release: body_of_ledger(release, b"[]"),
    "no digest": lambda release: body_of_ledger(release, b'{"index": 1}'),
    "half of it": lambda release: body_of_ledger(release, b'{"index": "9f86'),
    "no text": lambda release: ledger_of(release).write_bytes(b"\xff\xfe"),
    "no digests": lambda release: (release / SITE).unlink(),
    "a page gone": lambda release: (release / "a" / "b").unlink(),
}


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM)
def test_a_damaged_past_costs_time_and_nothing_else(tmp_path: Path, harm: Callable[[Path], object]) -> None:
    out, sheets = tmp_path / "public", texts(index="1", a__b="x")
    for serial in range(1, 5):
        harm(build(out, serial, sheets))
    assert files_of(build(out, 5, sheets)).keys() == {"index", "a/b", SITE}


def test_an_altered_page_of_the_past_is_made_anew_on_request(tmp_path: Path) -> None:
    out, sheets = tmp_path / "public", texts(index="1", a__b="x")
    altered = build(out, 1, sheets) / "a" / "b"
    altered.chmod(0o644)
    altered.write_text("y")
    assert files_of(build(out, 2, sheets))["a/b"] == b"y"  # verify says so: it is not what site.sha256 names
    assert files_of(build(out, 3, sheets, anew=True))["a/b"] == b"x"


def test_no_page_is_vouched_for_by_who_altered_it_and_its_ledger(tmp_path: Path) -> None:
    # Found by reading: the next release signed the digests of a ledger that lies beside the pages.
    out, sheets = tmp_path / "public", texts(index="1", a__b="x")
    for serial in range(1, 5):
        release = build(out, serial, sheets)
        altered, ledger = release / "a" / "b", ledger_of(release)
        altered.unlink()
        altered.write_text("y")
        said, fresh = (hashlib.sha256(each).hexdigest().encode() for each in (b"x", b"y"))
        assert said in ledger.read_bytes()
        ledger.write_bytes(ledger.read_bytes().replace(said, fresh))
    assert files_of(build(out, 5, sheets))["a/b"] == b"x"


def test_a_killed_build_leaves_the_release_that_readers_see(tmp_path: Path) -> None:
    out = tmp_path / "public"
    for serial in (1, 2, 3):
        build(out, serial, texts(index=str(serial), a__b="x"))

    def stopped() -> Iterator[bytes]:
        raise KeyboardInterrupt
        yield b""

    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            build(out, 4, [*texts(index="4"), Sheet(("z",), stopped, b"z" * 16)])
        assert files_of(out)["index"] == b"3"
    assert files_of(build(out, 4, texts(index="4")))["index"] == b"4"


# --- workers ---------------------------------------------------------------------------------------------


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_FEWEST", 10)
    monkeypatch.setattr(workers, "_FIRST", 3)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2})


@pytest.mark.edge
@pytest.mark.usefixtures("forked")
def test_work_is_shared_out_and_comes_back_in_order() -> None:
    told: list[int] = []
    results = list(shared_out(range(1000), lambda one: b"%04d" % one, lambda _: 4, told.append))
    assert results == [b"%04d" % one for one in range(1000)]
    assert told == sorted(told)
    assert told[-1] == 4000


@pytest.mark.edge
@pytest.mark.usefixtures("forked")
def test_what_a_worker_does_not_finish_is_done_here() -> None:
    parent = os.getpid()

    def work(one: int) -> bytes:
        if one == 500 and os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        if one == 700 and os.getpid() != parent:
            raise OSError("no space")
        return b"%04d" % one

    assert list(shared_out(range(1000), work, lambda _: 4)) == [b"%04d" % one for one in range(1000)]


@pytest.mark.edge
@pytest.mark.usefixtures("forked")
def test_an_error_of_a_worker_is_an_error_here() -> None:
    def work(one: int) -> bytes:
        if one == 500:
            raise OSError("no space")
        return b"%04d" % one

    with pytest.raises(OSError, match="no space"):
        list(shared_out(range(1000), work, lambda _: 4))


@pytest.mark.edge
@pytest.mark.usefixtures("forked")
def test_a_site_that_is_shared_out_is_the_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sheets = list(site_sheets(sample_context(40)))
    shared = build(tmp_path / "shared", 1, sheets)
    monkeypatch.setattr(workers, "_FEWEST", 10**6)
    assert files_of(shared) == files_of(build(tmp_path / "alone", 1, sheets))
