"""``classify URL``: one page fetched as a crawl would, and nothing left behind."""

import socket
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from blocklist.errors import InputError, UrlError
from crawler.commands.classify import classify
from crawler.pretend import PretendWeb
from crawler.pretend.answer import redirect
from crawler.pretend.sites import ROBOTS

pytestmark = pytest.mark.edge

PAGES = {
    "offer.example": b"""<!doctype html><title>Mountain Vendor</title><h1>Buy cocaine online</h1>
<p>1 g $80, 5 g $350. We ship worldwide, stealth packaging.</p>
<p>Order now on Telegram @mountainvendor77, Bitcoin accepted.</p>""",
    "tea.example": b"""<!doctype html><title>Tea</title><h1>Green tea from the hills</h1>
<p>Picked by hand in spring and dried in the sun. Add to cart, $12 a tin, free shipping.</p>""",
}


@pytest.fixture
def web() -> Iterator[PretendWeb]:
    with PretendWeb(sites=(), saved={**PAGES, "go.example": redirect("http://offer.example/")}) as web:
        yield web


def judged(workspace: Path, web: PretendWeb, url: str, *more: str) -> dict[str, object]:
    workspace.mkdir(exist_ok=True)
    settings = f'[crawl]\nresolve = "{web.address}"\ndelay = 0.0\ntimeout = 2\n'
    (workspace / "linkgazette.toml").write_text(settings)
    result = CliRunner().invoke(
        classify, [url, "--json", *more], obj=workspace, catch_exceptions=False, standalone_mode=False
    )
    assert [path.name for path in workspace.iterdir()] == ["linkgazette.toml"]
    found = orjson.loads(result.output)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("host", "label"),
    [("offer.example", "contraband"), ("go.example", "contraband"), ("tea.example", "clear")],
)
def test_a_live_page_is_judged_and_nothing_is_made(
    tmp_path: Path, web: PretendWeb, host: str, label: str
) -> None:
    assert judged(tmp_path / "ws", web, f"http://{host}/")["label"] == label
    assert {request.agent.partition("/")[0] for request in web.log} == {"Linkgazette"}


def test_a_page_that_robots_refuses_is_not_fetched(
    tmp_path: Path, web: PretendWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ROBOTS, "shop.example", "User-agent: *\nDisallow: /\n")
    found = judged(tmp_path / "ws", web, "http://shop.example/")
    assert found["label"] == "unreachable"
    assert "robots" in str(found["reason"])
    assert [request.path for request in web.log] == ["/robots.txt"]


def test_an_inside_address_is_not_dialled(tmp_path: Path, web: PretendWeb) -> None:
    with socket.create_server(("127.0.0.1", 0)) as inside:
        inside.settimeout(0.1)
        port = inside.getsockname()[1]
        found = judged(tmp_path / "ws", web, f"http://127.0.0.1:{port}/")
        with pytest.raises(TimeoutError):
            inside.accept()
    assert found["label"] == "unreachable"
    assert "blocked-address" in str(found["reason"])


def test_what_is_no_address_or_no_policy_is_refused_at_once(tmp_path: Path, web: PretendWeb) -> None:
    with pytest.raises(UrlError):
        judged(tmp_path / "ws", web, "http://user:secret@shop.example/")
    with pytest.raises(InputError):
        judged(tmp_path / "ws", web, "http://shop.example/", "--policy", str(tmp_path / "none"))
    assert web.log == []
