"""Suspects visited from elsewhere: cloakers are caught, honest sites are not accused, a refusal ends it."""

from pathlib import Path

import pytest

from blocklist.model import EvidenceKind, Label, Vantage
from blocklist.store import open_workspace
from blocklist.urls import parse_url
from crawler.commands.crawling import run_worker
from crawler.replay import judged_again
from tests.cloakers import (
    CLOAKERS,
    PLATFORM,
    Asked,
    Outcome,
    Said,
    Site,
    Web,
    decoy,
    honest_sites,
    offer,
    served,
    sites_of,
    tried,
)

pytestmark = pytest.mark.edge

PLAIN = ("in-app", "no-referer", "language", "desktop", "returning")
HONEST = honest_sites(30)
ROBOTS = "keep-out.cloak.example"


def denies(status: int) -> Site:
    """Shows our agent a decoy, and everybody else a refusal."""
    return lambda asked: decoy() if asked.declared else Said(status=status, headers=(("Retry-After", "9"),))


def captcha(asked: Asked) -> Said:
    return Said(body="<title>Just a moment...</title><p>Verify you are human") if asked.declared else offer()


REFUSALS = {
    "unauthorised.cloak.example": denies(401),
    "forbidden.cloak.example": denies(403),
    "slow-down.cloak.example": denies(429),
    "busy.cloak.example": denies(503),
}
SITES = {**sites_of(HONEST), **REFUSALS, "captcha.cloak.example": captcha}
PLAIN_CLOAKERS = [each for each in CLOAKERS if not each.needs_browser]

Tried = tuple[dict[str, Outcome], Web, Path]


@pytest.fixture(scope="module")
def toured(tmp_path_factory: pytest.TempPathFactory) -> Tried:
    hosts = [*REFUSALS, "captcha.cloak.example"]
    urls = [each.url for each in (*PLAIN_CLOAKERS, *HONEST)] + [f"http://{host}/" for host in hosts]
    folder = tmp_path_factory.mktemp("cloakers") / "ws"
    return *tried(folder, SITES, urls, PLAIN), folder


@pytest.mark.parametrize("cloaker", PLAIN_CLOAKERS, ids=lambda each: each.name)
def test_a_cloaker_is_caught_and_the_verdict_says_who_saw_the_offer(toured: Tried, cloaker: object) -> None:
    outcome = toured[0][cloaker.url]  # type: ignore[attr-defined] # a Cloaker
    assert outcome.caught
    assert outcome.cloaking
    judged, *others = outcome.captures
    assert judged.vantage is not Vantage.DECLARED
    assert Vantage.DECLARED in {each.vantage for each in others}
    assert all(each.archived is not None for each in outcome.captures), "every sight is kept"


def test_what_a_decoy_hides_waits_for_a_moderator(toured: Tried) -> None:
    for each in PLAIN_CLOAKERS:
        judgement = toured[0][each.url].verdict.judgement
        assert not judgement.publishable
        assert "a person must see whose it is" in judgement.reason


def test_no_honest_site_is_accused(toured: Tried) -> None:
    assert [(each.kind, each.url) for each in HONEST if toured[0][each.url].accused] == []


def test_our_declared_agent_always_goes_first(toured: Tried) -> None:
    first: dict[str, bool] = {}
    for asked in toured[1].log:
        first.setdefault(asked.host, asked.declared)
    assert set(first.values()) == {True}


@pytest.mark.parametrize("host", REFUSALS)
def test_nobody_goes_on_after_a_refusal(toured: Tried, host: str) -> None:
    outcome = toured[0][f"http://{host}/"]
    assert outcome.verdict.judgement.label is Label.CLEAR
    assert [each.vantage for each in outcome.captures] == [Vantage.DECLARED, Vantage.IN_APP]
    assert sum(not asked.declared for asked in toured[1].log if asked.host == host) == 1


def test_who_asks_us_for_a_captcha_has_refused_us(toured: Tried) -> None:
    assert all(asked.declared for asked in toured[1].log if asked.host == "captcha.cloak.example")


def test_cookies_go_back_only_as_a_returning_visitor_and_only_where_they_came_from(toured: Tried) -> None:
    carried = [asked for asked in toured[1].log if "cookie" in asked.headers]
    assert carried
    assert all(asked.visits and not asked.declared for asked in carried)


def test_stored_sights_give_the_same_verdicts_again(toured: Tried) -> None:
    with open_workspace(toured[2], create=False) as opened:
        again = list(judged_again(opened, [opened.policy]))
    assert len(again) == len(toured[0])
    for one in again:
        assert one.readings[0].judgement == one.verdict.judgement
        assert one.readings[0].title == one.verdict.title
        assert one.judged[0].id == one.verdict.captures[0]


def test_what_was_hidden_is_looked_for_again_and_does_not_leave_as_cleaned(toured: Tried) -> None:
    _, _, folder = toured
    with served(SITES) as web:
        settings = (folder / "linkgazette.toml").read_text().splitlines()
        settings = [f'resolve = "{web.address}"' if each.startswith("resolve") else each for each in settings]
        (folder / "linkgazette.toml").write_text("\n".join(settings))
        run_worker(folder, everything=True)
    with open_workspace(folder, create=False) as opened:
        for name in ("agent", "referer", "language", "cookie"):
            link = opened.links.find(parse_url(f"http://{name}.cloak.example/"))
            verdict = None if link is None else opened.verdicts.current(link.id)
            assert verdict is not None
            assert verdict.judgement.label is Label.CONTRABAND, name
            kinds = {each.kind for each in verdict.judgement.evidence}
            assert {EvidenceKind.GOODS, EvidenceKind.OFFER, EvidenceKind.CLOAKING} <= kinds
    assert {asked.headers.get("referer", "") for asked in web.log} <= {"", PLATFORM + "/"}
