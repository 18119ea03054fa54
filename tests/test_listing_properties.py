"""What must hold of every list, whatever the web does from one day to the next."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from blocklist.listing.pages import Standing, merge_pages
from blocklist.model import Decision, Label, Listing, Scope
from blocklist.scopes import Cover, covers_key, key_host, wider
from tests.list_makers import CATEGORY, DAY, GUARDS, NOW, POLICY, Web, cleared, confirmed, listing_of

HOSTS = [
    "shop.example",
    "www.shop.example",
    "b.shop.example",
    "x.landlord.example",
    "y.landlord.example",
    "landlord.example",
    "homes.example",
    "bio.example",
    "short.example",
    "top.example",
    "canary.example",
    "www.canary.example",
    "192.0.2.7",
    "town.gov.example",
    "a.github.io",
    "b.github.io",
]
PATHS = ["/", "/a", "/b", "/c?x=1", "/evil/", "/evil/a", "/~bob/", "/u?email=a.person@mail.example"]


@dataclass(frozen=True)
class Seen:
    """One link on one day."""

    url: str
    label: Label
    landing: str
    publishable: bool
    decision: Decision | None


urls = st.builds(lambda host, path: f"http://{host}{path}", st.sampled_from(HOSTS), st.sampled_from(PATHS))
# Moderators here leave the scope to the rules: what they choose themselves may cover clear pages.
decisions = st.one_of(
    st.none(), st.none(), st.none(), st.builds(confirmed, category=st.just(CATEGORY)), st.builds(cleared)
)
seen = st.builds(
    lambda url, label, landing, publishable, decision: Seen(
        url, label, landing or url, publishable, decision
    ),
    urls,
    st.sampled_from([Label.CONTRABAND, Label.CONTRABAND, *Label]),
    st.one_of(st.none(), st.none(), urls),
    st.booleans(),
    decisions,
)
days = st.lists(st.lists(seen, max_size=10, unique_by=lambda each: each.url), min_size=1, max_size=4)


def web_of(day: list[Seen], number: int) -> Web:
    web = Web()
    for each in day:
        judged = {"publishable": each.publishable} if each.label is Label.CONTRABAND else {}
        web.add(
            each.url,
            each.label,
            landing=each.landing,
            at=NOW + number * DAY,
            since=NOW,
            decision=each.decision,
            **judged,
        )
    return web


@settings(max_examples=150, deadline=None)
@given(days, st.sampled_from([1, 6, 16]))
def test_what_must_hold_of_every_list(history: list[list[Seen]], step: int) -> None:
    before = Listing(entries=(), aliases=(), tombstones=(), review=())
    for number, day in enumerate(history):
        web = web_of(day, number * step)
        now = NOW + number * step * DAY
        after = listing_of(web, before, now)
        _is_sound(after)
        _respects_guards(after)
        _follows(before, after)
        _accuses_nothing_clear(after, web)
        assert all(entry.listed_at <= now < entry.expires_at for entry in after.entries)
        assert listing_of(web, after, now).entries == after.entries, "a second look changes nothing"
        before = after


def _is_sound(listing: Listing) -> None:
    ids = [entry.id for entry in listing.entries]
    assert len(set(ids)) == len(ids)
    claims = {(entry.scope, entry.expression) for entry in listing.entries}
    assert len(claims) == len(ids)
    for claim in claims:
        assert claims.isdisjoint(wider(*claim)), "an entry inside another"
    cover = Cover({(entry.scope, entry.expression): entry for entry in listing.entries})
    for alias in listing.aliases:
        assert alias.entry in ids
        assert not cover.covers(alias.expression), "an alias that an entry covers"
    for entry in listing.entries:
        assert entry.sensitive is ("email" in entry.expression)


def _respects_guards(listing: Listing) -> None:
    for entry in listing.entries:
        host = key_host(entry.expression)
        assert not GUARDS.is_canary(host)
        if entry.scope in {Scope.HOST, Scope.DOMAIN}:
            assert GUARDS.guard_of(host) is None
            assert not GUARDS.is_shared(host)
        elif entry.scope is Scope.URL and GUARDS.guard_of(host) is not None:
            assert entry.decided_by == "moderator"
        elif entry.scope is Scope.PATH:
            assert GUARDS.tenant_directory(entry.expression) == entry.expression
    for alias in listing.aliases:
        assert not GUARDS.is_canary(key_host(alias.expression))


def _follows(before: Listing, after: Listing) -> None:
    """Every entry goes on under its id or is buried, once; nothing buried returns under its old id."""
    present = {entry.id: entry for entry in after.entries}
    buried = [each.id for each in after.tombstones]
    assert len(set(buried)) == len(buried)
    assert present.keys().isdisjoint(buried)
    for entry in before.entries:
        assert (entry.id in present) is not (entry.id in buried)
        if entry.id in present:
            assert present[entry.id].listed_at == entry.listed_at
    assert after.tombstones[: len(before.tombstones)] == before.tombstones


def _accuses_nothing_clear(listing: Listing, web: Web) -> None:
    for page in merge_pages(web.findings, GUARDS, POLICY):
        if page.standing is Standing.CLEAR:
            over = [each for each in listing.entries if covers_key(each.scope, each.expression, page.key)]
            assert not over, "a clear page under an entry"
            assert page.key not in {alias.expression for alias in listing.aliases}
