"""Who appeals and says that the site is theirs shows it: by a file on the site, or a TXT record of its name.

The file is fetched by a crawl of its own in a workspace that is thrown away, as ``visit_once`` does: the same
guard, robots.txt and limits. The claim's word is looked for in what the very host answered, never elsewhere.
What kept it from being found is noted, so that the claimant can mend it.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from blocklist.errors import EvidenceError
from blocklist.model import Share, Surface
from blocklist.store import Workspace, open_workspace
from blocklist.store.appeals import Appeal, Proof
from blocklist.urls import host_of, parse_url

FILE = ".well-known/linkgazette.txt"  # RFC 8615's place for such files
_DNS_WAIT_S = 5.0

NO_WORD = "no-word"
"""Something answered, and no line of it is the word alone."""
NO_RECORD = "no-record"


class Answers(NamedTuple):
    """What a host answered."""

    texts: tuple[bytes, ...] = ()
    problem: str = ""
    """Why there is none: a ``Failure``, or ``NO_RECORD``; empty: there is, or it is not known."""


Asked = Callable[[Path, str], Answers]
"""Asks a host."""


def prove_stage(
    workspace: Workspace, *, now: datetime, files: Asked | None = None, records: Asked | None = None
) -> int:
    """Look for the word of each open claim that is not shown yet; return how many were found."""
    asked = {Proof.FILE: files or _files, Proof.DNS: records or _records}
    found = 0
    for appeal in workspace.appeals.waiting():
        if appeal.proof is Proof.NONE or appeal.proved_at is not None:
            continue
        answers = asked[appeal.proof](workspace.path, appeal.proof_host)
        if _holds(appeal, answers.texts):
            with workspace.database.transaction():
                workspace.appeals.prove(appeal.id, now=now)
                workspace.audit.add("crawler", "proved", f"appeal {appeal.id}", appeal.proof.value, now=now)
            found += 1
        else:
            workspace.appeals.looked(appeal.id, NO_WORD if answers.texts else answers.problem, now=now)
    return found


def _holds(appeal: Appeal, answers: tuple[bytes, ...]) -> bool:
    """Tell whether an answer says the word alone on a line; a page that echoes what it is asked does not."""
    word = f"linkgazette={appeal.proof_word}".encode()
    return any(word == line.strip() for answer in answers for line in answer.splitlines())


def _files(workspace: Path, host: str) -> Answers:
    from crawler.commands.crawling import run_worker
    from crawler.fetch.archive import stored_body

    urls = [parse_url(f"{scheme}://{host}/{FILE}") for scheme in ("https", "http")]
    bodies, problem = [], ""
    with TemporaryDirectory(prefix="linkgazette-") as name:
        folder = Path(name)
        with open_workspace(folder, create=True) as opened:
            shares = [Share(url=url, surface=Surface.OTHER) for url in urls]
            opened.shares.add(shares, now=datetime.now(UTC))
        run_worker(folder, settings=workspace)
        with open_workspace(folder, create=False) as opened:
            for url in urls:
                link = opened.links.find(url)
                for capture in opened.captures.of(link.id) if link else ():
                    problem = capture.failure or problem
                    if capture.archived and capture.final_url and host_of(capture.final_url) == host:
                        try:
                            bodies.append(stored_body(folder, capture))
                        except EvidenceError:
                            continue
    return Answers(tuple(bodies), "" if bodies else problem)


def _records(_: Path, host: str) -> Answers:
    import dns.exception
    import dns.resolver

    try:
        answer = dns.resolver.resolve(f"_linkgazette.{host}.", "TXT", lifetime=_DNS_WAIT_S)
    except dns.exception.DNSException:
        return Answers(problem=NO_RECORD)  # or no answer: it is asked again
    return Answers(tuple(b"".join(record.strings) for record in answer))
