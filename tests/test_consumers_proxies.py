"""The list files in proxies, web servers and filters: refused as the scope says, and nothing more.

Every program is asked for each listed thing, names below and beside it, pages below and beside it.
"""

import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from blocklist.formats import Header, all_formats, rules_of
from blocklist.model import Scope
from tests.consumers import Gate, Resolver, free_port, gate, open_web, program, running, shared_folder
from tests.list_makers import NOW, entry

pytestmark = pytest.mark.consumer

U, P, H, D = Scope.URL, Scope.PATH, Scope.HOST, Scope.DOMAIN
LONG = ".".join(["a" * 60, "b" * 60, "c" * 45, "example"])
ENTRIES = [
    entry(H, "host.example/", 1),
    entry(D, "domain.example/", 2),
    entry(U, "page.example/a.b?b=1", 3),
    entry(P, "homes.example/Evil/", 4),
    entry(U, "root.example/", 5),
    entry(H, "192.0.2.7/", 6),
    entry(H, f"{LONG}/", 7),
    entry(D, "sub.host.example/", 8),
    entry(H, "_under.score.example/", 9),
    entry(U, f"page.example/{'l' * 5000}", 10),
    entry(U, f"page.example/{'m' * 3000}", 11),
    entry(U, "page.example/%E4%BD%A0", 12),
    entry(U, "page.example/d$(1)", 13),
    entry(H, "[2001:db8::1]/", 14),
    entry(H, "a;b.example/", 15),
    entry(H, "*.star.example/", 16),
    entry(H, 'quo"te.example/', 17),
    entry(U, "page.example/{x}[y]+'z'", 18),
]
HEADER = Header(
    title="Gazette; \x22 \n", homepage="https://gazette.example/", serial=7, issued_at=NOW, expires_at=NOW
)
NAMES = ["host.example", LONG, "_under.score.example"]
SUBTREES = ["domain.example", "a.b.domain.example", "sub.host.example", "x.sub.host.example"]
FREE_NAMES = [
    "www.host.example",
    "otherhost.example",
    "host.example.test",
    "otherdomain.example",
    "domain.example.test",
    "page.example",
    "homes.example",
    "root.example",
    "score.example",
    "a.star.example",
    "192.0.2.70",
    "1.192.0.2.7",
]
PAGES = [
    "http://page.example/a.b?b=1",
    "http://page.example:8080/a.b?b=1",
    "http://homes.example/Evil/",
    "http://homes.example/Evil/x?y",
    "http://root.example/",
    "http://page.example/d$(1)",
]
FREE_PAGES = [
    "http://page.example/a.b?b=12",
    "http://page.example/a.b?b=1&c",
    "http://page.example/a.b",
    "http://page.example/axb?b=1",
    "http://page.example/A.b?b=1",
    "http://page.example/",
    "http://www.page.example/a.b?b=1",
    "http://evil.test/?u=http://page.example/a.b?b=1",
    "http://evil.test/http://page.example/a.b?b=1",
    "http://homes.example/",
    "http://homes.example/Evil",
    "http://homes.example/Evilish/",
    "http://homes.example/evil/",
    "http://homes.example/good/",
    "http://root.example/x",
    "http://root.example/?x",
    "http://pageXexample.test/a.b?b=1",
    f"http://page.example/{'l' * 1900}",
    f"http://page.example/{'m' * 2100}",
]


def written(folder: Path, *names: str) -> Mapping[str, Path]:
    """Write formats of the list into ``folder``; their paths by name."""
    paths = {}
    for form in all_formats():
        if form.name in names:
            paths[form.name] = folder / form.filename
            paths[form.name].write_bytes(form.write(rules_of(ENTRIES), HEADER).data)
    return paths


@pytest.fixture
def squid() -> Iterator[Gate]:
    daemon, port = program("squid"), free_port()
    with shared_folder() as folder, open_web() as parent:
        files = written(folder, "squid-domains", "squid-urls")
        conf = folder / "squid.conf"
        conf.write_text(
            f"""
http_port 127.0.0.1:{port}
pid_filename none
cache deny all
access_log none
cache_log stdio:/dev/stderr
cache_store_log none
netdb_filename none
icon_directory /usr/share/squid/icons
shutdown_lifetime 0 seconds
max_filedescriptors 256
coredump_dir none
visible_hostname gate.test
acl listed_name dstdomain -n "{files["squid-domains"]}"
acl listed_page url_regex "{files["squid-urls"]}"
http_access deny listed_name
http_access deny listed_page
http_access allow all
cache_peer 127.0.0.1 parent {parent} 0 no-query no-digest default
never_direct allow all
"""
        )
        with gate([daemon, "-N", "-f", str(conf)], folder, port) as running_squid:
            yield running_squid


@pytest.fixture
def privoxy(tmp_path: Path) -> Iterator[Gate]:
    daemon, port = program("privoxy"), free_port()
    with open_web() as parent:
        action = written(tmp_path, "privoxy")["privoxy"]
        conf = tmp_path / "config"
        conf.write_text(
            f"confdir /etc/privoxy\nactionsfile {action}\nlisten-address 127.0.0.1:{port}\n"
            f"forward / 127.0.0.1:{parent}\n"
        )
        with gate([daemon, "--no-daemon", str(conf)], tmp_path, port) as running_privoxy:
            yield running_privoxy


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[Gate]:
    daemon, port = program("nginx"), free_port()
    listed = written(tmp_path, "nginx")["nginx"]
    conf = tmp_path / "nginx.conf"
    conf.write_text(
        f"""
daemon off; master_process off; pid {tmp_path}/pid; error_log stderr;
events {{ }}
http {{
  access_log off; client_body_temp_path {tmp_path}; proxy_temp_path {tmp_path};
  fastcgi_temp_path {tmp_path}; uwsgi_temp_path {tmp_path}; scgi_temp_path {tmp_path};
  map_hash_bucket_size 512;
  map $host $listed {{ default 0; include {listed}; }}
  server {{ listen 127.0.0.1:{port}; if ($listed) {{ return 403; }} return 204; }}
}}
"""
    )
    with gate([daemon, "-e", "stderr", "-c", str(conf)], tmp_path, port) as running_nginx:
        yield running_nginx


@pytest.fixture
def haproxy(tmp_path: Path) -> Iterator[Gate]:
    daemon, port = program("haproxy"), free_port()
    files = written(tmp_path, "haproxy-hosts", "haproxy-domains")
    conf = tmp_path / "haproxy.cfg"
    conf.write_text(
        f"""
defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 5s
frontend web
  bind 127.0.0.1:{port}
  http-request set-var(txn.name) req.hdr(host),field(1,:),lower
  http-request set-var(txn.dotted) str(.),concat(,txn.name,)
  http-request deny if {{ var(txn.name) -m str -f {files["haproxy-hosts"]} }}
  http-request deny if {{ var(txn.dotted) -m end -f {files["haproxy-domains"]} }}
  http-request return status 204
"""
    )
    with gate([daemon, "-db", "-f", str(conf)], tmp_path, port) as running_haproxy:
        yield running_haproxy


def test_squid_refuses_what_is_listed_and_nothing_else(squid: Gate) -> None:
    for name in (*NAMES, *SUBTREES, "192.0.2.7", "HOST.example", "host.example:8080"):
        assert squid.get(f"http://{name}/x?y") == 403, name
    for name in (*NAMES, *SUBTREES, "192.0.2.7"):
        assert squid.connect(name) == 403, name
    for url in PAGES:
        assert squid.get(url) == 403, url
    for url in (*(f"http://{name}/x" for name in FREE_NAMES), *FREE_PAGES):
        assert squid.get(url) == 204, url
    for name in FREE_NAMES:
        assert squid.connect(name) != 403, name


def test_privoxy_refuses_what_is_listed_and_nothing_else(privoxy: Gate) -> None:
    for name in (*NAMES, *SUBTREES, "192.0.2.7", "HOST.example", "host.example:8080"):
        assert privoxy.get(f"http://{name}/x?y") == 403, name
    for name in (*NAMES, *SUBTREES, "192.0.2.7"):
        assert privoxy.connect(name) == 403, name
    pages = [url for url in PAGES if url != "http://root.example/"]  # cannot be said: test_formats.py
    for url in (*pages, "http://page.example/%E4%BD%A0", "http://page.example/%e4%bd%a0"):
        assert privoxy.get(url) == 403, url
    for url in (*(f"http://{name}/x" for name in FREE_NAMES), *FREE_PAGES):
        assert privoxy.get(url) == 204, url
    for name in FREE_NAMES:
        assert privoxy.connect(name) == 204, name


@pytest.mark.parametrize("server", ["nginx", "haproxy"])
def test_web_servers_refuse_listed_hosts_and_nothing_else(
    server: str, request: pytest.FixtureRequest
) -> None:
    running_server: Gate = request.getfixturevalue(server)
    for name in (*NAMES, *SUBTREES, "192.0.2.7", "Host.example", "host.example:8080"):
        assert running_server.visit(name) == 403, name
    for name in FREE_NAMES:
        assert running_server.visit(name) == 204, name


@pytest.fixture
def rbldnsd() -> Iterator[Resolver]:
    daemon, port = program("rbldnsd"), free_port()
    user = ["-u", "nobody"] if os.getuid() == 0 else []
    with shared_folder() as folder:
        listed = written(folder, "rbldnsd")["rbldnsd"]
        command = [daemon, "-n", *user, "-b", f"127.0.0.1/{port}", f"bl.test:dnset:{listed}"]
        with running(command, folder, port, listed="test.bl.test") as resolver:
            yield resolver


def test_rbldnsd_answers_for_what_is_listed_and_nothing_else(rbldnsd: Resolver) -> None:
    for name in (*NAMES, *SUBTREES, "test"):
        assert rbldnsd.ask(f"{name}.bl.test") == ("NOERROR", ["127.0.0.2"]), name
        assert rbldnsd.ask(f"{name}.bl.test", "TXT")[1] == ['"Listed; see https://gazette.example/"']
    for name in (*FREE_NAMES, "invalid", "192.0.2.7", "7.2.0.192", "a.test"):
        assert rbldnsd.ask(f"{name}.bl.test")[0] == "NXDOMAIN", name


@pytest.fixture
def postfix(tmp_path: Path) -> Path:
    program("postmap")
    (tmp_path / "main.cf").write_text("compatibility_level = 3.6\n")
    written(tmp_path, "postfix-access", "postfix-body")
    return tmp_path


def ask_postfix(folder: Path, table: str, text: str) -> str:
    ran = subprocess.run(
        [program("postmap"), "-c", str(folder), "-q", text, table],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert not ran.stderr
    return ran.stdout.strip()


def test_postfix_refuses_mail_that_carries_a_listed_address(postfix: Path) -> None:
    table = f"regexp:{postfix}/postfix.body_checks"
    listed = [f"http://{name}/x" for name in (*NAMES, *SUBTREES, "192.0.2.7")] + PAGES
    for url in (*listed, "https://Host.Example", "https://host.example:8443?x"):
        for line in (url, f"see {url} now", f'<a href="{url}">', f"<{url}>"):
            assert ask_postfix(postfix, table, line) == "REJECT", line
    free = [*(f"http://{name}/x" for name in FREE_NAMES), *FREE_PAGES, "https://host.example@evil.test/"]
    for url in free:
        assert not ask_postfix(postfix, table, f'<a href="{url}">'), url


def test_postfix_looks_listed_domains_up(postfix: Path) -> None:
    table = f"texthash:{postfix}/postfix.access"
    assert ask_postfix(postfix, table, "domain.example") == "REJECT"
    assert ask_postfix(postfix, table, ".domain.example") == "REJECT"
    for name in FREE_NAMES:
        assert not ask_postfix(postfix, table, name), name


def test_squidguard_refuses_listed_domains_and_nothing_else(tmp_path: Path) -> None:
    listed = written(tmp_path, "squidguard")["squidguard"]
    conf = tmp_path / "squidGuard.conf"
    conf.write_text(
        f"dbhome {tmp_path}\nlogdir {tmp_path}\n"
        f"dest listed {{ domainlist {listed.name} }}\n"
        "acl { default { pass !listed all\n redirect http://gate.test/ } }\n"
    )
    blocked = [f"http://{name}/x" for name in SUBTREES]
    free = [f"http://{name}/x" for name in (*FREE_NAMES, *NAMES)] + FREE_PAGES[:-2]
    asked = "".join(f"{url} 127.0.0.1/- - GET\n" for url in (*blocked, *free))
    ran = subprocess.run(
        [program("squidGuard"), "-c", str(conf)], input=asked, check=True, capture_output=True, text=True
    )
    answers = dict(zip((*blocked, *free), ran.stdout.splitlines(), strict=True))
    assert {url for url, answer in answers.items() if "gate.test" in answer} == set(blocked)
