"""Raw ids are planted wherever a report can hold them; no file of the workspace or the site has one.

The exception is the rule: what a page itself says stands in the evidence of its visit, and in no other file.
"""

import gzip
import json
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from blocklist.model import Post
from blocklist.service import secrets
from blocklist.service.app import build
from blocklist.service.doors import Side
from blocklist.service.house import open_house
from blocklist.store import open_workspace
from blocklist.store.api_keys import ApiKey
from crawler.pretend import PretendWeb
from crawler.pretend.sites import SITES

pytestmark = pytest.mark.edge

PROGRAM = Path(sys.executable).parent / "linkgazette"
NOW = datetime.now(UTC)
OFFER = next(site for site in SITES if site.kind == "offer" and site.category == "controlled-drugs")
BY_FILE: dict[str, str | int] = {
    "account": "member-471199",
    "group": 81550017,
    "reporter": "teller-333377",
    "content_id": "post-77120043",
}
BY_API: dict[str, str | int] = {
    "account": "member-602288",
    "group": "hall-915566",
    "reporter": 70441188,
    "content_id": 55190277,
}
RAW = [str(each) for each in (*BY_FILE.values(), *BY_API.values())]
ON_A_PAGE = "member-889900"
IN_AN_OFFER = "seller_77x01"
OFFERED = (
    f"<title>Research chemicals, shared by {IN_AN_OFFER}</title>"
    f"<h1>Buy MDMA and cocaine online, ask {IN_AN_OFFER}</h1>"
    f"<p>Shared by {IN_AN_OFFER}: MDMA 84% pure, 5 g $150; cocaine ({IN_AN_OFFER}) 10 g $600. Order now, "
    f"stealth shipping, no prescription. {IN_AN_OFFER} takes Bitcoin. Add to cart.</p>"
)


def rows(people: dict[str, str | int]) -> list[dict[str, object]]:
    """Reports with the ids in every field and in every part of an address that does not name the page."""
    one, two, three, four = people.values()
    return [
        {"url": OFFER.url, **people, "account_name": "Hardman", "group_name": "Hardman meeting room"},
        {"url": f"{OFFER.url}?from={one}&x=1&group={two}#by={three}&post={four}", **people},
        {"text": f"{one} said: see {OFFER.url}?s={three}#{one} ok", **people},
        {"url": f"http://plain.example/?u={str(one).replace('-', '%2D')}", "account": one},
        # what is refused is quoted by nobody
        {"url": f"no address of {one}", **people},
        {"url": f"http://{one}:{two}@plain.example/", **people},
        {"url": f"javascript:tell('{three}')", **people},
        {"url": "http://plain.example/", "account": [one], "surface": str(two)},
        {"url": "http://plain.example/", "account": one, "shared_at": str(three)},
    ]


def ran(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [PROGRAM, "--workspace", "ws", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode in {0, 1}, done.stderr
    return done.stdout + done.stderr


def reported(workspace: Path, body: list[dict[str, object]]) -> tuple[str, bytes]:
    """Report by HTTP, twice with one idempotency key; return what was answered, and the database's log."""
    with open_workspace(workspace, create=True) as opened:
        made = secrets.new_key()
        opened.api_keys.add(
            ApiKey(
                id=made.id,
                digest=made.digest,
                name="p",
                post=Post.REPORTER,
                daily=100,
                made_at=NOW,
                ended_at=None,
            )
        )
        client = TestClient(
            build(open_house(opened, workspace / "public"), Side.PUBLIC, clock=lambda: NOW),
            base_url="http://127.0.0.1",
        )
        headers = {"Authorization": f"Bearer {made.text}", "Idempotency-Key": "one"}
        answers = [client.post("/api/shares", json=body, headers=headers) for _ in range(2)]
        assert {answer.status_code for answer in answers} == {202}, answers[0].text
        log = (workspace / "linkgazette.db-wal").read_bytes()
        return "".join(answer.text for answer in answers), log


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every file, unpacked, after reports by file and by HTTP, a crawl and a release."""
    folder = tmp_path_factory.mktemp("planted")
    page = f"<title>Birds</title><p>A page about birds, written by {ON_A_PAGE}.</p>" * 3
    saved = {"plain.example": page.encode(), "shared.example": OFFERED.encode()}
    with PretendWeb(saved=saved) as web:
        (folder / "ws").mkdir()
        config = f'[crawl]\nresolve = "{web.address}"\ndelay = 0.0\n'
        (folder / "ws/linkgazette.toml").write_text(config, encoding="utf-8")
        told, log = reported(folder / "ws", rows(BY_API))
        shared = {
            "url": "http://shared.example/",
            "account": IN_AN_OFFER,
            "preview_title": f"by {IN_AN_OFFER}",
        }
        lines = "\n".join(map(json.dumps, [*rows(BY_FILE), shared]))
        (folder / "links.jsonl").write_text(lines, encoding="utf-8")
        told += ran(folder, "run", "links.jsonl", "--json")
        told += ran(folder, "keys", "people", "rotate")
        told += ran(folder, "intake", "links.jsonl")
        told += ran(folder, "measures")
        asked = b"".join(repr(each).encode() for each in web.log)
    (folder / "links.jsonl").unlink()
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    unpacked = {name: gzip.decompress(data) for name, data in found.items() if name.endswith(".gz")}
    return {**found, **unpacked, "standard output": told.encode(), "requests": asked, "write-ahead log": log}


def test_no_errand_of_a_cluster_names_anybody(tmp_path: Path) -> None:
    """Errands lie in the engine's streams, on other machines: an address, when it was seen, and nobody."""
    words = pytest.importorskip("crawler.cluster.words", reason="the extra linkgazette[cluster] is missing")
    reported(tmp_path / "ws", rows(BY_API))
    with open_workspace(tmp_path / "ws", create=False) as opened:
        people = list(opened.database.rows("SELECT account, in_group, reporter, content FROM shares"))
        links = opened.links.lease("w", now=NOW, limit=10)
        assert links
        errands = b"".join(
            words.pack(words.Errand(ticket="t", link=link, circumstances=opened.links.circumstances(link)))
            for link in links
        )
    assert OFFER.url.encode() in errands
    tags = {one.partition(":")[2] for row in people for one in row if one}
    assert tags
    for each in (*map(str, BY_API.values()), *tags):
        assert each.encode() not in errands


def test_the_whole_way_was_gone(written: dict[str, bytes]) -> None:
    assert "ws/linkgazette.db" in written
    assert any(name.startswith("ws/captures/") for name in written)
    assert any(name.endswith("index.html") and b"LG-" in data for name, data in written.items())
    assert b"account:" in written["write-ahead log"]
    assert b"account:" in written["standard output"]


@pytest.mark.parametrize("raw", RAW)
def test_a_planted_id_is_nowhere(written: dict[str, bytes], raw: str) -> None:
    forms = {raw.encode(), raw.replace("-", "%2D").encode(), raw.replace("-", "%2d").encode()}
    assert [name for name, data in written.items() if any(form in data for form in forms)] == []


def test_an_id_of_a_sharer_in_the_words_that_judge_a_page_is_masked(
    written: dict[str, bytes], tmp_path: Path
) -> None:
    """A platform writes into a page who shared it, and the judge's excerpt repeated that."""
    held = [name for name, data in written.items() if IN_AN_OFFER.encode() in data]
    assert held
    assert all(name.startswith("ws/captures/") for name in held), held
    (tmp_path / "copy.db").write_bytes(written["ws/linkgazette.db"])
    verdicts = sqlite3.connect(tmp_path / "copy.db")
    ((label, title, evidence),) = verdicts.execute(
        "SELECT label, title, evidence FROM current_verdicts WHERE landing LIKE 'http://shared.example/%'"
    )
    verdicts.close()
    assert (label, "****" in title, "****" in evidence) == ("contraband", True, True)


def test_an_id_in_a_page_s_own_text_is_in_the_evidence_of_the_visit_alone(written: dict[str, bytes]) -> None:
    held = [name for name, data in written.items() if ON_A_PAGE.encode() in data]
    assert held
    assert all(name.startswith("ws/captures/") for name in held)
