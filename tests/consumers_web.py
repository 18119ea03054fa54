"""Proxies and web servers, each with the lines of the site where it has some."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.consumer_gate import Consumer, host_of
from tests.consumers import Gate, free_port, gate, open_web, program
from tests.site_recipes import lines_of

REFUSED, OPEN = 403, 204


def _refused(status: int, what: str) -> bool:
    assert status in {REFUSED, OPEN}, f"{what[:120]}: {status}"
    return status == REFUSED


def _through(proxy: Gate, urls: Sequence[str]) -> list[bool]:
    """Ask as a browser does: for a page over HTTP, for a tunnel to its host over HTTPS."""
    return [
        proxy.connect(host_of(url)) == REFUSED if url.startswith("https:") else _refused(proxy.get(url), url)
        for url in urls
    ]


def ask_squid(folder: Path, urls: Sequence[str]) -> list[bool]:
    daemon, port = program("squid"), free_port()
    with open_web() as parent:
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
acl CONNECT method CONNECT
{lines_of("Squid", folder)}
http_access allow all
cache_peer 127.0.0.1 parent {parent} 0 no-query no-digest default
never_direct allow all
"""
        )
        with gate([daemon, "-N", "-f", str(conf)], folder, port) as squid:
            return _through(squid, urls)


def ask_privoxy(folder: Path, urls: Sequence[str]) -> list[bool]:
    daemon, port = program("privoxy"), free_port()
    with open_web() as parent:
        conf = folder / "config"
        conf.write_text(
            f"confdir /etc/privoxy\nlisten-address 127.0.0.1:{port}\nforward / 127.0.0.1:{parent}\n"
            f"{lines_of('Privoxy', folder)}\n"
        )
        with gate([daemon, "--no-daemon", str(conf)], folder, port) as privoxy:
            return _through(privoxy, urls)


def ask_e2guardian(folder: Path, urls: Sequence[str]) -> list[bool]:
    """Ask it as Debian sets it up, but for its ports, user and folder; it blocks with a page of its own."""
    daemon, port = program("e2guardian"), free_port()
    conf = folder / "e2guardian"
    shutil.copytree("/etc/e2guardian", conf)
    with open_web() as parent:
        changed = {
            "filterip": "127.0.0.1",
            "filterports": port,
            "checkip": None,
            "transparenthttpsport": None,
            "httpworkers": 20,
            "nodaemon": "on",
            "proxyip": "127.0.0.1",
            "proxyport": parent,
            "daemonuser": "'root'",
            "daemongroup": "'root'",
            "pidfilename": f"'{folder}/pid'",
            "loglocation": f"'{folder}/access.log'",
        }
        for path in (*conf.glob("*.conf"), *conf.glob("*.story")):
            lines = path.read_text(encoding="latin-1").replace("/etc/e2guardian", str(conf)).splitlines()
            if path.name == "e2guardian.conf":
                lines = [line for line in lines if line.partition("=")[0].strip() not in changed]
                lines += [f"{name} = {value}" for name, value in changed.items() if value is not None]
            if path.name == "e2guardianf1.conf":
                lines.append(lines_of("e2guardian", folder))
            path.write_text("\n".join(lines) + "\n", encoding="latin-1")
        command = [daemon, "-N", "-c", str(conf / "e2guardian.conf")]
        with gate(command, folder, port) as e2guardian:
            return [e2guardian.get(url) != OPEN for url in urls]


def ask_squidguard(folder: Path, urls: Sequence[str]) -> list[bool]:
    conf = folder / "squidGuard.conf"
    conf.write_text(f"logdir {folder}\n{lines_of('squidGuard', folder)}\n")
    asked = "".join(f"{url} 127.0.0.1/- - GET\n" for url in urls)
    ran = subprocess.run(
        [program("squidGuard"), "-c", str(conf)], input=asked, check=True, capture_output=True, text=True
    )
    answers = ran.stdout.splitlines()
    assert len(answers) == len(urls)
    return ["blocked.example.org" in answer for answer in answers]


def ask_nginx(folder: Path, urls: Sequence[str]) -> list[bool]:
    daemon, port = program("nginx"), free_port()
    temporary = "".join(
        f"{kind}_temp_path {folder};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    conf = folder / "conf"
    conf.write_text(
        f"daemon off; master_process off; pid {folder}/pid; events {{ }}\n"
        f"http {{ access_log off; {temporary}\n{lines_of('nginx', folder)}\n"
        f"server {{ listen 127.0.0.1:{port}; if ($linkgazette) {{ return 403; }} return 204; }} }}\n"
    )
    with gate([daemon, "-e", "stderr", "-c", str(conf)], folder, port) as server:
        return _visited(server, urls)


def ask_haproxy(folder: Path, urls: Sequence[str]) -> list[bool]:
    daemon, port = program("haproxy"), free_port()
    conf = folder / "conf"
    conf.write_text(
        "defaults\n mode http\n timeout client 5s\n timeout server 5s\n timeout connect 5s\n"
        f"frontend web\nbind 127.0.0.1:{port}\n{lines_of('HAProxy', folder)}\n"
        "http-request return status 204\n"
    )
    with gate([daemon, "-db", "-f", str(conf)], folder, port) as server:
        return _visited(server, urls)


def _visited(server: Gate, urls: Sequence[str]) -> list[bool]:
    found = [_refused(server.visit(host_of(url)), url) for url in urls]
    assert server.visit("host.example:8080") == REFUSED  # a Host header may name a port
    return found


WEB = [
    Consumer(
        name="Squid",
        package="Debian squid",
        formats=("squid-domains", "squid-urls"),
        ask=ask_squid,
        tunnels=True,
    ),
    Consumer(name="Privoxy", package="Debian privoxy", formats=("privoxy",), ask=ask_privoxy, tunnels=True),
    Consumer(name="squidGuard", package="Debian squidguard", formats=("squidguard",), ask=ask_squidguard),
    Consumer(
        name="e2guardian",
        package="Debian e2guardian",
        formats=("squidguard",),
        ask=ask_e2guardian,
        follows=True,
    ),
    Consumer(name="nginx", package="Debian nginx-light", formats=("nginx",), ask=ask_nginx, names=True),
    Consumer(
        name="HAProxy",
        package="Debian haproxy",
        formats=("haproxy-hosts", "haproxy-domains"),
        ask=ask_haproxy,
        names=True,
    ),
]
