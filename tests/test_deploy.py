"""The files under deploy/: a workflow by its schema, of commands that exist; nginx sends what we ask for."""

import re
import subprocess
import sys
import urllib.error
import urllib.request
from importlib.metadata import entry_points
from pathlib import Path

import click
import pytest

from blocklist.public import site_pages
from blocklist.public.host_files import CSP, host_files
from tests.consumers import free_port, gate, program
from tests.sample_site import sample_context, write_site

pytestmark = pytest.mark.edge

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"
WORKFLOW = DEPLOY / "github-pages.yml"


def test_the_workflow_is_one_by_its_schema() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    ran = subprocess.run([*command, str(WORKFLOW)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_workflows_commands_and_options_exist() -> None:
    found = re.findall(
        r"linkgazette (?:--workspace \S+ )?([a-z]+)([^\n]*)", WORKFLOW.read_text().split("jobs:")[1]
    )
    commands = {one.name: one for one in entry_points(group="linkgazette.commands")}
    assert {name for name, _ in found} == {"run", "verify"}
    for name, rest in found:
        command: click.Command = commands[name].load()
        known = {flag for parameter in command.params for flag in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= known


def rules() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for line in host_files()["_headers"].decode().splitlines():
        if line.startswith("/"):
            headers = found.setdefault(line, {})
        else:
            name, _, value = line.strip().partition(": ")
            assert name not in headers
            headers[name] = value
    return found


def asked_for(path: str) -> dict[str, str]:
    matching = [headers for rule, headers in rules().items() if f"/{path}".startswith(rule.removesuffix("*"))]
    names = [name for headers in matching for name in headers]
    assert len(names) == len(set(names)), f"{path}: hosts would join two values of one header"
    return {name: value for headers in matching for name, value in headers.items()}


def test_no_path_is_given_one_header_twice() -> None:
    paths = [path for path, _ in site_pages(sample_context(3))]
    for path in (*paths, "list/urls.txt", "history/checkpoint", "history/tile/0/000"):
        assert asked_for(path)["Content-Security-Policy"] == CSP


def test_nginx_sends_the_headers_and_serves_every_kind_of_file(tmp_path) -> None:
    daemon, port = program("nginx"), free_port()
    public = tmp_path / "public"
    write_site(public, sample_context(3))
    for path in ("list/urls.txt", "history/tile/0/000"):
        (public / path).parent.mkdir(parents=True, exist_ok=True)
        (public / path).write_bytes(b"x\n")
    given = (DEPLOY / "nginx.conf").read_text()
    given = given.replace("listen 8080", f"listen 127.0.0.1:{port}").replace("/srv/www/public", str(public))
    temporary = "".join(
        f"{kind}_temp_path {tmp_path};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    conf = tmp_path / "conf"
    conf.write_text(
        f"daemon off; master_process off; user root; pid {tmp_path}/pid; events {{ }}\n"
        f"http {{ access_log off; include /etc/nginx/mime.types; {temporary}\n{given}\n}}\n"
    )
    with gate([daemon, "-e", "stderr", "-c", str(conf)], tmp_path, port):
        for path in ("index.html", "zh/feed.json", "static/style.css", "list/urls.txt", "history/tile/0/000"):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}") as answer:
                sent = dict(answer.headers)
            wanted = asked_for(path)
            assert {name: sent.get(name) for name in wanted} == wanted
            assert sent.get("X-Robots-Tag") == wanted.get("X-Robots-Tag")
        text = "zh/announcements/2026-11-22/announcement.txt"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{text}") as answer:
            assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/entries/LG-NOTHERE/")
        with caught.value as answer:
            assert (answer.code, answer.headers["Content-Security-Policy"]) == (404, CSP)
            assert b"No such page" in answer.read()
