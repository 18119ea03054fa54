"""Name servers and the C library, each with the lines of the site where it has some.

Each answers for ``example.`` and ``test.`` itself (192.0.2.80 for every name below them), so that what is not
blocked is seen to resolve and nothing leaves the machine.
"""

import os
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.consumer_gate import Consumer, host_of
from tests.consumers import OPEN, Resolver, free_port, program, running
from tests.site_recipes import lines_of

ZONES = ("example", "test")
LISTED = "host.example"
LISTED_DOMAIN = "domain.example"
NOWHERE = {"A": ["0.0.0.0"], "AAAA": ["::"]}


def zone_file(folder: Path, name: str) -> Path:
    """Write a zone in which every name is open."""
    path = folder / f"{name}.zone"
    path.write_text(
        f"$ORIGIN {name}.\n$TTL 60\n@ SOA localhost. root.localhost. 1 60 60 60 60\n@ NS localhost.\n"
        f"@ A {OPEN}\n* A {OPEN}\n"
    )
    return path


def blocked(resolver: Resolver, urls: Sequence[str]) -> list[bool]:
    """Ask for both families; a name is blocked in both, and in one way, or open."""
    return [_blocked(resolver, host_of(url)) for url in urls]


def _blocked(resolver: Resolver, name: str) -> bool:
    code, data = resolver.ask(name)
    if (code, data) == ("NOERROR", [OPEN]):
        return False
    other = resolver.ask(name, "AAAA")
    if code == "NXDOMAIN":
        assert other == ("NXDOMAIN", []), f"{name} leaks AAAA: {other}"
        assert resolver.ask(name, "HTTPS")[0] == "NXDOMAIN", f"{name} leaks HTTPS"
    else:
        assert (code, data) == ("NOERROR", NOWHERE["A"]), f"{name}: {code} {data}"
        assert other == ("NOERROR", NOWHERE["AAAA"]), f"{name} leaks AAAA: {other}"
    return True


def ask_bind(folder: Path, urls: Sequence[str]) -> list[bool]:
    named, port = program("named"), free_port()
    (folder / "rpz.zone").rename(folder / "linkgazette.rpz")
    checked = subprocess.run(
        [program("named-checkzone"), "linkgazette.rpz", str(folder / "linkgazette.rpz")],
        check=False,
        capture_output=True,
    )
    assert checked.returncode == 0, checked.stdout
    surroundings = f"""options {{
  directory "{folder}"; pid-file none; listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};
  recursion yes; dnssec-validation no; empty-zones-enable no; notify no; session-keyfile none; forward only;
  forwarders {{ }};"""
    zones = "".join(
        f'zone "{name}" {{ type primary; file "{zone_file(folder, name)}"; }};\n' for name in ZONES
    )
    conf = folder / "named.conf"
    lines = lines_of("BIND", folder).replace("options {", surroundings, 1)
    conf.write_text(f"{lines}\ncontrols {{ }};\n{zones}")
    command = [named, "-g", "-c", str(conf), "-n", "1"]
    with running(command, folder, port, listed=LISTED) as resolver:
        return blocked(resolver, urls)


def _unbound(folder: Path, urls: Sequence[str], lines: str, modules: str = "") -> list[bool]:
    daemon, port = program("unbound"), free_port()
    zones = "".join(
        f'auth-zone:\n  name: "{name}."\n  zonefile: "{zone_file(folder, name)}"\n'
        "  for-upstream: yes\n  for-downstream: no\n  fallback-enabled: no\n"
        for name in ZONES
    )
    conf = folder / "main.conf"
    conf.write_text(
        f"""{lines}
server:
  directory: "{folder}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  interface: 127.0.0.1
  port: {port}
  do-ip6: no
  do-daemonize: no
  do-not-query-localhost: no
  local-zone: "test." nodefault
{modules}{zones}remote-control:
  control-enable: no
"""
    )
    with running([daemon, "-d", "-c", str(conf)], folder, port, listed=LISTED) as resolver:
        return blocked(resolver, urls)


def ask_unbound(folder: Path, urls: Sequence[str]) -> list[bool]:
    (folder / "rpz.zone").rename(folder / "linkgazette.rpz")
    return _unbound(folder, urls, lines_of("Unbound", folder))


def ask_unbound_lines(folder: Path, urls: Sequence[str]) -> list[bool]:
    (folder / "unbound.conf").rename(folder / "linkgazette.conf")
    modules = '  module-config: "iterator"\n'
    return _unbound(folder, urls, lines_of("Unbound without policy zones", folder), modules)


def ask_powerdns(folder: Path, urls: Sequence[str]) -> list[bool]:
    daemon, port = program("pdns_recursor"), free_port()
    (folder / "rpz.zone").rename(folder / "linkgazette.rpz")
    (folder / "list.lua").write_text(lines_of("PowerDNS Recursor", folder))
    zones = ",".join(f"{name}={zone_file(folder, name)}" for name in ZONES)
    command = [
        daemon, f"--config-dir={folder}", f"--socket-dir={folder}", "--daemon=no", "--threads=1",
        "--local-address=127.0.0.1", f"--local-port={port}", f"--lua-config-file={folder}/list.lua",
        f"--auth-zones={zones}", "--setuid=", "--setgid=", "--security-poll-suffix=",
        "--hint-file=no", "--dnssec=off", "--max-mthreads=64",
    ]  # fmt: skip
    with running(command, folder, port, listed=LISTED) as resolver:
        return blocked(resolver, urls)


def ask_knot(folder: Path, urls: Sequence[str]) -> list[bool]:
    daemon, port = program("kresd"), free_port()
    (folder / "rpz.zone").rename(folder / "linkgazette.rpz")
    zones = ", ".join(f"'{name}.'" for name in ZONES)
    (folder / "kresd.conf").write_text(
        f"""net.listen('127.0.0.1', {port}, {{ kind = 'dns' }})
net.ipv6 = false
trust_anchors.remove('.')
modules = {{ 'policy' }}
cache.open(10 * MB, 'lmdb://{folder}')
{lines_of("Knot Resolver", folder)}
policy.add(policy.suffix(
  policy.ANSWER({{ [kres.type.A] = {{ rdata = kres.str2ip('{OPEN}'), ttl = 60 }} }}),
  policy.todnames({{ {zones} }})))
"""
    )
    command = [daemon, "-n", "-q", "-c", str(folder / "kresd.conf"), str(folder)]
    with running(command, folder, port, listed=LISTED) as resolver:
        return blocked(resolver, urls)


def ask_dnsmasq(folder: Path, urls: Sequence[str]) -> list[bool]:
    daemon, port = program("dnsmasq"), free_port()
    conf = folder / "main.conf"
    conf.write_text(lines_of("dnsmasq", folder) + "\n")
    command = [
        daemon, "--no-daemon", f"--conf-file={conf}", "--no-resolv", "--no-hosts", "--user=",
        f"--port={port}", "--listen-address=127.0.0.1", "--bind-interfaces", "--pid-file=",
        "--log-facility=-", *(f"--address=/{name}/{OPEN}" for name in ZONES),
    ]  # fmt: skip
    with running(command, folder, port, listed=LISTED_DOMAIN) as resolver:
        return blocked(resolver, urls)


def ask_glibc(folder: Path, urls: Sequence[str]) -> list[bool]:
    """Ask getent in a mount namespace of its own, where the list is /etc/hosts and nothing else is asked."""
    getent, unshare = program("getent"), program("unshare")
    (folder / "nsswitch.conf").write_text("hosts: files\n")
    mounts = "".join(
        f"mount --bind {shlex.quote(str(folder / ours))} /etc/{theirs} || exit 77\n"
        for ours, theirs in (("hosts.txt", "hosts"), ("nsswitch.conf", "nsswitch.conf"))
    )
    names = [host_of(url) for url in urls]
    (folder / "names").write_text("".join(f"{name}\n" for name in names))
    lookups = "".join(
        f'while read -r name; do {getent} {base} "$name" || echo none; echo; done <{folder}/names\n'
        for base in ("ahostsv4", "ahostsv6")
    )
    private = [unshare, "--mount"] if os.getuid() == 0 else [unshare, "--mount", "--map-root-user"]
    ran = subprocess.run(
        [*private, "sh", "-c", mounts + lookups], check=False, capture_output=True, text=True
    )
    if ran.returncode == 77 or "unshare" in ran.stderr:
        pytest.skip("no mount namespace may be made here")
    assert not ran.stderr, ran.stderr
    found = [block.split()[0] if block.split() else "none" for block in ran.stdout.split("\n\n")][
        : 2 * len(urls)
    ]
    old, new = found[: len(urls)], found[len(urls) :]
    for name, four, six in zip(names, old, new, strict=True):
        assert (four, six) in {("0.0.0.0", "::"), ("none", "none")}, f"{name}: {four}, {six}"
    return [each != "none" for each in old]


def ask_rbldnsd(folder: Path, urls: Sequence[str]) -> list[bool]:
    daemon, port = program("rbldnsd"), free_port()
    user = ["-u", "nobody"] if os.getuid() == 0 else []
    listed = shlex.split(lines_of("rbldnsd", folder))[-1].replace("bl.example.org", "bl.test")
    command = [daemon, "-n", *user, "-b", f"127.0.0.1/{port}", listed]
    with running(command, folder, port, listed="test.bl.test") as resolver:
        assert resolver.ask("test.bl.test") == ("NOERROR", ["127.0.0.2"])  # RFC 5782
        assert resolver.ask("invalid.bl.test")[0] == "NXDOMAIN"
        answers = {host_of(url): resolver.ask(f"{host_of(url)}.bl.test") for url in urls}
    for name, answer in answers.items():
        assert answer in (("NOERROR", ["127.0.0.2"]), ("NXDOMAIN", [])), f"{name}: {answer}"
    return [answers[host_of(url)][0] == "NOERROR" for url in urls]


DNS = [
    Consumer(
        name="BIND", package="Debian bind9", formats=("rpz",), ask=ask_bind, names=True, addresses=False
    ),
    Consumer(
        name="Unbound",
        package="Debian unbound",
        formats=("rpz",),
        ask=ask_unbound,
        names=True,
        addresses=False,
    ),
    Consumer(
        name="Unbound without policy zones",
        package="Debian unbound",
        formats=("unbound",),
        ask=ask_unbound_lines,
        names=True,
        addresses=False,
    ),
    Consumer(
        name="PowerDNS Recursor",
        package="Debian pdns-recursor",
        formats=("rpz",),
        ask=ask_powerdns,
        names=True,
        addresses=False,
    ),
    Consumer(
        name="Knot Resolver",
        package="Debian knot-resolver",
        formats=("rpz",),
        ask=ask_knot,
        names=True,
        addresses=False,
    ),
    Consumer(
        name="dnsmasq",
        package="Debian dnsmasq-base",
        formats=("hosts", "dnsmasq"),
        ask=ask_dnsmasq,
        names=True,
        addresses=False,
    ),
    Consumer(
        name="glibc", package="Debian libc6", formats=("hosts",), ask=ask_glibc, names=True, addresses=False
    ),
    Consumer(name="rbldnsd", package="Debian rbldnsd", formats=("rbldnsd",), ask=ask_rbldnsd, names=True),
]
