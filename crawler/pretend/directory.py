"""Which answer belongs to a request: by host, then path; the only place where the tables meet the wire."""

from collections.abc import Mapping, Sequence

from crawler.pretend.answer import Answer, html, redirect
from crawler.pretend.behaviours import BEHAVIOURS, Pause
from crawler.pretend.request import Request
from crawler.pretend.sites import ROBOTS, Site, page_bytes

ROBOTS_PATH = "/robots.txt"
NOT_HERE = b"<!doctype html><title>404 Not Found</title><h1>Not Found</h1><p>There is no such page here.</p>"


class Directory:
    """The sites by address, and saved pages by host."""

    def __init__(self, sites: Sequence[Site], saved: Mapping[str, Answer]) -> None:
        self._sites = {site.request: site for site in sites}
        self._below = {site.host: site for site in sites if site.below}
        self._saved = saved
        self.faults = {site.host: site.certificate for site in sites if site.certificate != "good"}
        """Hosts whose certificate is not good, and what is wrong with it."""

    def answer(self, request: Request, *, port: int, pause: Pause) -> Answer:
        """Return what the host says; unknown hosts and paths say 404."""
        if request.path == ROBOTS_PATH:
            return self._robots(request.host)
        if request.host in self._saved:
            return self._saved[request.host]
        site = self._find(request)
        if site is None:
            return html(NOT_HERE, status=404)
        if site.behaviour:
            return BEHAVIOURS[site.behaviour](request, pause)
        if site.to:
            return redirect(site.to.replace("{port}", str(port)), site.status)
        return html(page_bytes(site), status=site.status, content_type=site.content_type)

    def _find(self, request: Request) -> Site | None:
        address = request.host + request.path
        plain = address.partition("?")[0]
        return self._sites.get(address) or self._sites.get(plain) or self._below.get(request.host)

    def _robots(self, host: str) -> Answer:
        if host not in ROBOTS:
            return html(NOT_HERE, status=404)
        text = ROBOTS[host]
        if text.isdigit():  # a status instead of a text: the file cannot be had
            return html(NOT_HERE, status=int(text))
        return html(text.encode(), content_type="text/plain; charset=utf-8")
