"""When a link is visited next."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.model import Failure, Label
from crawler.frontier import JITTER, PATIENT, Pace, next_visit

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PACE = Pace(retry_base=timedelta(minutes=5), retry_max=timedelta(days=7), recheck=timedelta(days=1))


def wait(
    label: Label = Label.UNREACHABLE, failure: Failure | None = None, attempts: int = 0, link: int = 1
) -> timedelta:
    return next_visit(label, failure, attempts, NOW, link=link, pace=PACE) - NOW


def near(found: timedelta, wanted: timedelta) -> bool:
    return abs(found - wanted) <= wanted * JITTER


@pytest.mark.parametrize(
    ("label", "wanted"),
    [
        (Label.CONTRABAND, timedelta(hours=12)),
        (Label.UNSURE, timedelta(days=1)),
        (Label.CLEAR, timedelta(days=2)),
    ],
)
def test_a_page_that_was_read_is_looked_at_again_by_its_label(label: Label, wanted: timedelta) -> None:
    assert near(wait(label), wanted)


@pytest.mark.parametrize(
    ("failure", "attempts", "wanted"),
    [
        (Failure.TIMEOUT, 1, timedelta(minutes=5)),
        (Failure.TIMEOUT, 2, timedelta(minutes=10)),
        (Failure.TIMEOUT, 4, timedelta(minutes=40)),
        (Failure.TIMEOUT, 60, timedelta(days=7)),
        (Failure.HTTP_5XX, 1, timedelta(minutes=5)),
        (Failure.DNS, 1, timedelta(minutes=10)),
        (Failure.HTTP_4XX, 1, timedelta(minutes=20)),
        (Failure.ROBOTS, 1, timedelta(hours=1)),
        (Failure.BLOCKED_ADDRESS, 3, timedelta(hours=4)),
        (Failure.NETWORK, 0, timedelta(minutes=5)),
    ],
)
def test_a_failed_visit_waits_twice_as_long_each_time(
    failure: Failure, attempts: int, wanted: timedelta
) -> None:
    assert near(wait(failure=failure, attempts=attempts), wanted)


@given(st.sampled_from(Failure), st.integers(0, 10_000), st.integers(0, 2**40))
def test_no_wait_is_longer_than_the_longest_nor_negative(failure: Failure, attempts: int, link: int) -> None:
    found = wait(failure=failure, attempts=attempts, link=link)
    assert timedelta(0) < found <= PACE.retry_max * (1 + JITTER)


def test_the_same_link_is_planned_the_same_and_links_are_spread() -> None:
    waits = [wait(Label.CLEAR, link=link) for link in range(200)]
    assert waits == [wait(Label.CLEAR, link=link) for link in range(200)]
    assert len(set(waits)) > 190
    assert max(waits) - min(waits) > timedelta(days=2) * JITTER


def test_patience_is_for_failures_that_time_alone_does_not_mend() -> None:
    assert not {Failure.TIMEOUT, Failure.NETWORK, Failure.REFUSED, Failure.HTTP_5XX} & set(PATIENT)
