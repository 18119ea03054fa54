"""Chromium and axe look at the service's pages; ten cases are decided by keyboard, without scripts."""

import json
import os
import subprocess
import tempfile
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from blocklist.casework.appeal import Claim, make_appeal
from blocklist.casework.blind import draw
from blocklist.casework.decide import Word, decide
from blocklist.commands.publishing import publish_stage
from blocklist.model import Action, Capture, Hop, Label, Post, Scope, Share, Surface, Vantage
from blocklist.service.secrets import hash_secret
from blocklist.store import open_workspace
from blocklist.store.appeals import Proof
from blocklist.store.visits import Visit
from blocklist.urls import parse_url
from crawler.fetch.archive import Archive, stored_body
from crawler.readers import Exchange, Reader, Task
from tests.list_workspace import visited
from tests.service_process import serving
from tests.site_browser import CHROMIUM, ENGINES, NODE, WIDTHS, missing

CASES = 10
SECRET = "correct-horse-battery"
SHOTS = os.environ.get("SERVICE_SHOTS", "")
"""A folder for pictures of the pages; empty: none are taken."""
pytestmark = [pytest.mark.edge, pytest.mark.skipif(bool(missing()), reason=missing())]


def looks(origin: str, staff: str, case: int, ticket: str) -> list[dict[str, object]]:
    pages = {
        "queue": ("mo", f"{staff}/"),
        "case": ("mo", f"{staff}/cases/{case}"),
        "batch": ("mo", f"{staff}/cases/{case}/batch?with={case - 1}&with={case - 2}"),
        "batches": ("mo", f"{staff}/batches"),
        "proposals": ("mo", f"{staff}/proposals"),
        "appeals": ("mo", f"{staff}/appeals"),
        "appeal-case": ("mo", f"{staff}/appeals/1"),
        "figures": ("mo", f"{staff}/figures"),
        "blind": ("mo", f"{staff}/blind"),
        "people": ("root", f"{staff}/people"),
        "audit": ("root", f"{staff}/audit"),
        "own": ("mo", f"{staff}/own"),
        "factor": ("mo", f"{staff}/own"),
        "login": ("", f"{staff}/login"),
        "appeal": ("", f"{origin}/appeals/new"),
        "ticket": ("", f"{origin}/appeals/{ticket}"),
        "report": ("", f"{origin}/report"),
    }
    # Light in English on a desktop and dark in Chinese on a phone; with pictures, each at both widths.
    ways = (
        [(width, lang) for width in WIDTHS for lang in ("en", "zh")] if SHOTS else [(390, "zh"), (1280, "en")]
    )
    return [
        {
            "as": who,
            "url": f"{url}{'&' if '?' in url else '?'}lang={lang}",
            "width": width,
            "dark": lang == "zh",
            "press": "button[value=begin]" if name == "factor" else "",
            "shot": SHOTS and f"{SHOTS}/{name}-{width}-{lang}.png",
        }
        for name, (who, url) in pages.items()
        for width, lang in ways
    ]


SHOP = """<html lang="en"><title>Night Cartons</title><nav><p>Home and catalogue of the house</nav><main>
<h1>Untaxed cigarettes</h1>
<p>Duty free cigarettes without tax stamps, 200 a carton, $25, wholesale and retail.</p>
<p>Order now on Telegram @night_cartons, cash on delivery, we ship to every town.</p>
<p>Cartons from the border at half of the price in shops, fresh every week.</p></main>
<footer><p>All rights kept by the house of night</footer>"""
TEA = """<html lang="en"><title>Hill Tea</title><nav><p>Home and catalogue of the house</nav><main>
<h1>Green tea</h1><p>Green tea from the hills, picked by hand in spring, dried in the sun.</p></main>
<footer><p>All rights kept by the house of night</footer>"""


def two_faced(workspace, urls, now):
    """Visit ``urls``: to the app they show an offer, to us tea; return the last one's link."""
    workspace.shares.add([Share(url=parse_url(url), surface=Surface.GROUP) for url in urls], now=now)
    reader = Reader(policy=workspace.policy, pseudonymiser=workspace.pseudonymiser)
    archive, last = Archive(workspace.path / "captures", "browser"), 0
    for link in workspace.links.lease("eye", now=now, limit=100):
        if link.url not in urls:
            continue
        seen = []
        for vantage, body in ((Vantage.IN_APP, SHOP), (Vantage.DECLARED, TEA), (Vantage.DESKTOP, TEA)):
            exchange = Exchange(
                url=link.url, status=200, request_headers=(), response_headers=(), body=body.encode()
            )
            read = reader.read_now(
                Task(
                    exchange=exchange, content_type="text/html", landing=link.url, fetched_at=f"{now:%FT%TZ}"
                )
            )
            (archived,) = archive.keep([read.records])
            capture = Capture(
                link=link.id, vantage=vantage, fetched_at=now, final_url=link.url, status=200,
                hops=(Hop(url=link.url, status=200),), content_type="text/html", archived=archived,
                body_sha256=sha256(body.encode()).hexdigest(), body_bytes=len(body.encode()),
            )  # fmt: skip
            seen.append((capture, read))
        (first, judged), *others = seen
        visit = Visit(
            capture=first, judgement=judged.judgement, title=judged.title, due_at=now + timedelta(days=1),
            further=tuple(capture for capture, _ in others), traits=judged.traits,
        )  # fmt: skip
        workspace.links.complete_all("eye", [visit], now=now)
        last = link.id
    archive.close()
    workspace.links.give_back("eye")
    # This page was looked at without its text: the archive had moved, and the page said so.
    assert all(stored_body(workspace.path, each) for each in workspace.captures.of(last))
    return last


def full_desk(folder: Path, now: datetime) -> tuple[int, str]:
    """Fill a workspace with all that the pages show; return a case to look at and an appeal's ticket."""
    pages = {f"http://shop{number}.example/offer": Label.UNSURE for number in range(CASES + 2)}
    visited(folder, {**pages, "http://sure.example/": Label.CONTRABAND}, at=now)
    publish_stage(folder, out=folder / "public", now=now)
    with open_workspace(folder, create=False) as opened:
        case = two_faced(opened, [f"http://two-faces{number}.example/" for number in range(3)], now)
        for name, post in (("mo", Post.SENIOR), ("root", Post.ADMIN), ("ann", Post.MODERATOR)):
            opened.staff.add(name, post, hash_secret(SECRET), now=now)
        claim = Claim(
            entry=opened.entries.current()[0].id, statement="It is a museum.", contact="ann@museum.example",
            proof=Proof.FILE,
        )  # fmt: skip
        ticket = make_appeal(opened, claim, now=now).secret
        beside = Claim(entry=claim.entry, statement="They only show old packets; nothing is for sale there.")
        make_appeal(opened, beside, now=now)
        draw(opened, 1, now=now)
        word = Word(
            link=CASES + 2,
            action=Action.CONFIRM,
            category="tobacco",
            scope=Scope.DOMAIN,
            reason="all",
            by="ann",
        )
        decide(opened, word, now=now)
    return case, ticket


def test_ten_cases_by_keyboard_and_every_page_as_axe_sees_it(tmp_path):
    folder = tmp_path / "ws"
    case, ticket = full_desk(folder, datetime.now(UTC))
    with (
        serving(folder, log=tmp_path / "log") as served,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
    ):
        job = {
            "chromium": CHROMIUM, "profile": profile, "staff": served.staff, "name": "mo", "cases": CASES,
            "people": {"mo": SECRET, "root": SECRET},
            "looks": looks(served.public, served.staff, case, ticket),
        }  # fmt: skip
        ran = subprocess.run(
            [str(NODE), str(ENGINES / "desk.mjs")],
            input=json.dumps(job), capture_output=True, text=True, check=False, timeout=600,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
    report = json.loads(ran.stdout)
    assert len(report["decided"]) == CASES
    # Beside the reason's letters: to confirm with a category, and to clear.
    assert set(report["keys"][::2]) == {11}
    assert set(report["keys"][1::2]) == {3}
    assert report["axe"] == []
    assert report["overflow"] == []
    assert report["console"] == []
    with open_workspace(folder, create=False) as opened:
        held = [opened.decisions.current(link) for link in range(1, CASES + 3)]
        assert [each.action for each in held if each] == [Action.CONFIRM, Action.CLEAR] * (CASES // 2)
        assert {each.category for each in held if each and each.action is Action.CONFIRM} == {"tobacco"}
        assert {each.by for each in held if each} == {"mo"}
