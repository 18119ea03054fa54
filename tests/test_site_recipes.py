"""The set-up lines on the "Use the list" page, in the programs as they stand: they block what is listed."""

import html
import re
import subprocess
from pathlib import Path

import pytest

from blocklist.formats import Header, all_formats, rules_of
from blocklist.model import Scope
from blocklist.public import site_pages
from tests.consumers import OPEN, free_port, gate, open_web, program, running, shared_folder
from tests.list_makers import NOW, entry
from tests.sample_site import sample_context

PAGE = dict(site_pages(sample_context(1)))["use/index.html"].decode()
RECIPES = {
    name: [
        html.unescape(block) for block in re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", part, re.DOTALL)
    ]
    for name, part in re.findall(r"<h3>(\S+(?: \S+)*?) <span.*?</h3>(.*?)(?=<h[23]>)", PAGE, re.DOTALL)
}
ENTRIES = [
    entry(Scope.HOST, "host.example/", 1),
    entry(Scope.DOMAIN, "domain.example/", 2),
    entry(Scope.URL, "page.example/a?b", 3),
]
HEADER = Header(title="T", homepage="", serial=7, issued_at=NOW, expires_at=NOW)
ZONE = f"""$ORIGIN example.
$TTL 60
@ SOA localhost. root.localhost. 1 60 60 60 60
@ NS localhost.
* A {OPEN}
"""


def file_of(name: str, path: Path) -> None:
    (form,) = (one for one in all_formats() if one.name == name)
    path.write_bytes(form.write(rules_of(ENTRIES), HEADER).data)


def test_the_page_has_a_recipe_for_each_program() -> None:
    assert {"BIND", "Unbound", "dnsmasq", "uBlock Origin", "Squid", "Privoxy", "HAProxy"} <= RECIPES.keys()
    assert {"nginx", "rbldnsd", "Postfix", "Unbound without policy zones"} <= RECIPES.keys()


REFRESHED = [name for name, blocks in RECIPES.items() if blocks[-1].startswith("cd ")]


@pytest.mark.parametrize("name", REFRESHED)
def test_the_refresh_lines_are_a_command_of_the_shell(name: str) -> None:
    command = RECIPES[name][-1]
    assert command.startswith("cd /var/lib/")
    assert subprocess.run(["sh", "-n", "-c", command], check=False, capture_output=True).stderr == b""


@pytest.mark.consumer
def test_bind_blocks_with_the_lines_of_the_page(tmp_path: Path) -> None:
    named, port = program("named"), free_port()
    file_of("rpz", tmp_path / "linkgazette.rpz")
    (tmp_path / "example.zone").write_text(ZONE)
    surroundings = f"""options {{
  directory "{tmp_path}"; pid-file none; listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};
  recursion yes; dnssec-validation no; empty-zones-enable no; notify no; session-keyfile none; forward only;
  forwarders {{ }};"""
    lines = RECIPES["BIND"][0].replace("/var/lib/bind", str(tmp_path)).replace("options {", surroundings, 1)
    conf = tmp_path / "named.conf"
    conf.write_text(lines + '\ncontrols { };\nzone "example" { type primary; file "example.zone"; };\n')
    checked = subprocess.run(
        [program("named-checkzone"), "linkgazette.rpz", str(tmp_path / "linkgazette.rpz")],
        check=False,
        capture_output=True,
    )
    assert checked.returncode == 0, checked.stdout
    with running(
        [named, "-g", "-c", str(conf), "-n", "1"], tmp_path, port, listed="host.example"
    ) as resolver:
        assert resolver.ask("host.example")[0] == resolver.ask("a.domain.example")[0] == "NXDOMAIN"
        assert resolver.ask("sibling.example") == resolver.ask("a.host.example") == ("NOERROR", [OPEN])


@pytest.mark.consumer
def test_unbound_blocks_with_the_lines_of_the_page(tmp_path: Path) -> None:
    daemon, port = program("unbound"), free_port()
    file_of("rpz", tmp_path / "linkgazette.rpz")
    (tmp_path / "example.zone").write_text(ZONE)
    surroundings = f"""
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
auth-zone:
  name: "example."
  zonefile: "{tmp_path}/example.zone"
  for-upstream: yes
  for-downstream: no
  fallback-enabled: no
"""
    conf = tmp_path / "unbound.conf"
    conf.write_text(RECIPES["Unbound"][0].replace("/var/lib/unbound", str(tmp_path)) + surroundings)
    with running([daemon, "-d", "-c", str(conf)], tmp_path, port, listed="host.example") as resolver:
        assert resolver.ask("host.example")[0] == resolver.ask("a.domain.example")[0] == "NXDOMAIN"
        assert resolver.ask("sibling.example") == resolver.ask("a.host.example") == ("NOERROR", [OPEN])


@pytest.mark.consumer
def test_unbound_without_policy_zones_blocks_with_the_lines_of_the_page(tmp_path: Path) -> None:
    daemon, port = program("unbound"), free_port()
    file_of("unbound", tmp_path / "linkgazette.conf")
    conf = tmp_path / "unbound.conf"
    lines = RECIPES["Unbound without policy zones"][0].replace("/var/lib/unbound", str(tmp_path))
    conf.write_text(
        f"""server:
  directory: "{tmp_path}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  interface: 127.0.0.1
  port: {port}
  do-ip6: no
  do-daemonize: no
  local-zone: "example." redirect
  local-data: "example. A {OPEN}"
{lines}
"""
    )
    with running([daemon, "-d", "-c", str(conf)], tmp_path, port, listed="host.example") as resolver:
        assert resolver.ask("domain.example")[0] == resolver.ask("a.domain.example")[0] == "NXDOMAIN"
        assert resolver.ask("host.example") == ("NOERROR", ["0.0.0.0"])
        assert resolver.ask("sibling.example") == ("NOERROR", [OPEN])


@pytest.mark.consumer
def test_dnsmasq_blocks_with_the_lines_of_the_page(tmp_path: Path) -> None:
    daemon, port = program("dnsmasq"), free_port()
    file_of("hosts", tmp_path / "hosts.txt")
    file_of("dnsmasq", tmp_path / "dnsmasq.conf")
    conf = tmp_path / "main.conf"
    conf.write_text(RECIPES["dnsmasq"][0].replace("/var/lib/linkgazette", str(tmp_path)) + "\n")
    command = [
        daemon, "--no-daemon", f"--conf-file={conf}", "--no-resolv", "--no-hosts", "--user=",
        f"--port={port}", "--listen-address=127.0.0.1", "--bind-interfaces", f"--address=/example/{OPEN}",
        "--pid-file=", "--log-facility=-",
    ]  # fmt: skip
    with running(command, tmp_path, port, listed="host.example") as resolver:
        assert resolver.ask("host.example") == ("NOERROR", ["0.0.0.0"])
        assert resolver.ask("host.example", "AAAA") == ("NOERROR", ["::"])
        assert resolver.ask("a.domain.example")[0] == resolver.ask("domain.example")[0] == "NXDOMAIN"
        assert resolver.ask("sibling.example") == ("NOERROR", [OPEN])


def lines_of(name: str, folder: Path) -> str:
    """The set-up lines of the page, with the files they name in ``folder``."""
    lines = RECIPES[name][0]
    for form in all_formats():
        if f"/var/lib/linkgazette/{form.filename}" in lines:
            file_of(form.name, folder / form.filename)
    return lines.replace("/var/lib/linkgazette", str(folder))


@pytest.mark.consumer
@pytest.mark.parametrize("name", ["Squid", "Privoxy"])
def test_proxies_refuse_with_the_lines_of_the_page(name: str) -> None:
    daemon, port = program(name.lower()), free_port()
    with shared_folder() as folder, open_web() as parent:
        conf = folder / "conf"
        if name == "Squid":
            surroundings = f"""
http_port 127.0.0.1:{port}
pid_filename none
cache deny all
access_log none
cache_log stdio:/dev/stderr
cache_store_log none
netdb_filename none
shutdown_lifetime 0 seconds
max_filedescriptors 256
coredump_dir none
visible_hostname gate.test
cache_peer 127.0.0.1 parent {parent} 0 no-query no-digest default
never_direct allow all
"""
            conf.write_text(f"{surroundings}{lines_of(name, folder)}\nhttp_access allow all\n")
            command = [daemon, "-N", "-f", str(conf)]
        else:
            surroundings = (
                f"confdir /etc/privoxy\nlisten-address 127.0.0.1:{port}\nforward / 127.0.0.1:{parent}\n"
            )
            conf.write_text(f"{surroundings}{lines_of(name, folder)}\n")
            command = [daemon, "--no-daemon", str(conf)]
        with gate(command, folder, port) as proxy:
            for url in ("http://host.example/x", "http://a.domain.example/", "http://page.example/a?b"):
                assert proxy.get(url) == 403, url
            for url in ("http://a.host.example/", "http://page.example/a?bc", "http://sibling.example/"):
                assert proxy.get(url) == 204, url


@pytest.mark.consumer
@pytest.mark.parametrize("name", ["nginx", "HAProxy"])
def test_web_servers_refuse_with_the_lines_of_the_page(name: str, tmp_path: Path) -> None:
    daemon, port = program(name.lower()), free_port()
    conf, lines = tmp_path / "conf", lines_of(name, tmp_path)
    if name == "nginx":
        temporary = "".join(
            f"{kind}_temp_path {tmp_path};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        conf.write_text(
            f"daemon off; master_process off; pid {tmp_path}/pid; events {{ }}\n"
            f"http {{ access_log off; {temporary}\n{lines}\nserver {{ listen 127.0.0.1:{port};"
            " if ($linkgazette) { return 403; } return 204; } }\n"
        )
        command = [daemon, "-e", "stderr", "-c", str(conf)]
    else:
        conf.write_text(
            "defaults\n mode http\n timeout client 5s\n timeout server 5s\n timeout connect 5s\n"
            f"frontend web\nbind 127.0.0.1:{port}\n{lines}\nhttp-request return status 204\n"
        )
        command = [daemon, "-db", "-f", str(conf)]
    with gate(command, tmp_path, port) as server:
        for host in ("host.example", "domain.example", "a.domain.example"):
            assert server.visit(host) == 403, host
        for host in ("a.host.example", "otherdomain.example", "page.example"):
            assert server.visit(host) == 204, host
