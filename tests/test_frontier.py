"""When a link is visited next."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.model import Failure, Label, Watch
from crawler.frontier import BOUNDS, CHANGED, HOT, HOT_AT, JITTER, PATIENT, UNCHANGED, Pace, Plan, Seen, plan

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
PACE = Pace(retry_base=timedelta(minutes=5), retry_max=timedelta(days=7), recheck=DAY)
READ = (Label.CONTRABAND, Label.UNSURE, Label.CLEAR)


def planned(seen: Seen, before: Watch | None = None, *, link: int = 1) -> Plan:
    return plan(seen, before, NOW, link=link, pace=PACE)


def wait(seen: Seen, before: Watch | None = None, *, link: int = 1) -> timedelta:
    return planned(seen, before, link=link).due_at - NOW


def watched(label: Label, interval: timedelta | None, *, heat: float = 0.0, ago: timedelta = DAY) -> Watch:
    seconds = None if interval is None else interval.total_seconds()
    return Watch(label=label, visited_at=NOW - ago, interval_s=seconds, heat=heat)


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
def test_a_page_that_was_read_first_is_looked_at_again_by_its_label(label: Label, wanted: timedelta) -> None:
    assert near(wait(Seen(label=label)), wanted)
    assert near(wait(Seen(label=label), watched(Label.UNREACHABLE, None)), wanted)


@pytest.mark.parametrize(
    ("before", "seen", "hours"),
    [
        (watched(Label.CLEAR, 2 * DAY), Seen(label=Label.CLEAR), 72),
        (watched(Label.CLEAR, 2 * DAY), Seen(label=Label.CLEAR, changed=True), 24),
        (watched(Label.CLEAR, 6 * DAY), Seen(label=Label.CLEAR), 7 * 24),
        (watched(Label.CONTRABAND, DAY), Seen(label=Label.CONTRABAND), 24),
        (watched(Label.CONTRABAND, timedelta(minutes=30)), Seen(label=Label.CONTRABAND, changed=True), 1 / 3),
        (watched(Label.CLEAR, 14 * DAY), Seen(label=Label.CONTRABAND, changed=True), 6),
        (watched(Label.CONTRABAND, timedelta(hours=2)), Seen(label=Label.CLEAR, changed=True), 1),
    ],
)
def test_an_interval_is_halved_by_a_change_and_grows_without_one(
    before: Watch, seen: Seen, hours: float
) -> None:
    assert near(wait(seen, before), timedelta(hours=hours))


@given(
    st.sampled_from(READ),
    st.sampled_from(Label),
    st.booleans(),
    st.floats(60, 1e8),
    st.floats(0, 50),
    st.integers(0, 2**40),
)
def test_intervals_keep_to_their_labels_bounds(
    label: Label, before: Label, changed: bool, interval_s: float, heat: float, link: int
) -> None:
    watch = watched(before, timedelta(seconds=interval_s), heat=heat)
    found = planned(Seen(label=label, changed=changed), watch, link=link)
    bounds = BOUNDS[label]
    assert found.interval_s is not None
    assert HOT * 0.999 <= found.interval_s / DAY.total_seconds() <= bounds.most * 1.001
    assert near(found.due_at - NOW, timedelta(seconds=found.interval_s))
    if found.heat < HOT_AT:
        assert found.interval_s / DAY.total_seconds() >= bounds.least * 0.999
        if label is before:
            factor = CHANGED if changed else UNCHANGED
            inside = bounds.least <= interval_s * factor / DAY.total_seconds() <= bounds.most
            assert not inside or found.interval_s == pytest.approx(interval_s * factor)


@given(st.sampled_from(READ), st.floats(60, 1e7), st.integers(0, 30))
def test_a_change_never_makes_a_visit_later(label: Label, interval_s: float, heat: int) -> None:
    watch = watched(label, timedelta(seconds=interval_s), heat=heat)
    assert wait(Seen(label=label, changed=True), watch) <= wait(Seen(label=label), watch)


def test_a_link_that_flips_again_and_again_is_hot_until_it_has_been_calm_for_days() -> None:
    now, watch, label = NOW, None, Label.CLEAR
    for _ in range(3):
        label = Label.CONTRABAND if label is Label.CLEAR else Label.CLEAR
        found = plan(Seen(label=label, changed=True), watch, now, link=1, pace=PACE)
        watch = Watch(label=label, visited_at=now, interval_s=found.interval_s, heat=found.heat)
        now += timedelta(hours=5)
    assert near(found.due_at - (now - timedelta(hours=5)), DAY * HOT)
    calm_from, visits = now, 0
    while found.heat >= HOT_AT:
        now = found.due_at
        found = plan(Seen(label=label), watch, now, link=1, pace=PACE)
        watch = Watch(label=label, visited_at=now, interval_s=found.interval_s, heat=found.heat)
        visits += 1
    assert timedelta(hours=12) < now - calm_from < 5 * DAY
    assert near(timedelta(seconds=found.interval_s or 0), DAY * HOT * UNCHANGED)


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
    assert near(wait(Seen(label=Label.UNREACHABLE, failure=failure, attempts=attempts)), wanted)


def test_a_page_that_comes_back_is_watched_as_closely_as_before_it_went() -> None:
    before = watched(Label.CONTRABAND, timedelta(hours=8))
    gone = planned(Seen(label=Label.UNREACHABLE, failure=Failure.DNS, attempts=1), before)
    assert gone.interval_s == before.interval_s
    after = watched(Label.UNREACHABLE, timedelta(seconds=gone.interval_s or 0))
    assert near(wait(Seen(label=Label.CONTRABAND, changed=True), after), timedelta(hours=4))


@pytest.mark.parametrize(("failure", "hot"), [(Failure.TIMEOUT, True), (Failure.ROBOTS, False)])
def test_a_hot_link_that_is_down_is_watched_closely_unless_it_refuses_us(failure: Failure, hot: bool) -> None:
    seen = Seen(label=Label.UNREACHABLE, failure=failure, attempts=9)
    found = wait(seen, watched(Label.CLEAR, DAY, heat=5, ago=timedelta(hours=1)))
    assert near(found, DAY * HOT) is hot


@given(st.sampled_from(Failure), st.integers(0, 10_000), st.integers(0, 2**40), st.floats(0, 1e6))
def test_no_wait_is_longer_than_the_longest_nor_negative(
    failure: Failure, attempts: int, link: int, heat: float
) -> None:
    seen = Seen(label=Label.UNREACHABLE, failure=failure, attempts=attempts)
    for before in (None, watched(Label.CLEAR, DAY, heat=heat)):
        assert timedelta(0) < wait(seen, before, link=link) <= PACE.retry_max * (1 + JITTER)


@given(st.integers(1, 40))
def test_a_dead_page_is_looked_for_less_and_less_often(attempts: int) -> None:
    def after(count: int) -> timedelta:
        return wait(Seen(label=Label.UNREACHABLE, failure=Failure.DNS, attempts=count))

    assert after(attempts + 1) >= after(attempts) * (1 - 2 * JITTER)


def test_a_clock_that_was_set_back_heats_nothing() -> None:
    before = watched(Label.CLEAR, DAY, heat=1.0, ago=-timedelta(days=400))
    assert planned(Seen(label=Label.CLEAR), before).heat == 1.0


def test_the_same_link_is_planned_the_same_and_links_are_spread() -> None:
    waits = [wait(Seen(label=Label.CLEAR), link=link) for link in range(200)]
    assert waits == [wait(Seen(label=Label.CLEAR), link=link) for link in range(200)]
    assert len(set(waits)) > 190
    assert max(waits) - min(waits) > timedelta(days=2) * JITTER


def test_patience_is_for_failures_that_time_alone_does_not_mend() -> None:
    assert not {Failure.TIMEOUT, Failure.NETWORK, Failure.REFUSED, Failure.HTTP_5XX} & set(PATIENT)
