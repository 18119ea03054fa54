"""Mail filters, each with the lines of the site where it has some: a message that carries the address."""

import json
import subprocess
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from blocklist.model import Scope
from tests.consumer_gate import Consumer
from tests.consumers import free_port, gate, program
from tests.site_recipes import lines_of

_SPAMASSASSIN = r"""
use Mail::SpamAssassin;
my $filter = Mail::SpamAssassin->new({
  rules_filename => "$ARGV[0]/rules", site_rules_filename => "$ARGV[0]/site",
  userprefs_filename => "/dev/null", dont_copy_prefs => 1, local_tests_only => 1,
  userstate_dir => "$ARGV[0]/state" });
$filter->init(1);
while (<STDIN>) {
  chomp;
  my $found = $filter->check_message_text(
    "From: a\@sender.test\nSubject: x\nContent-Type: text/html\n\n<a href=\"$_\">see</a>\n");
  print $found->get_names_of_tests_hit(), "\n";
  $found->finish;
}
"""


def ask_postfix(folder: Path, urls: Sequence[str]) -> list[bool]:
    """Ask body_checks about a line of text, of markup and of each by itself; all must agree."""
    postmap = program("postmap")
    (folder / "main.cf").write_text(f"compatibility_level = 3.6\n{lines_of('Postfix', folder)}\n")
    assert _rejects(postmap, folder, "domain.example", "texthash:postfix.access")
    assert not _rejects(postmap, folder, "host.example", "texthash:postfix.access")
    table = "regexp:postfix.body_checks"
    found = []
    for url in urls:
        kinds = {
            _rejects(postmap, folder, line, table)
            for line in (url, f"see {url} now", f'<a href="{url}">', f"<{url}>")
        }
        assert len(kinds) == 1, url
        found.append(kinds.pop())
    return found


def _rejects(postmap: str, folder: Path, text: str, table: str) -> bool:
    kind, _, name = table.partition(":")
    ran = subprocess.run(
        [postmap, "-c", str(folder), "-q", text, f"{kind}:{folder / name}"],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert not ran.stderr, ran.stderr
    assert ran.stdout.strip() in {"", "REJECT"}
    return bool(ran.stdout.strip())


def ask_spamassassin(folder: Path, urls: Sequence[str]) -> list[bool]:
    program("spamassassin")
    for name in ("rules", "site", "state"):
        (folder / name).mkdir()
    plugins = "".join(
        f"loadplugin Mail::SpamAssassin::Plugin::{name}\n" for name in ("Check", "WLBLEval", "Phishing")
    )
    (folder / "rules" / "site.cf").write_text(
        f"util_rb_tld example test\n{plugins}{lines_of('SpamAssassin', folder)}\n"
    )
    ran = subprocess.run(
        [program("perl"), "-e", _SPAMASSASSIN, str(folder)],
        input="".join(f"{url}\n" for url in urls), check=True, capture_output=True, text=True, cwd=folder,
    )  # fmt: skip
    assert not ran.stderr, ran.stderr
    return ["LINKGAZETTE" in line for line in ran.stdout.splitlines()]


def ask_rspamd(folder: Path, urls: Sequence[str]) -> list[bool]:
    daemon, port = program("rspamd"), free_port()
    (folder / "tlds").write_text("com\nexample\ntest\n")
    conf = folder / "rspamd.conf"
    conf.write_text(
        f"""
options {{
  pidfile = "{folder}/pid"; filters = ""; url_tld = "{folder}/tlds"; tempdir = "{folder}";
  cache_file = "{folder}/symbols.cache"; hs_cache_dir = "{folder}";
  control_socket = "{folder}/control mode=0600"; disable_monitoring = true;
  dns {{ nameserver = ["127.0.0.1:9"]; timeout = 0.1s; retransmits = 1; }}
}}
logging {{ type = "console"; level = "warning"; }}
lua = "/usr/share/rspamd/rules/rspamd.lua";
worker "normal" {{ bind_socket = "127.0.0.1:{port}"; count = 1; }}
modules {{ path = "/usr/share/rspamd/plugins/multimap.lua"; }}
multimap {{
{lines_of("rspamd", folder)}
}}
"""
    )
    with gate([daemon, "-f", "-i", "-c", str(conf)], folder, port):
        return [_has_symbol(port, url) for url in urls]


def _has_symbol(port: int, url: str) -> bool:
    message = (
        "From: a@sender.test\nTo: b@reader.test\nSubject: x\nMIME-Version: 1.0\n"
        f'Content-Type: text/html\n\n<a href="{url}">see</a>\n'
    )
    request = urllib.request.Request(f"http://127.0.0.1:{port}/checkv2", data=message.encode())
    with urllib.request.urlopen(request, timeout=10) as answer:
        return "LINKGAZETTE" in json.load(answer)["symbols"]


MAIL = [
    Consumer(
        name="Postfix", package="Debian postfix", formats=("postfix-access", "postfix-body"), ask=ask_postfix
    ),
    Consumer(
        name="SpamAssassin",
        package="Debian spamassassin",
        formats=("spamassassin", "feed"),
        ask=ask_spamassassin,
        usual_ports=frozenset({Scope.URL}),
        follows=True,
    ),
    Consumer(name="rspamd", package="Debian rspamd", formats=("rspamd",), ask=ask_rspamd, follows=True),
]
