"""The look-up page: its script reads URLs as the list does, and in a browser it asks for one shard."""

import functools
import http.server
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blocklist.errors import UrlError
from blocklist.formats.prefixes import DIGESTS, SITES, parse_shard, parse_sites, shard_of, write_prefixes
from blocklist.lookup.private import covering, shard_for
from blocklist.model import Scope
from blocklist.public import site_pages
from blocklist.public.assets import site_folder
from blocklist.public.shards import lookup_files
from blocklist.urls import list_key, parse_url, place_of
from tests.list_makers import entry
from tests.sample_site import sample_context

pytestmark = pytest.mark.edge

SCRIPT = site_folder() / "static" / "lookup.js"
NODE = shutil.which("node")
ENTRIES = [
    entry(Scope.URL, "page.example/a?b=1", 1),
    entry(Scope.PATH, "homes.example/evil/", 2),
    entry(Scope.HOST, "shop.co.uk/", 3),
    entry(Scope.DOMAIN, "domain.example/", 4),
    entry(Scope.HOST, "192.0.2.7/", 5),
]
URLS = [
    "https://page.example/a?b=1#x",
    "http://page.example/a",
    "http://homes.example/evil/x/../y",
    "http://homes.example/%65vil/x",
    "http://homes.example//evil//x",
    "http://shop.co.uk:8443/",
    "http://www.shop.co.uk/",
    "HTTP://A.B.DOMAIN.example./x",
    "http://домен.example/",
    "http://0xC0.0.2.7/",
    "http://[::ffff:192.0.2.7]/",
    "http://[64:ff9b::192.0.2.7]/",
    "http://[2001:db8::1]/",
    "http://a.example/%2525%41\\b?q=%2f%0a",
    "http://a.example/..%2f../b",
    "http://a.example/?",
    "http://a.example/x?",
    "http://user:word@a.example/",
    "javascript:alert(1)",
    "http://",
    "http://.../",
]


def asked(script: str, values: list[str]) -> list[object]:
    """What the page's script says of each value, by node."""
    code = (
        "require('vm').runInThisContext(require('fs').readFileSync(process.argv[1], 'utf8'));"
        "const said = JSON.parse(require('fs').readFileSync(0, 'utf8')).map((value) => {"
        f"try {{ return {script} }} catch (error) {{ return null }} }});"
        "process.stdout.write(JSON.stringify(said));"
    )
    assert NODE is not None
    done = subprocess.run(
        [NODE, "-e", code, str(SCRIPT)], input=orjson.dumps(values), capture_output=True, check=True
    )
    found = orjson.loads(done.stdout)
    assert isinstance(found, list)
    return found


def ours(url: str) -> dict[str, str] | None:
    try:
        host, key = place_of(url)
    except UrlError:
        return None
    return {"host": host, "key": key}


needs_node = pytest.mark.skipif(NODE is None, reason="Debian's nodejs is not installed")


@needs_node
def test_the_script_reads_a_url_as_the_list_does() -> None:
    assert asked("linkgazette.placeOf(value)", URLS) == [ours(url) for url in URLS]


paths = st.text(st.sampled_from("aZ09-._~!$&'()*+,;=:/%25fF?\\|^`{} é"), max_size=14)


@needs_node
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(paths, min_size=120, max_size=200))
def test_the_script_reads_any_path_as_the_list_does(found: list[str]) -> None:
    urls = [f"http://a.example/{path}" for path in found]
    assert asked("linkgazette.placeOf(value)", urls) == [ours(url) for url in urls]


@needs_node
def test_the_script_finds_what_the_list_says() -> None:
    files = write_prefixes(ENTRIES)
    deeper = parse_sites(files[SITES])
    usable = [url for url in URLS if ours(url)]
    shards = {name: orjson.loads(data) for name, data in files.items() if name not in {DIGESTS, SITES}}
    names, told = orjson.dumps(sorted(deeper)).decode(), orjson.dumps(list(shards.values())).decode()
    script = (
        f"[linkgazette.shardOf(value, {names}), linkgazette.covering(value, Object.assign({{}}, ...{told}))]"
    )
    everything = [told for name in shards for told in parse_shard(files[name], name)]
    expected = [
        [
            shard_for(url, deeper).removeprefix("prefixes/").removesuffix(".json"),
            [[told.kind, told.entry, told.expires_at] for told in covering(url, everything)],
        ]
        for url in usable
    ]
    assert asked(script, usable) == expected
    assert sum(bool(claims) for _, claims in expected) >= 8


def test_the_bitmap_has_a_bit_for_each_script() -> None:
    files = dict(lookup_files(ENTRIES, ()))
    told = orjson.loads(
        files.pop("lookup/sites.js").removeprefix(b"linkgazette.sites(").removesuffix(b");\n")
    )
    assert told["deeper"] == ["co.uk"]
    bits = f"{int(told['shards'], 16):04096b}"
    assert {f"lookup/shards/{at:03x}.js" for at, bit in enumerate(bits) if bit == "1"} == files.keys()
    prefix = shard_of("shop.co.uk").removeprefix("prefixes/").removesuffix(".json")
    assert files[f"lookup/shards/{prefix}.js"].startswith(b'linkgazette.shard("%b",{"' % prefix.encode())


# --- in a browser -------------------------------------------------------------------------------------------

CHROMIUM = shutil.which("chromium")
TYPED = """
<script>
const frame = document.createElement("iframe");
frame.src = "lookup/index.html";
document.body.append(frame);
frame.onload = async () => {
  const page = frame.contentDocument;
  const said = [];
  for (const link of LINKS) {
    page.getElementById("answer").textContent = "";
    page.getElementById("link").value = link;
    page.querySelector("#ask button").click();
    for (let turn = 0; turn < 200 && !page.getElementById("answer").textContent; turn++) {
      await new Promise((go) => setTimeout(go, 10));
    }
    said.push(page.getElementById("answer").textContent);
  }
  document.title = JSON.stringify([page.getElementById("ask").hidden, said]);
};
</script>
"""


@contextmanager
def served(folder: Path, requests: list[str]) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            requests.append(self.path)

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")
@pytest.mark.parametrize("scheme", ["http", "file"])
def test_a_browser_looks_a_link_up_and_asks_for_one_shard(tmp_path: Path, scheme: str) -> None:
    context = sample_context(12)
    for path, data in site_pages(context):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    listed = next(one for one in context.listing.entries if not one.sensitive)
    links = [f"hxxp://{listed.expression}", "http://nothing.example/secret?x=1", "not an address ☹ at all"]
    (tmp_path / "try.html").write_text(f"<body>{TYPED.replace('LINKS', orjson.dumps(links).decode())}")
    requests: list[str] = []
    with served(tmp_path, requests) as address:
        start = f"{address}try.html" if scheme == "http" else (tmp_path / "try.html").as_uri()
        assert CHROMIUM is not None
        done = subprocess.run(
            [
                CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
                f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=20000", "--dump-dom", start,
            ],
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
    found = re.search(r"<title>(.*?)</title>", done.stdout)
    assert found, done.stdout + done.stderr
    hidden, said = orjson.loads(found[1])
    assert hidden is False
    assert said[0].startswith("Listed: ")
    assert said[0].endswith(listed.id)
    assert said[1:] == ["Not listed.", "This is not a web address."]
    if scheme == "http":
        shards = [path for path in requests if "/shards/" in path]
        assert len(shards) <= 2
        assert not any("secret" in path or "nothing" in path for path in requests)


def test_keys_of_the_sample_are_canonical() -> None:
    for one in sample_context(12).listing.entries:
        assert list_key(parse_url(f"http://{one.expression}")) == one.expression
