"""What the demo stands on: its folder, the rows it shares, the comparison with the truth, the bare server."""

import io
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from blocklist.config import load_config
from blocklist.errors import InputError, TroubleError
from blocklist.intake import read_rows
from blocklist.listing.guard_files import load_guards
from blocklist.model import Failure, Host, Label
from blocklist.privacy import Pseudonymiser
from blocklist.urls import parse_url
from crawler.pretend.comparison import Judged, compare
from crawler.pretend.playground import hold
from crawler.pretend.playground import prepare as fill
from crawler.pretend.shares import pretend_shares
from crawler.pretend.sites import SITES, Site

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ADDRESS = "127.0.0.1:8099"


def prepare(folder: Path, *, fresh: bool, address: str = ADDRESS, now: datetime = NOW) -> Sequence[Path]:
    with hold(folder):
        return fill(folder, address=address, fresh=fresh, now=now)


def test_two_demos_do_not_share_a_folder(tmp_path):
    with hold(tmp_path / "demo"), pytest.raises(TroubleError, match="another demo is at work"):
        prepare(tmp_path / "demo", fresh=True)
    assert prepare(tmp_path / "demo", fresh=True)


def test_intake_finds_exactly_the_shared_addresses_in_the_rows():
    file = io.BytesIO(b"".join(orjson.dumps(row) + b"\n" for row in pretend_shares(NOW)))
    rows = list(read_rows(file, "shares.jsonl", Pseudonymiser(bytes(32))))
    assert not any(row.problems for row in rows)
    assert {url for row in rows for url, *_ in row.shares} == {
        parse_url(site.url) for site in SITES if site.shared
    }


def test_the_rows_know_sellers_forwarders_groups_and_every_surface():
    rows = pretend_shares(NOW)
    assert 100 <= len(rows) <= 200
    assert {row["surface"] for row in rows} == {"timeline", "group", "direct", "account", "other"}
    assert sum(row.get("forwarded", False) for row in rows) > 10
    assert sum("text" in row for row in rows) > 10
    accounts = [row["account"] for row in rows]
    assert max(accounts.count(account) for account in accounts) > 5
    assert len({row["group"] for row in rows if "group" in row}) == 6
    assert len({row["group"] for row in rows if row["account"].startswith("s-") and "group" in row}) == 4


def test_the_folder_is_a_workspace_that_loads(tmp_path):
    folder = tmp_path / "demo"
    (shares,) = prepare(folder, address=ADDRESS, fresh=True, now=NOW)
    config = load_config(folder)
    assert config.crawl.resolve == ADDRESS
    assert len(shares.read_text(encoding="utf-8").splitlines()) == len(pretend_shares(NOW))


def test_the_pretend_platforms_are_guarded(tmp_path):
    prepare(tmp_path / "demo", address=ADDRESS, fresh=True, now=NOW)
    guards = load_guards(extra=(tmp_path / "demo" / "guards.toml",), warning_lists=False)
    assert guards.guard_of(Host("go.short-it.example")) == "shortener"
    assert guards.is_shared(Host("free-pages.example"))
    assert guards.guard_of(Host("tusk-and-scale.example")) is None


def test_fresh_throws_an_earlier_demo_away_and_keep_goes_on(tmp_path):
    folder = tmp_path / "demo"
    prepare(folder, address=ADDRESS, fresh=True, now=NOW)
    (folder / "linkgazette.db").write_text("old")
    (folder / "shares.jsonl").write_text("{}\n")
    prepare(folder, address="127.0.0.1:9000", fresh=False, now=NOW)
    assert (folder / "linkgazette.db").exists()
    assert (folder / "shares.jsonl").read_text() == "{}\n"
    assert load_config(folder).crawl.resolve == "127.0.0.1:9000"
    prepare(folder, address=ADDRESS, fresh=True, now=NOW)
    assert not (folder / "linkgazette.db").exists()


@pytest.mark.parametrize("fresh", [True, False])
def test_a_folder_that_is_not_a_demos_is_left_alone(tmp_path, fresh):
    (tmp_path / "letters.txt").write_text("dear")
    with pytest.raises(InputError, match="choose another --out"):
        prepare(tmp_path, address=ADDRESS, fresh=fresh, now=NOW)
    assert (tmp_path / "letters.txt").read_text() == "dear"


def test_a_link_to_a_folder_and_a_file_are_refused(tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    for name in ("file", "link"):
        with pytest.raises(InputError, match="not a plain folder"):
            prepare(tmp_path / name, address=ADDRESS, fresh=True, now=NOW)


def test_a_folder_that_cannot_be_made_is_trouble(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(TroubleError, match="choose another --out"):
        prepare(tmp_path / "file" / "below", address=ADDRESS, fresh=True, now=NOW)


def site(name, truth, **more):
    return Site(host=f"{name}.example", truth=Label(truth), kind="offer", **more)


def test_each_kind_of_mistake_has_its_place():
    sites = [
        site("right", "contraband", category="tobacco"),
        site("other-goods", "contraband", category="tobacco"),
        site("accused", "clear"),
        site("suspected", "clear"),
        site("missed", "contraband"),
        site("doubt", "contraband"),
        site("cautious", "clear"),
        site("gone", "unreachable", failure=Failure.TIMEOUT),
        site("gone-otherwise", "unreachable", failure=Failure.TIMEOUT),
        site("never-visited", "clear"),
    ]
    judged = {
        "http://right.example/": Judged(label=Label.CONTRABAND, category="tobacco"),
        "http://other-goods.example/": Judged(label=Label.CONTRABAND, category="gambling"),
        "http://accused.example/": Judged(label=Label.CONTRABAND, publishable=True),
        "http://suspected.example/": Judged(label=Label.CONTRABAND),
        "http://missed.example/": Judged(label=Label.CLEAR),
        "http://doubt.example/": Judged(label=Label.UNSURE, reason="thin"),
        "http://cautious.example/": Judged(label=Label.UNSURE),
        "http://gone.example/": Judged(label=Label.UNREACHABLE, failure=Failure.TIMEOUT),
        "http://gone-otherwise.example/": Judged(label=Label.UNREACHABLE, failure=Failure.DNS),
    }
    found = compare(sites, judged)
    assert (found.right, found.total) == (4, 10)
    assert [[one.url[7:-9] for one in group] for group in found.differences().values()] == [
        ["accused"],
        ["suspected"],
        ["missed"],
        ["doubt", "cautious"],
        ["never-visited"],
    ]
    assert found.wrong_category == ("http://other-goods.example/: gambling, not tobacco",)
    assert found.wrong_failure == ("http://gone-otherwise.example/: dns, not timeout",)
    assert found.as_json()["undecided"][0]["reason"] == "thin"
    assert found.as_json()["other"][0]["judged"] is None


@pytest.mark.edge
def test_it_can_be_served_alone_until_interrupted():
    with subprocess.Popen(
        [sys.executable, "-m", "crawler.pretend"], stdout=subprocess.PIPE, text=True
    ) as served:
        head = "".join(served.stdout.readline() for _ in range(4))
        served.send_signal(signal.SIGINT)
        tail = served.stdout.read()
    assert re.search(r'\[crawl\]\nresolve = "127\.0\.0\.1:\d+"', head)
    assert (served.returncode, "0 requests" in tail) == (0, True)
