"""Politeness over two processes, as the other side saw it; and the rules themselves see what is wrong."""

from pathlib import Path

import pytest

from tests.farm import Asked
from tests.manners import DELAY_S, measure, violations


@pytest.mark.edge
def test_two_processes_keep_every_hosts_rules(tmp_path: Path) -> None:
    seen, wrong, reports = measure(tmp_path, 170, 2)
    assert wrong == []
    assert {one.kind for one in seen} == {"plain", "slow", "closed", "busy", "broken"}
    assert len(seen) > 100
    assert len(reports) == 2


def at(host: str, *asked: tuple[str, float, int]) -> list[Asked]:
    return [Asked(host, path, came, came + 0.01, status) for path, came, status in asked]


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (at("plain-1", ("/1", 0, 200)), "a page before robots.txt"),
        (at("plain-1", ("/robots.txt", 0, 404), ("/1", DELAY_S, 200)), "not 0.1"),
        (at("plain-1", ("/robots.txt", 0, 404), ("/1", 0.005, 200)), "a page before robots.txt"),
        (at("closed-1", ("/robots.txt", 0, 200), ("/no/1", 9, 200)), "disallowed"),
        (at("broken-1", ("/robots.txt", 0, 500), ("/1", 9, 200)), "could not be had"),
        (at("slow-1", ("/robots.txt", 0, 200), ("/1", 1, 200), ("/2", 1.3, 200)), "not 0.4"),
        (at("busy-1", ("/robots.txt", 0, 404), ("/1", 1, 429), ("/2", 2.5, 200)), "not 2"),
        (at("tired-1", ("/robots.txt", 0, 404), ("/1", 1, 429), ("/2", 20, 200)), "not 30"),
    ],
)
def test_the_rules_see_what_is_wrong(seen: list[Asked], said: str) -> None:
    assert any(said in line for line in violations(seen))


def test_the_rules_see_nothing_where_nothing_is_wrong() -> None:
    seen = at("slow-1", ("/robots.txt", 0, 200), ("/1", 0.2, 200), ("/2", 1, 200))
    assert list(violations(seen)) == []
