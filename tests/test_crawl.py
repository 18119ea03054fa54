"""The crawl from due link to stored verdict, against webs that lie, loop, flood and drip; loopback only."""

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from blocklist.errors import InputError
from blocklist.model import Failure, Share, Surface
from blocklist.store import open_workspace
from blocklist.urls import parse_url
from crawler.commands.crawl import crawl, crawl_stage
from crawler.commands.crawling import run_worker
from crawler.fetch import outage
from crawler.pretend import PretendWeb, behaviours
from crawler.pretend.answer import Answer, html, redirect
from crawler.pretend.behaviours import BEHAVIOURS
from crawler.pretend.sites import ROBOTS, SITES

pytestmark = pytest.mark.edge

PAGE = (
    b"<!doctype html><title>A page</title><p>Nothing but a friendly page about gardens and their birds.</p>"
)
FAST = {"delay": 0, "timeout": 2, "vantages": "[]"}  # test_vantage_crawl.py has the others


def workspace(folder: Path, urls: list[str], *, resolve: str = "", **options: float | str) -> Path:
    """A workspace with ``urls`` due, configured for a fast and impatient crawl."""
    lines = [f"{key} = {value}" for key, value in {**FAST, **options}.items()]
    if resolve:
        lines.append(f'resolve = "{resolve}"')
    folder.mkdir(exist_ok=True)
    (folder / "linkgazette.toml").write_text("[crawl]\n" + "\n".join(lines) + "\n")
    with open_workspace(folder, create=True) as opened:
        opened.shares.add(
            [Share(url=parse_url(url), surface=Surface.GROUP) for url in urls], now=datetime.now(UTC)
        )
    return folder


def captures(folder: Path) -> dict[str, dict[str, Any]]:
    """The newest capture of each link by its URL as shared."""
    sql = "SELECT links.url AS shared, captures.* FROM captures JOIN links ON links.id = captures.link"
    with open_workspace(folder, create=False) as opened:
        return {row["shared"]: row for row in opened.db.query(f"{sql} ORDER BY captures.id")}


def failures(folder: Path) -> dict[str, str | None]:
    return {url: row["failure"] for url, row in captures(folder).items()}


def verdicts_per_link(folder: Path) -> list[int]:
    sql = "SELECT (SELECT count(*) FROM verdicts WHERE link = links.id) AS n FROM links"
    with open_workspace(folder, create=False) as opened:
        return [row["n"] for row in opened.db.query(sql)]


@contextmanager
def worker(folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    order = orjson.dumps({"workspace": str(folder), "limit": None, "everything": False}).decode()
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "crawler.worker", order],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def until(ready: Callable[[], object], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


class Listener:
    """Listens on a loopback address and counts who connects."""

    def __init__(self, family: socket.AddressFamily, address: str) -> None:
        self.socket = socket.socket(family)
        self.socket.bind((address, 0))
        self.socket.listen()
        self.port: int = self.socket.getsockname()[1]
        self.connects = 0
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        try:
            while True:
                client, _ = self.socket.accept()
                self.connects += 1
                client.close()
        except OSError:
            return

    def close(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


@pytest.fixture
def inside() -> Iterator[tuple[Listener, Listener]]:
    four = Listener(socket.AF_INET, "127.0.0.1")
    try:
        six = Listener(socket.AF_INET6, "::1")
    except OSError:  # a machine without IPv6 has nobody to dial there
        six = Listener(socket.AF_INET, "127.0.0.1")
    yield four, six
    four.close()
    six.close()


# --- the whole table of troubles ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def toured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, PretendWeb]]:
    """Every address of the pretend web, visited once."""
    urls = [site.url for site in SITES]
    behaviours.gzip_bomb(Any, Any)  # packed before somebody waits for it
    with PretendWeb() as web:
        folder = workspace(tmp_path_factory.mktemp("tour") / "ws", urls, resolve=web.address)
        report = crawl_stage(folder)
        assert report.visited == len({parse_url(url) for url in urls})
        yield folder, web


def test_every_address_ends_as_its_table_says(toured: tuple[Path, PretendWeb]) -> None:
    found = failures(toured[0])
    wanted = {parse_url(site.url): site.failure for site in SITES}
    assert {url: kind for url, kind in found.items() if kind != wanted[parse_url(url)]} == {}


def test_no_trouble_outlives_its_limits(toured: tuple[Path, PretendWeb]) -> None:
    slowest = max(captures(toured[0]).values(), key=lambda row: row["elapsed_ms"])
    assert slowest["elapsed_ms"] < 10_000, slowest["shared"]


def test_every_link_has_one_verdict_and_every_page_its_evidence(toured: tuple[Path, PretendWeb]) -> None:
    folder, _ = toured
    assert set(verdicts_per_link(folder)) == {1}
    for row in captures(folder).values():
        assert bool(row["archive_file"]) is (row["body_sha256"] != "")
        if row["archive_file"]:
            assert (folder / "captures" / row["archive_file"]).stat().st_size >= (
                row["archive_offset"] + row["archive_length"]
            )


@pytest.mark.parametrize(
    ("host", "problems"),
    [
        ("good-certificate.example", {"untrusted"}),  # of an authority that nobody trusts
        ("expired-certificate.example", {"expired", "untrusted"}),
        ("own-certificate.example", {"self-signed"}),
        ("wrong-name.example", {"wrong-name", "untrusted"}),
    ],
)
def test_a_bad_certificate_is_recorded_and_its_page_read(
    toured: tuple[Path, PretendWeb], host: str, problems: set[str]
) -> None:
    row = captures(toured[0])[f"https://{host}/"]
    facts = orjson.loads(row["tls"])
    assert row["failure"] is None
    assert set(facts["problem"].split(", ")) == problems
    assert facts["valid"] is False
    assert facts["not_after"]
    assert row["peer"] == "127.0.0.1"


def test_hops_are_recorded_in_order(toured: tuple[Path, PretendWeb]) -> None:
    hops = orjson.loads(captures(toured[0])["http://go.short-it.example/a7Kq"]["hops"])
    assert [(hop["status"], hop["via"]) for hop in hops] == [(301, "http"), (200, "landing")]


def test_what_the_web_saw_is_a_declared_agent_and_nothing_of_a_visitor(
    toured: tuple[Path, PretendWeb],
) -> None:
    log = toured[1].log
    assert {request.agent.partition("/")[0] for request in log} == {"Linkgazette"}
    assert {request.method for request in log} == {"GET"}
    sent = {name for request in log for name in request.headers}
    assert sent <= {"host", "user-agent", "accept", "accept-language", "accept-encoding", "connection"}


# --- the guard ----------------------------------------------------------------------------------------


def test_nothing_inside_is_ever_dialled(
    tmp_path: Path, inside: tuple[Listener, Listener], monkeypatch: pytest.MonkeyPatch
) -> None:
    four, six = inside
    port = four.port
    urls = [
        f"http://127.0.0.1:{port}/",
        f"https://127.0.0.1:{port}/",
        f"http://2130706433:{port}/",
        f"http://0x7f000001:{port}/",
        f"http://0x7f.1:{port}/",
        f"http://0177.0.0.1:{port}/",
        f"http://127.1:{port}/",
        f"http://0.0.0.0:{port}/",
        f"http://localhost:{port}/",
        f"http://[::ffff:127.0.0.1]:{port}/",
        f"http://[::ffff:7f00:1]:{port}/",
        f"http://[64:ff9b::7f00:1]:{port}/",
        f"http://[2002:7f00:1::]:{port}/",
        f"http://[::1]:{six.port}/",
        f"http://localhost:{six.port}/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/",
        "http://10.0.0.1/",
        "http://127.0.0.1:22/",
    ]
    # A proxy of the environment would choose the address instead of the guard.
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
    folder = workspace(tmp_path / "ws", urls)
    crawl_stage(folder)
    assert set(failures(folder).values()) == {Failure.BLOCKED_ADDRESS}
    assert (four.connects, six.connects) == (0, 0)


def test_nothing_inside_is_dialled_by_way_of_a_hop(
    tmp_path: Path, inside: tuple[Listener, Listener], monkeypatch: pytest.MonkeyPatch
) -> None:
    four, six = inside
    targets = [
        f"http://127.0.0.1:{four.port}/",
        f"http://2130706433:{four.port}/",
        f"//0x7f.1:{four.port}/",
        f"http://[::ffff:127.0.0.1]:{four.port}/",
        f"http://[::1]:{six.port}/",
    ]
    saved: dict[str, Answer | bytes] = {}
    for number, target in enumerate(targets):
        saved[f"location-{number}.example"] = redirect(target)
        saved[f"meta-{number}.example"] = f'<meta http-equiv="refresh" content="0; url={target}">'.encode()
        header = ("Refresh", f"0; url={target}")
        saved[f"header-{number}.example"] = Answer(headers=(("Content-Type", "text/html"), header), body=PAGE)
    # robots.txt leads inside too: no rules can be had that way.
    monkeypatch.setitem(ROBOTS, "location-0.example", "User-agent: *\nAllow: /\n")
    with PretendWeb(sites=(), saved=saved) as web:
        folder = workspace(tmp_path / "ws", [f"http://{host}/" for host in saved], resolve=web.address)
        crawl_stage(folder)
    assert set(failures(folder).values()) == {Failure.BLOCKED_ADDRESS}
    assert (four.connects, six.connects) == (0, 0)


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads the kernel's socket table")
def test_a_live_worker_listens_nowhere(tmp_path: Path) -> None:
    with PretendWeb() as web:
        folder = workspace(tmp_path / "ws", ["http://says-nothing.example/"], resolve=web.address, timeout=20)
        with worker(folder) as process:
            until(lambda: web.requests("says-nothing.example"))
            listening = {
                line.split()[9]
                for table in ("tcp", "tcp6")
                for line in Path(f"/proc/{process.pid}/net/{table}").read_text().splitlines()[1:]
                if line.split()[3] == "0A"
            }
            held = {str(entry.readlink()) for entry in Path(f"/proc/{process.pid}/fd").iterdir()}
            assert not {f"socket:[{inode}]" for inode in listening} & held


# --- robots and politeness ----------------------------------------------------------------------------


def test_six_disallowed_pages_at_once_and_none_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ROBOTS, "shop.example", "User-agent: *\nDisallow: /no\n")
    with PretendWeb(sites=(), saved={"shop.example": PAGE}) as web:
        urls = [f"http://shop.example/no/{number}" for number in range(6)] + ["http://shop.example/yes"]
        folder = workspace(tmp_path / "ws", urls, resolve=web.address, concurrency_per_host=8)
        report = crawl_stage(folder)
        assert report.failures == {"robots": 6}
        assert sorted(request.path for request in web.requests("shop.example")) == ["/robots.txt", "/yes"]


def test_robots_is_asked_of_every_hop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROBOTS, "shop.example", "User-agent: linkgazette\nDisallow: /\n")
    saved = {"go.example": redirect("http://shop.example/"), "shop.example": PAGE}
    with PretendWeb(sites=(), saved=saved) as web:
        folder = workspace(tmp_path / "ws", ["http://go.example/x"], resolve=web.address)
        crawl_stage(folder)
        assert failures(folder) == {"http://go.example/x": "robots"}
        assert [request.path for request in web.requests("shop.example")] == ["/robots.txt"]


def gaps(web: PretendWeb, host: str) -> list[float]:
    times = [request.at for request in web.requests(host)]
    return [later - earlier for earlier, later in pairwise(times)]


def test_a_crawl_delay_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROBOTS, "slow.example", "User-agent: *\nCrawl-delay: 0.5\n")
    with PretendWeb(sites=(), saved={"slow.example": PAGE}) as web:
        urls = [f"http://slow.example/{number}" for number in range(4)]
        crawl_stage(workspace(tmp_path / "ws", urls, resolve=web.address, concurrency_per_host=4))
        assert min(gaps(web, "slow.example")[1:]) > 0.45


def test_two_crawls_at_once_share_the_work_and_keep_the_delay(tmp_path: Path) -> None:
    # One crawl opens eight hosts at a time here, so the other finds work however late it comes.
    hosts = [f"h{number}.example" for number in range(40)]
    pages = [f"http://{host}/{number}" for host in hosts for number in range(3)]
    with PretendWeb(sites=(), saved=dict.fromkeys(hosts, PAGE)) as web:
        folder = workspace(tmp_path / "ws", pages, resolve=web.address, delay=0.3, concurrency=1)
        with worker(folder) as one, worker(folder) as two:
            reports = [
                orjson.loads(each.stdout.read().splitlines()[-1])["report"]
                for each in (one, two)
                if each.stdout
            ]
        visited = [report["visited"] for report in reports]
        assert sum(visited) == len(pages)
        assert min(visited) > 0
        fetched = [request.host + request.path for request in web.log if request.path != "/robots.txt"]
        assert len(fetched) == len(set(fetched)) == len(pages)
        assert min(min(gaps(web, host)) for host in hosts) > 0.27
    assert verdicts_per_link(folder) == [1] * len(pages)


def test_a_host_that_asks_for_patience_is_left_alone_by_every_process(tmp_path: Path) -> None:
    busy = Answer(status=429, headers=(("Content-Type", "text/html"), ("Retry-After", "300")), body=PAGE)
    with PretendWeb(sites=(), saved={"busy.example": busy, "calm.example": PAGE}) as web:
        urls = [f"http://busy.example/{number}" for number in range(5)] + ["http://calm.example/"]
        folder = workspace(tmp_path / "ws", urls, resolve=web.address, robots="false")
        assert crawl_stage(folder).visited == 2
        assert crawl_stage(folder).visited == 0
        assert len(web.requests("busy.example")) == 1
    with open_workspace(folder, create=False) as opened:
        assert opened.links.due(datetime.now(UTC)) == 4
        later = datetime.now(UTC) + timedelta(seconds=301)
        assert len(opened.links.lease("later", now=later, limit=10)) == 4


# --- never losing a link ------------------------------------------------------------------------------


def test_killed_again_and_again_nothing_is_lost_or_done_twice(tmp_path: Path) -> None:
    hosts = [f"h{number}.example" for number in range(20)]
    pages = [f"http://{host}/{number}" for host in hosts for number in range(5)]
    with PretendWeb(sites=(), saved=dict.fromkeys(hosts, PAGE)) as web:
        folder = workspace(tmp_path / "ws", pages, resolve=web.address, delay=0.1)
        for stored in (0, 10, 50):
            with worker(folder) as process:
                begun = len(web.log)
                until(lambda stored=stored: sum(verdicts_per_link(folder)) >= stored)
                until(lambda begun=begun: len(web.log) > begun + 5)
                process.kill()
        report = crawl_stage(folder)
    assert 0 < report.visited < len(pages)
    assert verdicts_per_link(folder) == [1] * len(pages)
    assert list((folder / "workers").iterdir()) == []


def test_an_interrupt_keeps_what_is_stored_and_gives_back_the_rest(tmp_path: Path) -> None:
    hosts = [f"h{number}.example" for number in range(50)]
    pages = [f"http://{host}/{number}" for host in hosts for number in range(3)]
    with PretendWeb(sites=(), saved=dict.fromkeys(hosts, PAGE)) as web:
        folder = workspace(tmp_path / "ws", pages, resolve=web.address, delay=0.3, concurrency_per_host=3)
        script = "from blocklist.cli import main; main()"
        command = [sys.executable, "-c", script, "--workspace", str(folder), "crawl", "--json"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            until(lambda: any(request.path != "/robots.txt" for request in web.log))
            process.send_signal(signal.SIGINT)
            out, error = process.communicate(timeout=20)
    assert process.returncode == 130
    report = orjson.loads(out)
    assert report["interrupted"] is True
    assert 0 < report["visited"] < len(pages)
    assert report["failures"] == {}
    assert b"what was stored is kept" in error
    assert b"Traceback" not in error
    with open_workspace(folder, create=False) as opened:
        assert opened.links.due(datetime.now(UTC)) == len(pages) - report["visited"]


def test_a_worker_whose_command_died_stops_by_itself(tmp_path: Path) -> None:
    pages = [f"http://slow.example/{number}" for number in range(50)]
    with PretendWeb(sites=(), saved={"slow.example": PAGE}) as web:
        folder = workspace(tmp_path / "ws", pages, resolve=web.address, delay=0.1)
        with worker(folder) as process:
            until(lambda: len(web.log) >= 3)
            assert process.stdin is not None
            process.stdin.close()
            assert process.wait(timeout=10) == 0
    with open_workspace(folder, create=False) as opened:
        assert 0 < opened.links.due(datetime.now(UTC)) < len(pages)


def test_a_worker_that_dies_is_told_as_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with PretendWeb() as web:
        folder = workspace(tmp_path / "ws", ["http://says-nothing.example/"], resolve=web.address, timeout=20)
        started = subprocess.Popen

        def doomed(*args: Any, **options: Any) -> Any:
            process = started(*args, **options)
            threading.Thread(
                target=lambda: (until(lambda: web.requests("says-nothing.example")), process.kill())
            ).start()
            return process

        monkeypatch.setattr("crawler.commands.child.subprocess.Popen", doomed)
        with pytest.raises(Exception, match="signal 9; what was stored is kept"):
            run_worker(folder)


# --- the command --------------------------------------------------------------------------------------


def test_the_limit_the_rest_and_all_again(tmp_path: Path) -> None:
    saved: Mapping[str, bytes] = {f"h{number}.example": PAGE for number in range(5)}
    with PretendWeb(sites=(), saved=saved) as web:
        folder = workspace(tmp_path / "ws", [f"http://{host}/" for host in saved], resolve=web.address)
        assert crawl_stage(folder, limit=2).visited == 2
        assert crawl_stage(folder).visited == 3
        assert crawl_stage(folder).visited == 0
        again = crawl_stage(folder, everything=True)
        assert (again.visited, again.renewed) == (5, 5)
    assert verdicts_per_link(folder) == [1] * 5


def test_a_folder_that_is_no_workspace_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no linkgazette\.db"):
        crawl_stage(tmp_path)


# --- odd answers --------------------------------------------------------------------------------------


def _double_gzip(_request: object, _pause: object) -> Answer:
    import gzip  # noqa: PLC0415 - only here

    body = gzip.compress(gzip.compress(bytes(50_000_000), mtime=0), mtime=0)
    return Answer(headers=(("Content-Type", "text/html"), ("Content-Encoding", "gzip, gzip")), body=body)


def _broken_gzip(_request: object, _pause: object) -> Answer:
    return Answer(
        headers=(("Content-Type", "text/html"), ("Content-Encoding", "gzip")), body=b"\x1f\x8bnot gzip"
    )


ODD: dict[str, tuple[Answer, str | None]] = {
    "no-type.example": (Answer(body=PAGE), None),
    "film.example": (Answer(headers=(("Content-Type", "video/mp4"),), body=iter(())), "not-html"),
    "plain.example": (Answer(headers=(("Content-Type", "text/plain"),), body=b"ivory beads"), None),
    "broken-gzip.example": (_broken_gzip(None, None), "malformed"),
    "double-gzip.example": (_double_gzip(None, None), "too-large"),
    "nowhere.example": (Answer(status=302), "bad-redirect"),
    "teapot.example": (html(PAGE, status=418), "http-4xx"),
    "slow-refresh.example": (
        Answer(headers=(("Content-Type", "text/html"), ("Refresh", "60; url=/x")), body=PAGE),
        None,
    ),
    "reloads.example": (html(b'<meta http-equiv="refresh" content="0"><p>reloading'), None),
}


def test_odd_answers_have_their_kinds(tmp_path: Path) -> None:
    with PretendWeb(sites=(), saved={host: answer for host, (answer, _) in ODD.items()}) as web:
        folder = workspace(tmp_path / "ws", [f"http://{host}/" for host in ODD], resolve=web.address)
        crawl_stage(folder)
    assert failures(folder) == {f"http://{host}/": kind for host, (_, kind) in ODD.items()}


def test_a_url_is_fetched_exactly_as_it_is_written(tmp_path: Path) -> None:
    path = "/a|b/[c]/%7e/%E8%B1%A1/x+y?q=a|b&r=[1]&s=%2f&t=a%20b"
    with PretendWeb(sites=(), saved={"shop.example": PAGE}) as web:
        folder = workspace(tmp_path / "ws", [f"http://shop.example{path}#part"], resolve=web.address)
        crawl_stage(folder)
        assert web.requests("shop.example")[-1].path == path
    assert next(iter(captures(folder).values()))["final_url"].endswith("#part")


ODD_HOSTS = ["a_b.example", "-a.example", "*.example", "a$b.example", "a;b.example", "a..b.example"]
ODD_HOSTS += ["xn--fa-hia.example", "xn--r8jz45g.example", "xn--zz--zz.example"]  # faß: IDNA 2003 says fass


def test_a_host_is_dialled_as_it_is_written_whatever_it_is(tmp_path: Path) -> None:
    with PretendWeb(sites=(), saved=dict.fromkeys(ODD_HOSTS, PAGE)) as web:
        urls = [f"http://{host}/" for host in ODD_HOSTS] + ["https://xn--fa-hia.example/"]
        folder = workspace(tmp_path / "ws", urls, resolve=web.address)
        crawl_stage(folder)
        assert failures(folder) == dict.fromkeys(urls)
        assert {request.host for request in web.log} == set(ODD_HOSTS)
    if outage.gone():  # this machine has no network: its crawl says that instead
        return
    nameless = workspace(tmp_path / "nameless", urls, timeout=20)
    crawl_stage(nameless)
    assert set(failures(nameless).values()) == {"dns"}


def test_plain_http_where_tls_was_asked_is_a_tls_failure(tmp_path: Path) -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            client.recv(10)
            client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            client.close()

    threading.Thread(target=answer, daemon=True).start()
    address = f"127.0.0.1:{listener.getsockname()[1]}"
    folder = workspace(tmp_path / "ws", ["https://shop.example/"], resolve=address)
    crawl_stage(folder)
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    assert set(failures(folder).values()) == {"tls"}


def test_nobody_listening_is_a_refused_connection(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        address = f"127.0.0.1:{gone.getsockname()[1]}"
    folder = workspace(tmp_path / "ws", ["http://shop.example/"], resolve=address)
    crawl_stage(folder)
    assert set(failures(folder).values()) == {"refused"}


def test_the_behaviours_this_file_leans_on_are_there() -> None:
    assert {"drip", "silence", "endless", "gzip-bomb", "header-flood", "huge"} <= set(BEHAVIOURS)


# --- from a timer, and always up ----------------------------------------------------------------------------


def test_a_crawl_for_a_while_leaves_the_rest_due(tmp_path: Path) -> None:
    hosts = [f"h{number}.example" for number in range(12)]
    with PretendWeb(sites=(), saved=dict.fromkeys(hosts, PAGE)) as web:
        folder = workspace(tmp_path / "ws", [f"http://{host}/" for host in hosts], resolve=web.address)
        report = run_worker(folder, seconds=0)
        assert (report.visited, report.interrupted) == (0, False)
        assert web.log == []
        assert run_worker(folder, seconds=60).visited == len(hosts)


def test_a_watching_crawl_takes_new_shares_as_they_come(tmp_path: Path) -> None:
    with PretendWeb(sites=(), saved={"one.example": PAGE, "two.example": PAGE}) as web:
        folder = workspace(tmp_path / "ws", ["http://one.example/"], resolve=web.address)
        order = orjson.dumps({"workspace": str(folder), "watch": True}).decode()
        command = [sys.executable, "-P", "-m", "crawler.worker", order]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            until(lambda: failures(folder).keys() == {"http://one.example/"})
            with open_workspace(folder, create=False) as opened:
                share = Share(url=parse_url("http://two.example/"), surface=Surface.GROUP)
                opened.shares.add([share], now=datetime.now(UTC))
            until(lambda: len(failures(folder)) == 2)
            assert process.poll() is None
            process.stdin.close()
            said = [orjson.loads(line) for line in process.stdout]
    assert said[-1]["report"]["visited"] == 2


@pytest.mark.parametrize("text", ["0s", "ten", "10", "5d", "-1s", ""])
def test_a_time_that_is_none_is_refused(text: str) -> None:
    result = CliRunner().invoke(crawl, ["--for", text], obj=Path())
    assert result.exit_code == 2
    assert "is not a time; write it like 90s, 10m or 2h" in result.output


def test_watching_all_links_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(crawl, ["--watch", "--all"], obj=tmp_path)
    assert "contradict each other" in str(result.exception)
