"""The gate: a real program is given its files of one list and must block what they say and nothing more.

``judged`` asks one program and compares; ``consumer_matrix`` keeps what came of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from blocklist.formats import Claim, all_bundles, all_formats, rules_of, rules_with
from blocklist.model import Scope
from blocklist.urls import is_ip
from tests.consumer_list import CASES, ENTRIES, HEADER, INSIDE, QUESTIONS, Question
from tests.consumers import shared_folder


@dataclass(frozen=True, kw_only=True)
class Consumer:
    """One program that reads list files."""

    name: str
    package: str
    """Where it comes from: ``Debian bind9``, ``npm …``, ``PyPI …``."""
    formats: tuple[str, ...]
    ask: Callable[[Path, Sequence[str]], Sequence[bool]]
    """Start it with the files in a folder; tell for each address whether it is blocked."""
    names: bool = False
    """True: it is asked for hosts, whatever the page."""
    addresses: bool = True
    """False: it cannot be asked for an address in the place of a name."""
    usual_ports: frozenset[Scope] = frozenset()
    """Scopes of which its file says ports 80 and 443 only."""
    misses: tuple[str, ...] = ()
    """Hosts that it drops by itself, though its file says them."""
    ignores_case: bool = False
    """True: an old engine, which takes pages that differ in letter case for the same."""
    tunnels: bool = False
    """True: of an HTTPS page it sees the host alone."""
    follows: bool = False
    """True: an address that another carries is an address of the message."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of asking."""

    asked: int
    says: tuple[Scope, ...]
    """Scopes of which it blocked a listed address."""
    wrong: tuple[str, ...]
    """Empty: it blocks what is listed and nothing more."""


@cache
def said(name: str) -> tuple[Mapping[str, bytes], frozenset[Claim]]:
    """Return the files of a format, and the claims that they make."""
    for form in all_formats():
        if form.name == name:
            data = form.write(rules_of(ENTRIES), HEADER).data
            return {form.filename: data}, frozenset(form.parse(data))
    (bundle,) = (each for each in all_bundles() if each.name == name)
    files = bundle.write(rules_with(ENTRIES), HEADER).files
    return files, frozenset(bundle.parse(files))


def write_files(folder: Path, names: Sequence[str]) -> None:
    """Write formats of the list into ``folder``, each under its own name."""
    for name in names:
        for path, data in said(name)[0].items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)


def judged(consumer: Consumer) -> Outcome:
    """Ask ``consumer`` everything. Skips the test where it is not installed."""
    claims = frozenset[Claim]().union(*(said(name)[1] for name in consumer.formats))
    expected = _expected(consumer, claims)
    with shared_folder() as folder:
        write_files(folder, consumer.formats)
        answers = consumer.ask(folder, list(expected))
    blocked = dict(zip(expected, answers, strict=True))
    wrong = tuple(
        f"{'let through' if claim else 'blocked'} ({question.about}): {url[:120]}"
        for url, (claim, question) in expected.items()
        if blocked[url] is not (claim is not None)
    )
    says = {claim.scope for claim, _ in expected.values() if claim}
    return Outcome(asked=len(expected), says=tuple(sorted(says, key=list(Scope).index)), wrong=wrong)


def host_of(url: str) -> str:
    """Return the host of a question's address as it is written there, without its port."""
    return urlsplit(url).netloc.partition(":")[0]


def _expected(consumer: Consumer, claims: frozenset[Claim]) -> dict[str, tuple[Claim | None, Question]]:
    expected: dict[str, tuple[Claim | None, Question]] = {}
    for question in (*QUESTIONS, *CASES, *INSIDE):
        if is_ip(host_of(question.url)) and not consumer.addresses:
            continue
        claim = question.claim if question.claim in claims and _sees(consumer, question) else None
        if not consumer.names:
            expected[question.url] = claim, question
        elif question.about != "port":
            url = f"http://{host_of(question.url)}/"
            expected[url] = claim or expected.get(url, (None, question))[0], question
    return expected


def _sees(consumer: Consumer, question: Question) -> bool:
    """Tell whether the program can know what makes the address a listed one."""
    assert question.claim
    if question in INSIDE:
        return consumer.follows
    if question in CASES:
        return consumer.ignores_case
    if host_of(question.url) in consumer.misses:
        return False
    if question.about == "port" and question.claim.scope in consumer.usual_ports:
        return False
    if question.url.startswith("https:") and consumer.tunnels:
        return question.claim.scope in {Scope.HOST, Scope.DOMAIN}
    return True
