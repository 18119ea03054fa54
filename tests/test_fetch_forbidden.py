"""Nothing inside is dialled, whatever URL, redirect and name server conspire to."""

import pytest

from tests.forbidden import Outcome, forbidden, tried


@pytest.fixture(scope="module", params=["crawl", "browser"])
def outcome(request: pytest.FixtureRequest) -> Outcome:
    return tried(2_000, way=request.param)


def test_no_socket_leads_inside(outcome: Outcome) -> None:
    assert outcome.leaks == []


def test_the_cases_are_not_all_refused_for_some_other_reason(outcome: Outcome) -> None:
    assert outcome.dialled.total() > 300
    blocked = sum(count for end, count in outcome.ends.items() if "blocked" in end)
    assert blocked > 1_000


@pytest.mark.parametrize(
    ("address", "inside"),
    [("127.0.0.1", True), ("::ffff:10.0.0.1", True), ("2002:7f00:1::", True), ("8.8.8.8", False)],
)
def test_what_counts_as_inside_here(address: str, inside: bool) -> None:
    assert forbidden(address) is inside
