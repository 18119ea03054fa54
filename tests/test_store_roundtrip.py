"""What is stored comes back as the same value, whatever a hostile page put into it."""

import dataclasses
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blocklist import model
from blocklist.model import Listing
from blocklist.store import codec, open_workspace
from blocklist.urls import parse_url, sensitive_parts

pytestmark = pytest.mark.edge

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

# NUL, bidi marks, emoji and Han included; lone surrogates have a test of their own below.
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
times = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
counts = st.integers(0, 2**53)
numbers = st.floats(allow_nan=False, allow_infinity=False)
urls = st.builds(
    lambda host, path, fragment: parse_url(f"https://{host}.example/{path}#{fragment}"),
    st.from_regex(r"[a-z]{1,8}", fullmatch=True),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8),
    st.from_regex(r"[a-z0-9]{0,4}", fullmatch=True),
)


def word(kind, /, **known):
    """A strategy for a word of the model: every field drawn, none left to its default."""
    fields = {field.name for field in dataclasses.fields(kind)}
    assert known.keys() == fields, f"{kind.__name__}: {known.keys() ^ fields}"
    return st.builds(kind, **known)


def maybe(strategy):
    return st.none() | strategy


def pseudonyms(kind):
    return st.from_regex(rf"{kind}:[a-z2-7]{{8}}", fullmatch=True)


enum = st.sampled_from
evidence = word(
    model.Evidence,
    rule=text,
    kind=enum(model.EvidenceKind),
    category=maybe(text),
    excerpt=text,
    weight=numbers,
)
shares = word(
    model.Share,
    url=urls,
    surface=enum(model.Surface),
    account=maybe(pseudonyms("account")),
    account_name=text,
    group=maybe(pseudonyms("group")),
    group_name=text,
    content=maybe(pseudonyms("content")),
    reporter=maybe(pseudonyms("reporter")),
    forwarded=st.booleans(),
    shared_at=maybe(times),
    preview=st.just(""),  # kept with the link
    succeeds=st.just(()),  # kept apart
)
captures = word(
    model.Capture,
    id=st.none(),
    link=st.just(1),
    vantage=enum(model.Vantage),
    fetched_at=times,
    elapsed_ms=counts,
    hops=st.lists(
        word(model.Hop, url=text, status=maybe(counts), via=enum(["http", "meta", "landing"])), max_size=3
    ).map(tuple),
    final_url=maybe(urls),
    status=maybe(counts),
    content_type=text,
    body_sha256=text,
    body_bytes=counts,
    failure=maybe(enum(model.Failure)),
    failure_detail=text,
    peer=text,
    tls=maybe(word(model.TlsFacts, valid=st.booleans(), problem=text, issuer=text, not_after=maybe(times))),
    archived=maybe(word(model.Archived, file=text, offset=counts, length=counts)),
)
judgements = word(
    model.Judgement,
    label=enum(model.Label),
    category=maybe(text),
    grade=st.integers(0, 4),
    confidence=st.floats(0, 1),
    publishable=st.booleans(),
    reason=text,
    evidence=st.lists(evidence, max_size=3).map(tuple),
    policy=text,
)
verdicts = word(
    model.Verdict,
    id=st.none(),
    link=st.just(1),
    landing=maybe(urls),
    title=text,
    judgement=judgements,
    captures=enum([(), (1,), (1, 2), (2, 1)]),
    decided_at=times,
    by=text,
)
decisions = word(
    model.Decision,
    id=st.none(),
    link=st.just(1),
    action=enum(model.Action),
    category=maybe(text),
    grade=maybe(st.integers(1, 4)),
    scope=maybe(enum(model.Scope)),
    reason=text,
    by=text,
    decided_at=times,
    on_appeal=st.booleans(),
)
entries = word(
    model.Entry,
    id=text,
    scope=enum(model.Scope),
    expression=text,
    host=text,
    category=text,
    grade=st.integers(1, 4),
    clause=text,
    jurisdiction=text,
    first_seen=times,
    listed_at=times,
    verified_at=times,
    expires_at=times,
    verdict=st.just(1),
    evidence=st.lists(evidence, max_size=2).map(tuple),
    evidence_digest=text,
    policy=text,
    decided_by=enum(["machine", "moderator"]),
    sensitive=st.booleans(),
)
tombstones = word(
    model.Tombstone, id=text, listed_at=times, removed_at=times, reason=enum(model.RemovalReason)
)
review_items = word(
    model.ReviewItem,
    link=st.just(1),
    url=urls,
    reason=text,
    category=maybe(text),
    grade=st.integers(0, 4),
    confidence=st.floats(0, 1),
)
announcements = word(
    model.Announcement,
    slug=text,
    since=times,
    until=times,
    published_at=times,
    links_blocked=counts,
    accounts=st.dictionaries(text, counts, max_size=3),
    groups=st.dictionaries(text, counts, max_size=3),
    categories=st.dictionaries(text, counts, max_size=3),
    examples=st.lists(text, max_size=3).map(tuple),
    removed=counts,
    corrected=counts,
    words=st.lists(word(model.Words, language=text, title=text, body=text), max_size=2).map(tuple),
    amendments=st.lists(
        word(
            model.Amendment,
            at=times,
            withdrawn=st.booleans(),
            reason=text,
            others=st.dictionaries(text, text, max_size=2),
        ),
        max_size=2,
    ).map(tuple),
    applied=st.booleans(),
    rolled_back=counts,
    contents=st.dictionaries(text, counts, max_size=3),
    link_steps=st.dictionaries(text, counts, max_size=3),
)


@st.composite
def listings(draw):
    entered = tuple(draw(st.lists(entries, unique_by=lambda entry: entry.id, max_size=4)))
    ids = [entry.id for entry in entered]
    aliases = st.just([])
    if ids:
        alias = word(model.Alias, expression=text, entry=enum(ids), sensitive=st.booleans())
        aliases = st.lists(alias, unique_by=lambda a: (a.entry, a.expression), max_size=4)
    return Listing(
        entries=entered,
        aliases=tuple(draw(aliases)),
        tombstones=tuple(draw(st.lists(tombstones, unique_by=lambda t: (t.id, t.removed_at), max_size=4))),
        review=tuple(draw(st.lists(review_items, max_size=4))),
    )


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """One link with two captures and a verdict, so that what refers to them may."""
    with open_workspace(tmp_path_factory.mktemp("round"), create=True) as opened:
        opened.shares.add(
            [model.Share(url=parse_url("https://one.example/"), surface=model.Surface.GROUP)], now=NOW
        )
        for _ in range(2):
            opened.captures.add(model.Capture(link=1, fetched_at=NOW))
        judgement = model.Judgement(
            label=model.Label.CLEAR, category=None, grade=0, confidence=0, publishable=False, reason="",
            evidence=(), policy="",
        )  # fmt: skip
        opened.verdicts.add(
            model.Verdict(link=1, landing=None, judgement=judgement, captures=(1,), decided_at=NOW)
        )
        yield opened


quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quick
@given(share=shares)
def test_a_share_comes_back(workspace, share):
    before = workspace.shares.count()
    counted = workspace.shares.add([share], now=NOW)
    kept = list(workspace.shares.with_links())
    if counted.accepted:
        link, last = kept[-1]
        assert last == share
        assert workspace.links.get(link).url == share.url
    else:
        assert len(kept) == before


@quick
@given(url=urls)
def test_a_link_comes_back(workspace, url):
    workspace.shares.add([model.Share(url=url, surface=model.Surface.DIRECT)], now=NOW)
    link = workspace.links.find(url)
    assert link is not None
    assert link == workspace.links.get(link.id)
    assert (link.url, link.sensitive, link.attempts) == (url, sensitive_parts(url), 0)


@quick
@given(capture=captures)
def test_a_capture_comes_back(workspace, capture):
    identifier = workspace.captures.add(capture)
    assert workspace.captures.get(identifier) == dataclasses.replace(capture, id=identifier)


@quick
@given(verdict=verdicts)
def test_a_verdict_comes_back(workspace, verdict):
    identifier = workspace.verdicts.add(verdict)
    kept = dataclasses.replace(verdict, id=identifier)
    assert workspace.verdicts.get(identifier) == kept
    assert workspace.verdicts.current(1) == kept
    (finding,) = (found for found in workspace.findings() if found.link.id == 1)
    assert finding.verdict == kept


@quick
@given(decision=decisions)
def test_a_decision_comes_back(workspace, decision):
    identifier = workspace.decisions.add(decision)
    kept = dataclasses.replace(decision, id=identifier)
    assert workspace.decisions.current(1) == kept
    (finding,) = (found for found in workspace.findings() if found.link.id == 1)
    assert finding.decision == kept


@quick
@given(listing=listings(), issued=times)
def test_a_listing_comes_back_with_its_release(workspace, listing, issued):
    """Each example follows on the lists before it, so that changes are written and not only first lists."""
    before = workspace.releases.all()
    old = set(workspace.entries.tombstones())
    release = model.Release(
        serial=len(before) + 1,
        issued_at=issued,
        expires_at=issued + timedelta(days=1),
        entries=len(listing.entries),
        digest=f"{len(before):064x}",
        previous=before[-1].digest if before else "",
        override="",
    )
    workspace.releases.record(release, listing, now=NOW)
    assert workspace.releases.latest() == release
    assert workspace.releases.all() == (*before, release)
    assert set(workspace.entries.current()) == set(listing.entries)
    assert set(workspace.entries.aliases()) == set(listing.aliases)
    kept = {(stone.id, stone.removed_at) for stone in workspace.entries.tombstones()}
    assert kept == {(stone.id, stone.removed_at) for stone in {*old, *listing.tombstones}}
    assert workspace.review_queue.of(1) == listing.review


@quick
@given(announcement=announcements)
def test_an_announcement_comes_back(workspace, announcement):
    workspace.announcements.add(announcement)
    assert announcement in workspace.announcements.all()


@given(moments=st.lists(times, min_size=2, max_size=2))
def test_times_sort_as_text_as_they_do_in_time(moments):
    assert sorted(moments) == sorted(moments, key=codec.time_text)
    assert [codec.time_of(codec.time_text(moment)) for moment in moments] == moments


def test_times_are_kept_in_utc_and_only_with_a_zone():
    beijing = datetime(2026, 11, 22, 20, tzinfo=timezone(timedelta(hours=8)))
    assert codec.time_text(beijing) == "2026-11-22T12:00:00.000000Z"
    assert codec.time_of("2026-11-22T12:00:00.000000Z").tzinfo is UTC
    with pytest.raises(ValueError, match="without a zone"):
        codec.time_text(datetime(2026, 11, 22))  # noqa: DTZ001


@given(hostile=st.text(st.characters(codec=None), max_size=8))
def test_what_utf_8_cannot_say_is_replaced_and_nothing_else(hostile):
    cleaned = codec.clean(hostile)
    cleaned.encode()
    if "\ufffd" not in cleaned:
        assert cleaned.encode("utf-16") == hostile.encode("utf-16", "surrogatepass")


def test_lone_surrogates_in_excerpts_titles_and_details_do_no_harm(workspace):
    lone = "\ud83d"
    workspace.captures.add(model.Capture(link=1, fetched_at=NOW, failure_detail=lone, content_type=lone))
    judgement = model.Judgement(
        label=model.Label.UNSURE, category=None, grade=0, confidence=0, publishable=False, reason=lone,
        policy="", evidence=(
            model.Evidence(rule="r", kind=model.EvidenceKind.GOODS, category=None, excerpt=lone, weight=1),
        ),
    )  # fmt: skip
    identifier = workspace.verdicts.add(
        model.Verdict(link=1, landing=None, title=lone, judgement=judgement, captures=(), decided_at=NOW)
    )
    kept = workspace.verdicts.get(identifier)
    assert (kept.title, kept.judgement.reason, kept.judgement.evidence[0].excerpt) == ("\ufffd",) * 3
