"""The set-up lines on the "Use the list" page, in the programs as they stand: they block what is listed."""

import html
import re
import subprocess
from pathlib import Path

import pytest

from blocklist.formats import Header, all_formats, rules_of
from blocklist.model import Scope
from blocklist.public import site_pages
from tests.consumers import OPEN, free_port, program, running
from tests.list_makers import NOW, entry
from tests.sample_site import sample_context

PAGE = dict(site_pages(sample_context(1)))["use/index.html"].decode()
RECIPES = {
    name: [
        html.unescape(block) for block in re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", part, re.DOTALL)
    ]
    for name, part in re.findall(r"<h3>(\S+(?: \S+)*?) <span.*?</h3>(.*?)(?=<h[23]>)", PAGE, re.DOTALL)
}
ENTRIES = [entry(Scope.HOST, "host.example/", 1), entry(Scope.DOMAIN, "domain.example/", 2)]
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
    assert {"BIND", "Unbound", "dnsmasq", "uBlock Origin"} <= RECIPES.keys()


@pytest.mark.parametrize("name", ["BIND", "Unbound", "dnsmasq"])
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
def test_dnsmasq_blocks_with_the_lines_of_the_page(tmp_path: Path) -> None:
    daemon, port = program("dnsmasq"), free_port()
    file_of("hosts", tmp_path / "hosts.txt")
    conf = tmp_path / "dnsmasq.conf"
    conf.write_text(RECIPES["dnsmasq"][0].replace("/var/lib/linkgazette", str(tmp_path)) + "\n")
    command = [
        daemon, "--no-daemon", f"--conf-file={conf}", "--no-resolv", "--no-hosts", "--user=",
        f"--port={port}", "--listen-address=127.0.0.1", "--bind-interfaces", f"--address=/example/{OPEN}",
        "--pid-file=", "--log-facility=-",
    ]  # fmt: skip
    with running(command, tmp_path, port, listed="host.example") as resolver:
        assert resolver.ask("host.example") == ("NOERROR", ["0.0.0.0"])
        assert resolver.ask("host.example", "AAAA") == ("NOERROR", ["::"])
        assert resolver.ask("sibling.example") == ("NOERROR", [OPEN])
