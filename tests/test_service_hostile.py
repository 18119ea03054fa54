"""The service as somebody meets it who means it ill: forged, spoofed, planted, endless and slow."""

import asyncio
import html.parser
import re
import socket
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from blocklist.casework import own, staffing
from blocklist.errors import RefusedError
from blocklist.model import BlockKind, Capture, Hop, Label, Passage, Piece, Post, Share, Surface, Vantage
from blocklist.service import login as login_room
from blocklist.service import secrets
from blocklist.service.app import DOORS
from blocklist.service.doors import By, Call, Side
from blocklist.service.run import config_of, listen
from blocklist.urls import parse_url
from tests.list_makers import judgement
from tests.service_desk import SECRET, Browser, open_desk

pytestmark = pytest.mark.edge


@pytest.fixture
def desk(tmp_path):
    with open_desk(tmp_path / "ws") as opened:
        yield opened


def filled(path, number):
    return re.sub(r"\{(link|number):int\}", str(number), re.sub(r"\{(id|ticket)\}", str(number), path))


# --- numbers and words where none belong --------------------------------------------------------------


def test_a_number_longer_than_python_reads_is_no_server_error(desk):
    """Who had not logged in got a traceback into the log."""
    assert desk.client(Side.STAFF).get(f"/cases/{'9' * 5000}").status_code == 414


@pytest.mark.parametrize("number", [0, 2**31, 2**63, 10**40], ids=["0", "2^31", "2^63", "10^40"])
def test_no_number_in_a_path_is_a_server_error(desk, number):
    """2**63 and above ended in "something went wrong": SQLite holds no such number."""
    browsers = {post: desk.as_person(post.value, post) for post in (Post.SENIOR, Post.ADMIN)}
    for door in DOORS:
        if door.by is not By.SESSION or "{" not in door.path:
            continue
        browser = browsers[
            Post.ADMIN if Post.ADMIN in door.posts and Post.SENIOR not in door.posts else Post.SENIOR
        ]
        path = filled(door.path, number)
        fields = {
            "do": "agree",
            "outcome": "upheld",
            "reason": "x",
            "answer": "clear",
            "role": "auditor",
            "daily": "5",
        }
        answer = browser.get(path) if door.method == "GET" else browser.post(path, **fields)
        assert answer.status_code in {303, 404, 409, 422}, (door.name, answer.status_code)


FIELDS = ("do", "reason", "category", "grade", "scope", "role", "name", "daily", "answer", "outcome", "with",
          "count", "entry", "statement", "contact", "proof", "text")  # fmt: skip
HOSTILE = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["\x00", "\ud800", "9" * 400, "-1", "1e9", "٣", "confirm", "clear", "<b>", "' OR 1=1 --", "\r\nX: y"]
    ),
)


def test_no_form_is_a_server_error_whatever_it_says(tmp_path):
    doors = [
        door
        for door in DOORS
        if door.method == "POST" and not door.says and door.name not in {"logout", "login"}
    ]
    with open_desk(tmp_path / "ws", config="[serve]\npublic_per_hour = 1000000\n") as desk:
        browsers = {post: desk.as_person(post.value, post) for post in (Post.SENIOR, Post.ADMIN)}
        tokens = {post: browser.token() for post, browser in browsers.items()}

        @given(st.sampled_from(doors), st.dictionaries(st.sampled_from(FIELDS), HOSTILE))
        @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
        def send(door, fields):
            post = Post.ADMIN if Post.ADMIN in door.posts and Post.SENIOR not in door.posts else Post.SENIOR
            client = browsers[post].client if door.by is By.SESSION else desk.public
            said = {name: value.encode(errors="replace").decode() for name, value in fields.items()}
            answer = client.post(filled(door.path, 2), data={"form_token": tokens[post], **said})
            assert answer.status_code < 500, (door.name, fields)

        send()


# --- what pages and people wrote ----------------------------------------------------------------------


class Acting(html.parser.HTMLParser):
    """Collects what in a page could act."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag in {"script", "iframe", "img", "object", "embed", "svg", "base", "meta-refresh"}:
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.found.append(f"{tag} {name}")
            if name in {"href", "src", "action", "formaction"} and not re.match(r"/(?!/)|#", value or ""):
                self.found.append(f"{tag} {name}={value}")


PLANTED = (
    "\"><script>alert(1)</script><img src=x onerror=alert(2)>'><a href=javascript:alert(3)>"
    "{{7331*7919}}</textarea>"
)


def test_nothing_that_a_page_or_a_person_wrote_acts_on_any_page(desk):
    workspace = desk.workspace
    url = parse_url("http://evil.example/%22%3E%3Cscript%3E?q=%3Cimg%20src=x%20onerror=1%3E")
    workspace.shares.add([Share(url=url, surface=Surface.GROUP)], now=desk.now)
    (link,) = [each for each in workspace.links.lease("w", now=desk.now, limit=99) if each.url == url]
    said = judgement(Label.UNSURE, policy=workspace.policy.digest)
    capture = Capture(link=link.id, fetched_at=desk.now, final_url=url, hops=(Hop(url=url, status=200),))
    further = (Capture(link=link.id, vantage=Vantage.IN_APP, fetched_at=desk.now, final_url=url),)
    from blocklist.store.visits import Visit  # noqa: PLC0415 - one use

    visit = Visit(capture=capture, judgement=said, title=PLANTED, due_at=None, further=further)
    workspace.links.complete_all("w", [visit], now=desk.now)
    workspace.links.give_back("w")
    texts = iter([PLANTED, PLANTED + "more", PLANTED] * 9)
    desk.house.passages = lambda _verdict, _capture: (
        Passage(kind=BlockKind.TEXT, hidden=False, boilerplate=False, pieces=(Piece(next(texts), PLANTED),)),
    )
    senior, admin = desk.as_person("sam", Post.SENIOR), desk.as_person("root", Post.ADMIN)
    desk.public.post("/appeals/new", data={"entry": workspace.entries.current()[0].id, "statement": PLANTED,
                                           "contact": PLANTED})  # fmt: skip
    senior.post(f"/cases/{link.id}", do="escalate", reason=PLANTED)
    senior.post(f"/cases/{link.id}", do="confirm", reason=PLANTED, category="tobacco", scope="domain")
    admin.post("/people", name=PLANTED[:60], role="auditor")
    admin.post("/keys", name=PLANTED[:60], role="reporter", daily="5")
    ticket = desk.public.post(
        "/appeals/new", data={"entry": workspace.entries.current()[0].id, "statement": PLANTED}
    ).headers["location"]
    case = f"/cases/{link.id}"
    paths = (
        "/",
        case,
        f"{case}/batch?with={PLANTED}",
        "/proposals",
        "/appeals",
        "/appeals/1",
        "/batches",
        "/figures",
        "/blind",
        f"/?done={PLANTED}",
        f"/?of_category={PLANTED}",
        f"/?lang={PLANTED}",
    )
    asked = [
        *map(senior.get, paths),
        *(admin.get(path) for path in ("/people", "/audit")),
        desk.public.get(ticket),
        desk.public.get("/appeals/new", params={"entry": PLANTED}),
        desk.public.post("/appeals/new", data={"entry": PLANTED, "statement": PLANTED, "contact": PLANTED}),
        desk.public.post("/report", data={"text": PLANTED}),
        senior.post(f"/cases/{link.id}", do="confirm", reason="x", category=PLANTED),
    ]  # fmt: skip
    for answer in asked:
        assert answer.status_code in {200, 422}, answer.text
        page = Acting()
        page.feed(answer.text)
        assert page.found == [], answer.request.url
        assert "58054189" not in answer.text  # the product: no template reckoned it


def test_an_address_cannot_say_what_the_desk_did(desk):
    """?done= was shown as it came: a link could tell a moderator anything in the desk's own voice."""
    page = desk.as_person("mo", Post.MODERATOR).get("/?done=Call+0800+and+say+your+secret").text
    assert "0800" not in re.sub(r'href="[^"]*"', "", page)


# --- forged and led astray ----------------------------------------------------------------------------


def test_no_redirect_leaves_this_origin(desk):
    browser = desk.as_person("mo", Post.MODERATOR)
    evil = "https://evil.example/"
    for path in (f"/?next={evil}", f"/login?next={evil}", "//evil.example/%2e%2e", f"/cases/2?lang={evil}"):
        answer = browser.get(path)
        assert not answer.headers.get("location", "/").startswith(("http", "//")), path
    sent = browser.post("/cases/2", do="clear", reason="x", of_category=f"\r\nLocation: {evil}", of_lang=evil)
    assert sent.headers["location"].startswith("/?of_category=Location%3A")
    assert sent.headers.get_list("location") == [sent.headers["location"]]


def test_a_session_that_was_planted_before_logging_in_is_worth_nothing(desk):
    desk.person("mo", Post.MODERATOR)
    client = desk.client(Side.STAFF)
    client.cookies.set("linkgazette", "planted-by-somebody-else")
    answer = client.post("/login", data={"name": "mo", "secret": SECRET})
    assert answer.status_code == 303
    given = client.cookies.get("linkgazette", domain="127.0.0.1") or answer.cookies["linkgazette"]
    assert given != "planted-by-somebody-else"
    other = desk.client(Side.STAFF)
    other.cookies.set("linkgazette", "planted-by-somebody-else")
    assert other.get("/").headers["location"] == "/login"


def test_logging_in_again_ends_the_session_that_came_along(desk):
    """A browser that was left to somebody else must not leave the first session behind."""
    desk.person("mo", Post.MODERATOR)
    first = Browser(desk.client(Side.STAFF))
    first.client.post("/login", data={"name": "mo", "secret": SECRET})
    token = first.client.cookies["linkgazette"]
    first.client.post("/login", data={"name": "mo", "secret": SECRET})
    other = desk.client(Side.STAFF)
    other.cookies.set("linkgazette", token)
    assert other.get("/").headers["location"] == "/login"


def test_each_person_s_form_token_opens_their_own_forms_only(desk):
    mo, sam = desk.as_person("mo", Post.MODERATOR), desk.as_person("sam", Post.MODERATOR)
    forged = mo.client.post("/cases/2", data={"do": "clear", "reason": "x", "form_token": sam.token()})
    assert forged.status_code == 403


@pytest.mark.parametrize(
    "host", ["", "127.0.0.1.evil.example", "evil.example:80", "127.0.0.1@evil.example", "localhost."]
)
def test_only_our_own_names_are_served(desk, host):
    assert desk.public.get("/healthz", headers={"Host": host}).status_code == 421


def test_behind_https_cookies_are_bound_to_the_host_and_pages_to_https(tmp_path):
    config = '[serve]\nstaff_origin = "https://desk.example"\npublic_origin = "https://gazette.example"\n'
    with open_desk(tmp_path / "ws", config=config) as desk:
        desk.person("mo", Post.MODERATOR)
        client = desk.client(Side.STAFF)
        headers = {"Host": "desk.example", "Origin": "https://desk.example"}
        answer = client.post("/login?lang=zh", data={"name": "mo", "secret": SECRET}, headers=headers)
        (session,) = [one for one in answer.headers.get_list("set-cookie") if "__Host-linkgazette" in one]
        for flag in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"):
            assert flag in session
        assert "Domain" not in session
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        asked = client.get("/login?lang=zh", headers={"Host": "desk.example"})
        assert "Secure" in asked.headers["set-cookie"]
        wrong = client.post(
            "/login", data={"name": "mo", "secret": SECRET}, headers={**headers, "Origin": "null"}
        )
        assert wrong.status_code == 403


def test_no_page_of_the_desk_is_kept_by_a_cache(desk):
    browser = desk.as_person("root", Post.ADMIN)
    for door in DOORS:
        if door.side is Side.STAFF and door.method == "GET":
            answer = browser.get(filled(door.path, 2))
            assert answer.headers["cache-control"] == "no-store", door.name
    assert browser.post("/people", name="new", role="auditor").headers["cache-control"] == "no-store"


# --- logging in ---------------------------------------------------------------------------------------


def test_an_unknown_name_costs_as_much_as_a_wrong_secret(desk, monkeypatch):
    asked = []
    real = secrets.is_secret
    monkeypatch.setattr(login_room, "is_secret", lambda *said: asked.append(said[0] is None) or real(*said))
    desk.person("mo", Post.MODERATOR)
    client = desk.client(Side.STAFF)
    for name in ("mo", "nobody", "x" * 500):
        assert client.post("/login", data={"name": name, "secret": "wrong"}).status_code == 401
    assert asked == [False, True, True]


def test_a_secret_without_end_is_not_hashed(desk, monkeypatch):
    """Hashing is slow on purpose, and its time grows with what is hashed."""
    hashed = []
    real = secrets._HASHER.verify
    monkeypatch.setattr(
        type(secrets._HASHER),
        "verify",
        lambda _self, one, other: hashed.append(len(other)) or real(one, other),
    )
    desk.person("mo", Post.MODERATOR)
    answer = desk.client(Side.STAFF).post("/login", data={"name": "mo", "secret": "x" * 200_000})
    assert answer.status_code == 401
    assert max(hashed) <= 256


def test_hashing_cannot_take_the_machine_s_memory(desk):
    """Each hash takes 64 MiB: forty at once, a thread pool's worth, took 2.5 GiB."""
    assert desk.house.hashing.total_tokens <= 4


@pytest.mark.parametrize(
    ("host", "told"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8::7", "2001:db8::/64"),
        ("nowhere", "nowhere"),
    ],
)
def test_an_ipv4_caller_is_one_caller_by_a_socket_of_both_kinds_too(desk, host, told):
    """All of IPv4 was one caller there: whoever tried twenty secrets kept everybody out."""
    request = Request({"type": "http", "client": (host, 1), "headers": []})
    assert Call(request=request, house=desk.house, now=desk.now).address == told


def test_nobody_is_let_in_by_a_secret_that_is_replaced_while_it_is_compared(desk, monkeypatch):
    desk.person("mo", Post.MODERATOR)
    compare = login_room.is_secret

    def slow(hashed, secret):
        right = compare(hashed, secret)
        mo = desk.workspace.staff.find("mo")
        staffing.renew(
            desk.workspace, mo.id, secrets.hash_secret("another-long-secret"), by="ada", now=desk.now
        )
        return right

    monkeypatch.setattr(login_room, "is_secret", slow)
    client = desk.client(Side.STAFF)
    assert client.post("/login", data={"name": "mo", "secret": SECRET}).status_code == 401
    assert desk.workspace.staff.sessions(now=desk.now, seen_after=desk.now - timedelta(hours=1)) == ()


def test_a_secret_that_an_admin_replaced_is_not_changed_by_who_had_the_old_one(desk):
    desk.person("mo", Post.MODERATOR)
    before = desk.workspace.staff.find("mo")
    staffing.renew(desk.workspace, before.id, "renewed", by="ada", now=desk.now)
    with pytest.raises(RefusedError):
        own.change_secret(desk.workspace, before, "mine", keep="", now=desk.now)
    assert desk.workspace.staff.find("mo").secret == "renewed"


def test_who_knows_a_name_cannot_keep_its_owner_out(desk):
    """Tries were counted by name alone: twenty wrong ones from anywhere shut a moderator out for an hour."""
    desk.person("mo", Post.MODERATOR)
    client = desk.client(Side.STAFF)
    for _ in range(30):
        desk.house.logins.wait("name mo", desk.now)
    answer = client.post("/login", data={"name": "mo", "secret": SECRET})
    assert answer.status_code == 303


# --- endless and slow ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/appeals/new", "/report"])
def test_a_form_without_end_is_not_read(desk, path):
    answer = desk.public.post(path, content=b"text=" + b"x" * 300_000,
                              headers={"Content-Type": "application/x-www-form-urlencoded"})  # fmt: skip
    assert answer.status_code == 413
    many = "&".join(f"a{number}=1" for number in range(2000))
    answer = desk.public.post(
        path, content=many, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 400


@contextmanager
def impatient_server(desk):
    """The public side, listening, with little patience; gives its address."""
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(config_of(desk.house, Side.PUBLIC, patience=0.3))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])), daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[:2]
    finally:
        server.should_exit = True
        thread.join(60)


def test_who_sends_nothing_or_half_a_request_is_hung_up_on(desk):
    """A thousand connections that said nothing kept everybody else out for good."""
    whole = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    body = b"POST /report HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 50\r\n\r\n"
    with impatient_server(desk) as address:
        for said, status in (
            (b"", b""),
            (whole[:20], b""),
            (body + b"half", b"400"),
            (whole + whole[:20], b"200"),
        ):
            with socket.create_connection(address, timeout=60) as connection:
                connection.sendall(said)
                answer = b""
                while more := connection.recv(4096):  # ends when they hang up
                    answer += more
            assert answer[9:12] == status, answer


def test_who_asks_and_never_reads_is_hung_up_on(desk):
    """A thousand connections whose answers nobody read kept everybody else out for good."""
    large = desk.house.out / "list" / "large.bin"
    large.write_bytes(bytes(32_000_000))
    asks = b"GET /list/large.bin HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with impatient_server(desk) as address, socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(address)
        connection.settimeout(60)
        connection.sendall(asks)
        ended = threading.Event()
        ended.wait(1.5)  # five times their patience, without reading
        got = 0
        try:
            while more := connection.recv(1 << 20):
                got += len(more)
        except ConnectionResetError:
            pass
        assert 0 < got < 32_000_000
    with impatient_server(desk) as address, socket.create_connection(address, timeout=60) as connection:
        connection.sendall(asks.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        got = 0
        while more := connection.recv(1 << 20):
            got += len(more)
        assert got > 32_000_000, "who reads is sent all of it"


# --- names --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Mei", "reads almost like that"),
        ("m\u0435i", "reads almost like that"),  # a Cyrillic letter
        ("mei", "somebody of that name"),
        (" \uff4dei\u3000", "somebody of that name"),  # full width
        ("machine", "is no person"),
        ("Terminal root", "is no person"),
        ("sam (terminal root)", "neither brackets"),
        ("sam & mei", "neither brackets"),
        ("me\u202ei", "visible"),
        ("mei\u200b", "visible"),
        ("mei\nroot", "somebody of that name"),  # a line feed is a blank
    ],
)
def test_nobody_is_let_in_under_a_name_that_reads_as_another_s(desk, name, said):
    """An audit line of "m\u0435i" reads as one of "mei", and one of "machine" as the judge's."""
    desk.person("mei", Post.MODERATOR)
    desk.person("mei root", Post.MODERATOR)
    answer = desk.as_person("ann", Post.ADMIN).post("/people", name=name, role="senior")
    assert answer.status_code == 422
    assert said in answer.text
    assert len(desk.workspace.staff.all()) == 3
