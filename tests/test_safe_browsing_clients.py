"""Unmodified Safe Browsing clients take the list: Firefox by each version it speaks, gglsbl by version 4."""

from collections.abc import Callable
from pathlib import Path

import pytest

from blocklist.model import Entry, Scope
from tests.consumers import program
from tests.consumers_browsers import (
    GOOGLE,
    OURS,
    gglsbl,
    publish,
    update_gglsbl,
    version_2,
    version_4,
    version_5,
)
from tests.firefox import firefox
from tests.list_makers import entry
from tests.safe_browsing_web import served

pytestmark = pytest.mark.edge

_MANY = [f"d{number}.example" for number in range(200)]


def _domains(*names: str) -> list[Entry]:
    return [entry(Scope.DOMAIN, f"{name}/", number) for number, name in enumerate(names, start=1)]


@pytest.mark.consumer
@pytest.mark.parametrize(
    ("table", "preferences"),
    [(GOOGLE, version_5), (GOOGLE, version_4), (OURS, version_2)],
    ids=["version 5", "version 4", "version 2.2, beside Google's"],
)
def test_firefox_warns_of_what_is_listed_and_follows_an_update(
    tmp_path: Path, table: str, preferences: Callable[[str], dict[str, object]]
) -> None:
    program("firefox-esr")
    folder = publish(tmp_path, 1, _domains("listed.example", "gone.example", *_MANY))
    with served(folder) as web:
        chosen = preferences(f"http://127.0.0.1:{web.port}/")
        with firefox(tmp_path, web.port, chosen) as browser:
            assert browser.update(table) == "success"
            assert browser.is_blocked("http://listed.example/")
            assert browser.is_blocked("http://shop.listed.example/offer?id=7")
            assert not browser.is_blocked("http://neighbour.example/")
            assert not browser.is_blocked("http://new.example/")
            publish(tmp_path, 2, _domains("listed.example", "new.example", *_MANY[2:]))
            assert browser.update(table) == "success"
            assert browser.is_blocked("http://new.example/")
            assert browser.is_blocked("http://listed.example/")
            assert not browser.is_blocked("http://gone.example/")
            assert not browser.is_blocked("http://d0.example/")


@pytest.mark.consumer
def test_gglsbl_follows_an_update(tmp_path: Path) -> None:
    folder = publish(tmp_path, 1, _domains("listed.example", "gone.example", *_MANY))
    with served(folder) as web, gglsbl(tmp_path, web.port) as client:
        update_gglsbl(client)
        assert client.lookup_url("http://a.listed.example/x?y")
        assert not client.lookup_url("http://new.example/")
        publish(tmp_path, 2, _domains("listed.example", "new.example", *_MANY[2:]))
        update_gglsbl(client)
        assert client.lookup_url("http://new.example/")
        assert not client.lookup_url("http://gone.example/")
        assert not client.lookup_url("http://neighbour.example/")
