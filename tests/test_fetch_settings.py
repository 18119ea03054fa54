"""What Scrapy is told: nothing listens, nothing but HTTP is fetched, nothing of Scrapy's slips in."""

import pytest

from blocklist.config import CrawlConfig
from crawler.worker import crawl_settings


@pytest.mark.parametrize(
    "name",
    [
        "TELNETCONSOLE_ENABLED",
        "REMOTE_CONTROL_ENABLED",
        "HTTPPROXY_ENABLED",
        "COOKIES_ENABLED",
        "REFERER_ENABLED",
        "STATS_DUMP",
    ],
)
def test_it_is_off(name: str) -> None:
    assert crawl_settings(CrawlConfig()).getbool(name) is False


def test_only_the_guarded_handler_fetches_anything() -> None:
    handlers = crawl_settings(CrawlConfig()).getwithbase("DOWNLOAD_HANDLERS")
    assert {scheme: path for scheme, path in handlers.items() if path} == {
        "http": "crawler.fetch.handler.CurlHandler",
        "https": "crawler.fetch.handler.CurlHandler",
    }


@pytest.mark.parametrize("kind", ["DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES", "EXTENSIONS"])
def test_every_component_is_our_own(kind: str) -> None:
    components = crawl_settings(CrawlConfig()).get_component_priority_dict_with_base(kind)
    assert all(str(name).startswith("crawler.") for name in components)


def test_there_is_no_reactor_and_no_job_is_kept_on_disk() -> None:
    settings = crawl_settings(CrawlConfig())
    assert settings.getbool("TWISTED_REACTOR_ENABLED") is False
    assert settings["JOBDIR"] is None


def test_the_workspaces_limits_are_the_crawls() -> None:
    config = CrawlConfig(timeout_s=3.5, max_body_bytes=4096, max_header_bytes=2048, resolve="127.0.0.1:8099")
    settings = crawl_settings(config)
    assert settings.getfloat("DOWNLOAD_TIMEOUT") == 3.5
    assert settings.getint("DOWNLOAD_MAXSIZE") == 4096
    assert settings.getint("CRAWL_MAX_HEADER_BYTES") == 2048
    assert settings["CRAWL_RESOLVE"] == "127.0.0.1:8099"
