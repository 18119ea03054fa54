"""The list files in the programs that read them: blocked as the scope says, and not a name more.

Each program answers for ``example.`` itself (192.0.2.80 for every name below it), so that what is not blocked
is seen to resolve and nothing leaves the machine.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from blocklist.formats import Header, all_formats, rules_of
from blocklist.model import Scope
from blocklist.urls import parse_url
from tests.consumers import OPEN, Resolver, free_port, program, running
from tests.list_makers import NOW, entry

pytestmark = pytest.mark.consumer

H, D, U = Scope.HOST, Scope.DOMAIN, Scope.URL
LONGEST = ".".join(["a" * 60, "b" * 60, "c" * 45, "example"])
# Every kind of name that a list may hold, among them those that would break a file if they got into it.
ENTRIES = [
    entry(H, "host.example/", 1),
    entry(D, "domain.example/", 2),
    entry(U, "page.example/a?b=1", 3),
    entry(H, "xn--fiq228c.example/", 4),
    entry(H, "_under.score.example/", 5),
    entry(H, f"{LONGEST}/", 6),
    entry(D, f"{'x' * 63}.example/", 7),
    entry(H, "a;b.example/", 8),
    entry(H, 'quo"te.example/', 9),
    entry(H, "*.star.example/", 10),
    entry(H, "192.0.2.1/", 11),
    entry(H, "[2001:db8::1]/", 12),
    entry(H, f"{'l' * 64}.example/", 13),
    entry(D, f"{'d.' * 110}example/", 14),
    entry(H, "-dash.example/", 15),
    entry(H, "32.1.2.0.192.rpz-ip/", 16),
    entry(H, "0x7f.2.example/", 17),
]
HEADER = Header(
    title="Gazette; \x22 \n", homepage="https://gazette.example/", serial=7, issued_at=NOW, expires_at=NOW
)
ZONE = f"""$ORIGIN example.
$TTL 60
@ SOA localhost. root.localhost. 1 60 60 60 60
@ NS localhost.
* A {OPEN}
"""
EXACT = ["host.example", "xn--fiq228c.example", "_under.score.example", LONGEST, "0x7f.2.example"]
SUBTREES = ["domain.example", f"{'x' * 63}.example"]
FREE = [
    "sibling.example",
    "page.example",
    "otherhost.example",
    "otherdomain.example",
    "score.example",
    "star.example",
    "any.star.example",
    "dash.example",
]


def written(name: str, folder: Path) -> Path:
    """Write one format of the list into ``folder``."""
    (form,) = (each for each in all_formats() if each.name == name)
    path = folder / form.filename
    path.write_bytes(form.write(rules_of(ENTRIES), HEADER).data)
    return path


@pytest.fixture
def bind(tmp_path: Path) -> Iterator[Resolver]:
    named, port = program("named"), free_port()
    written("rpz", tmp_path)
    (tmp_path / "example.zone").write_text(ZONE)
    (tmp_path / "named.conf").write_text(
        f"""
options {{
  directory "{tmp_path}"; pid-file none; listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};
  recursion yes; allow-query {{ any; }}; dnssec-validation no; empty-zones-enable no; notify no;
  session-keyfile none; forward only; forwarders {{ }};
  response-policy {{ zone "rpz.test"; }} qname-wait-recurse no break-dnssec yes;
}};
controls {{ }};
zone "example" {{ type primary; file "example.zone"; }};
zone "rpz.test" {{ type primary; file "rpz.zone"; allow-query {{ any; }}; }};
"""
    )
    with running(
        [named, "-g", "-c", str(tmp_path / "named.conf"), "-n", "1"], tmp_path, port, listed=EXACT[0]
    ) as resolver:
        yield resolver


@pytest.fixture
def unbound(tmp_path: Path) -> Iterator[Resolver]:
    daemon, port = program("unbound"), free_port()
    written("rpz", tmp_path)
    (tmp_path / "unbound.conf").write_text(
        f"""
server:
  directory: "{tmp_path}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  interface: 127.0.0.1
  port: {port}
  do-ip6: no
  do-daemonize: no
  num-threads: 1
  module-config: "respip iterator"
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
auth-zone:
  name: "example."
  zonefile: "{tmp_path}/example.zone"
  for-upstream: yes
  for-downstream: no
  fallback-enabled: no
rpz:
  name: "rpz.test."
  zonefile: "{tmp_path}/rpz.zone"
remote-control:
  control-enable: no
"""
    )
    (tmp_path / "example.zone").write_text(ZONE)
    with running(
        [daemon, "-d", "-c", str(tmp_path / "unbound.conf")], tmp_path, port, listed=EXACT[0]
    ) as resolver:
        yield resolver


@pytest.fixture
def dnsmasq(tmp_path: Path) -> Iterator[Resolver]:
    daemon, port = program("dnsmasq"), free_port()
    hosts = written("hosts", tmp_path)
    command = [
        daemon, "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--no-daemon",
        f"--port={port}", "--listen-address=127.0.0.1", "--bind-interfaces", f"--addn-hosts={hosts}",
        f"--address=/example/{OPEN}", "--pid-file=", "--user=", "--log-facility=-",
    ]  # fmt: skip
    with running(command, tmp_path, port, listed=EXACT[0]) as resolver:
        yield resolver


@pytest.fixture
def powerdns(tmp_path: Path) -> Iterator[Resolver]:
    daemon, port = program("pdns_recursor"), free_port()
    listed = written("rpz", tmp_path)
    (tmp_path / "example.zone").write_text(ZONE)
    (tmp_path / "list.lua").write_text(f'rpzFile("{listed}", {{policyName="list"}})\n')
    command = [
        daemon, f"--config-dir={tmp_path}", f"--socket-dir={tmp_path}", "--daemon=no", "--threads=1",
        "--local-address=127.0.0.1", f"--local-port={port}", f"--lua-config-file={tmp_path}/list.lua",
        f"--auth-zones=example={tmp_path}/example.zone", "--setuid=", "--setgid=", "--security-poll-suffix=",
        "--hint-file=no", "--dnssec=off", "--max-mthreads=64",
    ]  # fmt: skip
    with running(command, tmp_path, port, listed=EXACT[0]) as resolver:
        yield resolver


@pytest.fixture
def unbound_conf(tmp_path: Path) -> Iterator[Resolver]:
    daemon, port = program("unbound"), free_port()
    listed = written("unbound", tmp_path).rename(tmp_path / "listed.conf")
    (tmp_path / "example.zone").write_text(ZONE)
    (tmp_path / "unbound.conf").write_text(
        f"""
server:
  directory: "{tmp_path}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  interface: 127.0.0.1
  port: {port}
  do-ip6: no
  do-daemonize: no
  num-threads: 1
  module-config: "iterator"
  do-not-query-localhost: no
auth-zone:
  name: "example."
  zonefile: "{tmp_path}/example.zone"
  for-upstream: yes
  for-downstream: no
  fallback-enabled: no
include: "{listed}"
"""
    )
    with running(
        [daemon, "-d", "-c", str(tmp_path / "unbound.conf")], tmp_path, port, listed=EXACT[0]
    ) as resolver:
        yield resolver


@pytest.fixture
def dnsmasq_conf(tmp_path: Path) -> Iterator[Resolver]:
    daemon, port = program("dnsmasq"), free_port()
    listed = written("dnsmasq", tmp_path)
    command = [
        daemon, "--keep-in-foreground", f"--conf-file={listed}", "--no-resolv", "--no-hosts", "--no-daemon",
        f"--port={port}", "--listen-address=127.0.0.1", "--bind-interfaces",
        f"--address=/example/{OPEN}", "--pid-file=", "--user=", "--log-facility=-",
    ]  # fmt: skip
    with running(command, tmp_path, port, listed=SUBTREES[0]) as resolver:
        yield resolver


def test_unbounds_own_lines_block_what_is_listed_and_nothing_else(unbound_conf: Resolver) -> None:
    for name in (*SUBTREES, *(f"a.b.{name}" for name in SUBTREES)):
        assert unbound_conf.ask(name)[0] == "NXDOMAIN", name
        assert unbound_conf.ask(name, "AAAA")[0] == "NXDOMAIN", name
    for name in EXACT:
        assert unbound_conf.ask(name) == ("NOERROR", ["0.0.0.0"]), name
        assert unbound_conf.ask(name, "AAAA") == ("NOERROR", ["::"]), name
        assert unbound_conf.ask(name, "HTTPS") == ("NOERROR", []), name
    for name in (*FREE, *(f"sub.{name}" for name in EXACT if len(name) < 200)):
        assert unbound_conf.ask(name) == ("NOERROR", [OPEN]), name


def test_dnsmasqs_own_lines_block_whole_domains_and_nothing_else(dnsmasq_conf: Resolver) -> None:
    for name in (*SUBTREES, *(f"a.b.{name}" for name in SUBTREES)):
        for kind in ("A", "AAAA", "TXT"):
            assert dnsmasq_conf.ask(name, kind)[0] == "NXDOMAIN", name
    for name in (*FREE, *EXACT, *(f"sub.{name}" for name in EXACT if len(name) < 200)):
        assert dnsmasq_conf.ask(name) == ("NOERROR", [OPEN]), name


@pytest.mark.parametrize("server", ["bind", "unbound", "powerdns"])
def test_a_policy_zone_blocks_what_is_listed_and_nothing_else(
    server: str, request: pytest.FixtureRequest
) -> None:
    resolver: Resolver = request.getfixturevalue(server)
    for name in (*EXACT, *SUBTREES, *(f"a.b.{name}" for name in SUBTREES)):
        assert resolver.ask(name)[0] == "NXDOMAIN", name
        assert resolver.ask(name, "AAAA")[0] == "NXDOMAIN", name
    for name in (*FREE, *(f"sub.{name}" for name in EXACT if len(name) < 200)):
        assert resolver.ask(name) == ("NOERROR", [OPEN]), name


def test_a_hosts_file_blocks_exact_names_in_both_families(dnsmasq: Resolver) -> None:
    for name in EXACT:
        assert dnsmasq.ask(name) == ("NOERROR", ["0.0.0.0"]), name
        assert dnsmasq.ask(name, "AAAA") == ("NOERROR", ["::"]), name
    # A hosts file cannot say "and below": domain entries are left out whole, and counted.
    for name in (*FREE, *SUBTREES, *(f"sub.{name}" for name in EXACT if len(name) < 200)):
        assert dnsmasq.ask(name) == ("NOERROR", [OPEN]), name


def test_the_longest_name_that_is_listed_is_one_that_dns_can_hold() -> None:
    assert parse_url(f"http://{LONGEST}/")
