"""A simulated year: flips of hot links are seen soon, at a fraction of a fixed schedule's visits."""

from tests.recheck_year import simulate


def test_flips_of_hot_links_are_caught_within_half_an_hour_at_a_tenth_of_the_visits() -> None:
    found = simulate(100, 1)
    assert found.median_minutes("hot") < 30
    assert found.share < 0.1


def test_a_return_from_the_dead_is_noticed() -> None:
    assert max(simulate(60, 2).unseen_s["dying"]) < 10 * 86_400


def test_a_year_is_the_same_every_time() -> None:
    assert simulate(20, 3) == simulate(20, 3)
