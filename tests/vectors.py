"""Check URLs, hosts, registrable domains and list keys against other people's vectors: a command, not a test.

::

    python tests/vectors.py [DIR]        (DIR: ../shared/vectors)

The vectors belong to others and are not kept here: without them the command says so and ends well. One line a
set; exit 1 on any difference that is not named below as deliberate.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import ada_url

from blocklist.errors import UrlError
from blocklist.model import Host
from blocklist.urls import (
    expressions,
    host_of,
    is_ip,
    is_public_suffix,
    join_url,
    list_key,
    parse_url,
    registrable_domain,
)

DEFAULT = Path(__file__).parents[2] / "shared" / "vectors"
_PARTS = ("protocol", "host", "hostname", "port", "pathname", "search", "hash")

# Where we differ from Google's Go client on purpose, by the reason; each is explained in urls/list_keys.py.
HOST_REFUSED = "WHATWG refuses the host (a browser cannot open it)"
FIVE_LABELS = "the spec's last five labels (Go: seven)"
SLASHES = "a browser skips extra slashes before the host (Go: no host)"
NO_SCHEME = "a URL has a scheme (Go adds http)"
NOT_HTTP = "http and https only"
IPV6_ALIAS = "IPv6 as WHATWG writes it (Go keeps the dotted tail)"


def main(arguments: list[str]) -> int:
    """Run every set; return the exit code."""
    folder = Path(arguments[0]) if arguments else DEFAULT
    if not folder.is_dir():
        print(f"no vectors at {folder}: nothing checked (name the folder that holds wpt-urltestdata.json)")
        return 0
    sets = (
        ("wpt-urltestdata.json", "parser", whatwg),
        ("wpt-urltestdata.json", "parse_url and join_url", door),
        ("wpt-toascii.json", "parser", hosts),
        ("wpt-toascii.json", "host_of", host_door),
        ("wpt-IdnaTestV2.json", "parser", hosts),
        ("wpt-IdnaTestV2.json", "host_of", host_door),
        ("psl-tests.txt", "registrable_domain", suffixes),
        ("safebrowsing-go.json", "list_key and expressions", safe_browsing),
    )
    failed = 0
    for name, what, check in sets:
        if not (folder / name).is_file():
            print(f"{name}: absent, not checked")
            continue
        good, total, deliberate, wrong = 0, 0, Counter[str](), []
        for case, outcome in check((folder / name).read_text("utf-8")):
            total += 1
            good += outcome == ""
            if outcome.startswith("deliberate: "):
                deliberate[outcome.removeprefix("deliberate: ")] += 1
            elif outcome:
                wrong.append(f"  {case}: {outcome}")
        failed += len(wrong)
        named = "".join(f"; {count} {reason}" for reason, count in deliberate.most_common())
        print(
            f"{name}, {what}: {good} of {total} as expected{named}{f'; {len(wrong)} WRONG' if wrong else ''}"
        )
        print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if failed else 0


Outcomes = Iterator[tuple[str, str]]
"""The case, and what came of it: empty as expected, ``deliberate: reason``, or the difference."""


def whatwg(text: str) -> Outcomes:
    """Every vector through ada, every part compared."""
    for case in _cases(text):
        given, base = case["input"], case.get("base")
        name = f"{given!r} on {base!r}"
        try:
            found = ada_url.URL(given, base)
        except ValueError:
            yield name, "" if case.get("failure") else "refused"
            continue
        if case.get("failure"):
            yield name, f"accepted as {found.href}"
        elif found.href != case["href"] or any(getattr(found, part) != case[part] for part in _PARTS):
            yield name, f"{found.href} is not {case['href']}"
        else:
            yield name, ""


def door(text: str) -> Outcomes:
    """Our own door: http(s) comes out the same, everything else and userinfo is refused."""
    for case in _cases(text):
        if not case.get("failure"):
            yield f"{case['input']!r} on {case.get('base')!r}", _ours(case["input"], case.get("base"), case)


def _ours(given: str, base: str | None, case: dict[str, Any]) -> str:
    try:
        url = join_url(parse_url(base), given) if base and _is_open(base) else parse_url(given)
    except UrlError as problem:
        return _refusal(str(problem), base, case)
    return "" if url == case["href"] else f"parse_url gives {url}"


def _refusal(problem: str, base: str | None, case: dict[str, Any]) -> str:
    if case["protocol"] not in {"http:", "https:"}:
        return ""
    if case["username"] or case["password"]:
        return "deliberate: userinfo refused"
    if "DNS" in problem or "dots" in problem:
        return "deliberate: a host that DNS cannot hold"
    if base and not _is_open(base) and "not a URL" in problem:
        return ""  # relative to what we never follow
    return f"parse_url refuses: {problem}"


def _is_open(base: str) -> bool:
    try:
        parse_url(base)
    except UrlError:
        return False
    return True


def hosts(text: str) -> Outcomes:
    """Domain to ASCII as part of a URL's host."""
    for case in _cases(text):
        given, wanted = case["input"], case["output"]
        if given == "":
            yield repr(given), ""  # an empty host is no URL; the set asks for toASCII alone
            continue
        try:
            found = ada_url.URL(f"https://{given}/x").hostname
        except ValueError:
            found = None
        if found != wanted:
            yield repr(given), f"{found} is not {wanted}"
        else:
            yield repr(given), ""


def host_door(text: str) -> Outcomes:
    """Hosts by way of parse_url and host_of."""
    for case in _cases(text):
        if case["input"]:
            yield repr(case["input"]), _our_host(case["input"], case["output"])


def _our_host(given: str, wanted: str | None) -> str:
    try:
        host = host_of(parse_url(f"https://{given}/x"))
    except UrlError as problem:
        if wanted is None:
            return ""
        named = "DNS" in str(problem) or "dots" in str(problem)
        return "deliberate: a host that DNS cannot hold" if named else str(problem)
    trimmed = ".".join(label for label in (wanted or "").split(".") if label)
    if host == wanted:
        return ""
    return "deliberate: dots trimmed and collapsed" if host == trimmed else f"host_of gives {host}"


def suffixes(text: str) -> Outcomes:
    """The Public Suffix List's own tests, through the door that every name takes."""
    for line in text.splitlines():
        if not line.strip() or line.startswith("//"):
            continue
        given, wanted = (None if word == "null" else word for word in line.split())
        if given is None:
            yield line, ""  # no name, no host: nothing to ask
            continue
        # The tests' leading dot stands for "no such name"; ours trims it, as host_of says.
        host = _host(given)
        found = registrable_domain(host)
        if given.startswith("."):
            yield line, "" if wanted is None else f"{found}"
        elif wanted is None:
            yield line, "" if found is None and is_public_suffix(host) else f"{found}"
        else:
            yield line, "" if found == _host(wanted) else f"{found}"


def _host(name: str) -> Host:
    return host_of(parse_url(f"http://{name}/"))


def safe_browsing(text: str) -> Outcomes:
    """Google's Go client's own tests, each difference with its reason."""
    for test, cases in json.loads(text).items():
        if test == "TestParseIPAddress":
            continue
        for case in cases:
            given = case["input_latin1"].encode("latin-1")
            # The Go tests write UTF-8 as bytes; a lone byte above 0x7f is no text.
            url = given.decode("utf-8", "surrogateescape")
            yield f"{test} {url!r}", _like_go(test, url, case)
    for case in json.loads(text)["TestParseIPAddress"]:
        yield f"TestParseIPAddress {case['input_latin1']!r}", _address(case)


def _like_go(test: str, text: str, case: dict[str, Any]) -> str:
    try:
        url = parse_url(text)
    except UrlError:
        if case["fail"]:
            return ""
        if "://" not in text.partition("%3A")[0]:
            return f"deliberate: {NO_SCHEME}"
        return f"deliberate: {NOT_HTTP if text.startswith('ftp') else HOST_REFUSED}"
    if case["fail"]:
        return f"deliberate: {SLASHES}" if text.startswith("http:///") else f"accepted as {url}"
    key, wanted = list_key(url), case["output"]
    host, _, path = key.partition("/")
    path = f"/{path.partition('?')[0]}"
    match test:
        case "TestCanonicalHost":
            found: Any = host
        case "TestCanonicalPath":
            found = path
        case "TestCanonicalURL":
            found = f"{url.partition(':')[0]}://{host}{path}"
        case "TestGenerateLookupHosts":
            found = [e.removesuffix("/") for e in expressions(url) if e.find("/") == len(e) - 1]
        case "TestGenerateLookupPaths":
            found = sorted(e[len(host) :] for e in expressions(url) if e.startswith(host + "/"))
            wanted = sorted(wanted)
        case _:
            found, wanted = sorted(expressions(url)), sorted(wanted)
    return "" if found == wanted else _reason(found, wanted)


def _reason(found: Any, wanted: Any) -> str:
    if isinstance(found, list):
        if set(found) < set(wanted) and all(
            e.partition("/")[0].count(".") > 4 for e in set(wanted) - set(found)
        ):
            return f"deliberate: {FIVE_LABELS}"
        if (
            [e.partition("/")[0] for e in found]
            and "." in wanted[0]
            and wanted[0].startswith("[")
            and found[0].startswith("[")
        ):
            return f"deliberate: {IPV6_ALIAS}"
    elif wanted.startswith("[") and found.startswith("["):
        return f"deliberate: {IPV6_ALIAS}"
    return f"{found} is not {wanted}"


def _address(case: dict[str, Any]) -> str:
    """Go parses what may be an address; WHATWG either makes it one or refuses what ends in a number."""
    wanted = case["output"]
    try:
        host = host_of(parse_url(f"http://{case['input_latin1']}/"))
    except UrlError:
        return "" if not wanted else f"deliberate: {HOST_REFUSED}"
    return "" if (host if is_ip(host) else "") == wanted else f"{host} is not {wanted!r}"


def _cases(text: str) -> Iterable[dict[str, Any]]:
    return (case for case in json.loads(text) if isinstance(case, dict))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
