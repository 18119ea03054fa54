"""The workspace's settings: every option declared once, read from ``linkgazette.toml``.

A missing file means the defaults. What is unknown, of a wrong type, out of range or contradictory is refused
with file, line and cure; nothing is picked silently. How a table becomes a section is left to ``options``;
policies and keys are read elsewhere.
"""

import dataclasses
import ipaddress
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from blocklist.errors import ConfigError, UrlError
from blocklist.model import Host, ListKey, Vantage
from blocklist.options import OptionRow, option, read_section, rows, suggest
from blocklist.toml_source import TomlSource, parse_toml, read_toml
from blocklist.urls import list_key, parse_host, parse_url

CONFIG_NAME = "linkgazette.toml"
LANGUAGES = ("en", "zh")
"""Languages the site has a catalogue for; the first is served at the root."""

_CHOSEN_VANTAGES = tuple(each for each in Vantage if each not in {Vantage.DECLARED, Vantage.AGAIN})
"""The others need no leave: our own agent."""

_DAY = 86_400  # seconds
_YEAR = 366 * _DAY

_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"'\\\x00-\x1f\x7f]+@[\w-]+(?:\.[\w-]+)+")

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlConfig:
    """How pages are fetched."""

    resolve: str | None = option(
        None,
        help="For test webs and replay: connect every host name to this loopback address, e.g. "
        "127.0.0.1:8099; lifts the address guard for that address and port alone.",
    )
    user_agent: str = option(
        "",
        help="How the crawler names itself; empty: Linkgazette, its version, and the about page of "
        "[site] base_url, or else [site] contact.",
    )
    vantages: tuple[str, ...] = option(
        (Vantage.IN_APP, Vantage.NO_REFERER, Vantage.LANGUAGE, Vantage.DESKTOP, Vantage.RETURNING),
        help="As whom a suspect page is visited again, after our declared agent and never where that one was "
        "refused: in-app, no-referer, language, desktop, returning, and browser, which runs its scripts and "
        "needs Chromium; [] visits as declared only.",
    )
    screenshots: bool = option(
        False, help="Keep a picture, without images, of each page that the browser opens, with its evidence."
    )
    platform_agent: str = option(
        "Mozilla/5.0 (Linux; Android 14; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
        "Chrome/140.0.0.0 Mobile Safari/537.36",
        help="User-Agent of the in-app browser in which the platform opens shared links.",
    )
    platform_origin: str = option(
        "", help="Origin that this browser names as referer, e.g. https://platform.example; empty: none."
    )
    platform_language: str = option(
        "zh-CN,zh;q=0.9", help="Accept-Language of the platform's users, for the in-app browser."
    )
    robots: bool = option(True, help="Obey robots.txt; a refusal is recorded as its own failure.")
    concurrency: int = option(16, unit="pages", at_least=1, at_most=1024, help="Pages fetched at once.")
    concurrency_per_host: int = option(
        1, unit="pages", at_least=1, at_most=16, help="Of those, at most this many from one host."
    )
    delay_s: float = option(
        1.0,
        key="delay",
        unit="s",
        at_least=0,
        at_most=3600,
        help="Between two requests to one host, over all processes.",
    )
    timeout_s: float = option(
        15.0,
        key="timeout",
        unit="s",
        at_least=0.1,
        at_most=600,
        help="For one request, from connect to last byte.",
    )
    max_body_bytes: int = option(
        2_097_152, unit="bytes", at_least=1024, at_most=67_108_864, help="Largest page, decompressed."
    )
    max_header_bytes: int = option(
        65_536, unit="bytes", at_least=1024, at_most=1_048_576, help="Largest set of response headers."
    )
    max_hops: int = option(
        8, unit="hops", at_least=0, at_most=32, help="Redirects followed, meta refresh included."
    )
    lease_s: float = option(
        300.0,
        key="lease",
        unit="s",
        at_least=1,
        at_most=_DAY,
        help="How long a worker keeps a host to itself; a dead worker's links wait this long.",
    )
    retry_base_s: float = option(
        300.0,
        key="retry_base",
        unit="s",
        at_least=0,
        at_most=_YEAR,
        help="Wait after the first failed visit; doubles with each further one.",
    )
    retry_max_s: float = option(
        7.0 * _DAY,
        key="retry_max",
        unit="s",
        at_least=0,
        at_most=_YEAR,
        help="Longest wait after failed visits.",
    )
    recheck_s: float = option(
        1.0 * _DAY,
        key="recheck",
        unit="s",
        at_least=1,
        at_most=_YEAR,
        help="Measure of rechecks. The first is after half of it (contraband), one (unsure) or two (clear), "
        "then by the page's history: half when it changed, 1.5 times when not, from 1/72 to 7.",
    )
    evidence: str = option(
        "captures",
        help="Where pages are kept: a folder, in the workspace unless its path is whole, or an object store "
        "by its URL for fsspec, e.g. s3://bucket/captures (needs linkgazette[objects]).",
    )
    keep_clear_days: int = option(
        90, unit="days", at_least=1, at_most=36_500, help="`prune` erases pages judged clear after this long."
    )
    keep_unsure_days: int = option(
        365, unit="days", at_least=1, at_most=36_500, help="The same of pages judged unsure."
    )
    keep_contraband_days: int = option(
        1095,
        unit="days",
        at_least=1,
        at_most=36_500,
        help="The same of contraband; never while an entry rests on the page.",
    )
    hotline_hook: str | None = option(
        None,
        help="Program, relative to the workspace, that is told of pages that may show abuse of children, of "
        "which nothing is kept: a JSON object on its standard input.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ListConfig:
    """What enters the list, and when it leaves."""

    entry_days: int = option(
        30,
        unit="days",
        at_least=1,
        at_most=3650,
        help="An entry expires this long after its last verification.",
    )
    unreachable_days: int = option(
        14,
        unit="days",
        at_least=1,
        at_most=3650,
        help="An entry leaves when its page was out of reach this long.",
    )
    brake_share: float = option(
        0.2,
        unit="share",
        at_least=0,
        at_most=1,
        help="A release that adds or removes more than this share of the list stops.",
    )
    brake_min_entries: int = option(
        50, unit="entries", at_least=0, help="Below this many entries the share is not asked."
    )
    guard_files: tuple[str, ...] = option(
        (), help="Further guard files (TOML), relative to the workspace, beside the built-in ones."
    )
    top_sites: str | None = option(
        None, help="File of registrable domains, one a line, that are never listed as a whole."
    )
    canaries_good: tuple[Host, ...] = option(
        (), help="Hosts that must never be listed; a release that lists one stops."
    )
    canaries_listed: tuple[ListKey, ...] = option(
        (), help="Expressions that must be listed; a release that drops one stops."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteConfig:
    """What the public site says about itself."""

    title: str = option("Linkgazette", help="Name of the site.")
    base_url: str = option("", help="Where the site is served, e.g. https://gazette.example/; feeds need it.")
    """With its slash, whichever way it was written; empty: not known."""
    languages: tuple[str, ...] = option(
        LANGUAGES, help="Languages of the site, of en and zh; the first is at the root."
    )
    contact: str = option("", help="E-mail address or URL for questions.")
    publisher: str = option("", help="Who answers for the list.")
    announce_days: int = option(
        7,
        unit="days",
        at_least=0,
        at_most=366,
        help="`run` and `publish --announce` announce when the last announcement is this old; 0: never.",
    )
    appeal_url: str = option("", help="Where appeals are taken; empty: the appeal page names the contact.")
    licence: str = option(
        "",
        help="Licence of the list, a name or a web address, e.g. CC-BY-4.0; empty: none is named.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyConfig:
    """Which policy judges."""

    path: str | None = option(
        None, help="Folder of policy files, relative to the workspace; not set: the built-in policy."
    )
    precision_floor: float = option(
        0.99,
        unit="share",
        at_least=0,
        at_most=1,
        help="`doctor` warns when moderators uphold less than this share of what the machine would list.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseConfig:
    """What a release promises."""

    expires_days: int = option(
        7, unit="days", at_least=1, at_most=365, help="A release is stale this long after its issue."
    )
    keep: int = option(
        8,
        unit="releases",
        at_least=2,
        at_most=10_000,
        help="Releases that stay in the folder; the next one is written over the oldest.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SignConfig:
    """Who signs the releases."""

    key: str | None = option(
        None,
        help="Secret key (`linkgazette keys make`), relative to the workspace; when set, nothing is "
        "published unsigned.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeConfig:
    """How the service is reached, and what it promises."""

    host: str = option(
        "127.0.0.1", help="Address that the service listens on; loopback until origins are set."
    )
    port: int = option(
        8090, unit="TCP port", at_least=0, at_most=65_535, help="Port of the public side; 0: any free one."
    )
    staff_port: int = option(
        8091,
        unit="TCP port",
        at_least=0,
        at_most=65_535,
        help="Port of the moderators' side; 0: any free one.",
    )
    public_origin: str = option(
        "", help="Where readers reach the public side, e.g. https://gazette.example; empty: loopback only."
    )
    staff_origin: str = option(
        "", help="Where moderators reach theirs, another https origin; empty: loopback only."
    )
    proxies: tuple[str, ...] = option(
        (), help="Addresses of reverse proxies whose X-Forwarded-For is believed; none by default."
    )
    max_request_bytes: int = option(
        33_554_432, unit="bytes", at_least=1024, at_most=1_073_741_824, help="Largest batch of reports."
    )
    public_per_hour: int = option(
        20,
        unit="forms",
        at_least=1,
        help="Reports and appeals taken by form from one address in an hour.",
    )
    login_per_hour: int = option(
        20, unit="tries", at_least=1, help="Log-ins tried from one address in an hour."
    )
    session_hours: int = option(
        10, unit="hours", at_least=1, at_most=168, help="A moderator logs in again after this long."
    )
    idle_minutes: int = option(
        60, unit="minutes", at_least=1, at_most=10_080, help="A session unused for this long is over."
    )
    appeal_days: int = option(
        7, unit="days", at_least=1, at_most=365, help="An appeal is answered within this time, as published."
    )
    contact_days: int = option(
        30,
        unit="days",
        at_least=0,
        at_most=3650,
        help="A claimant's contact is erased this long after the answer.",
    )
    claim_minutes: int = option(
        15,
        unit="minutes",
        at_least=1,
        at_most=480,
        help="How long a moderator who takes a case has it to themselves.",
    )
    second_factor: str = option(
        "exposed",
        help="Who must set up a second factor, the codes of an app: everybody (always), everybody once "
        "staff_origin is set (exposed), or nobody (never); who has one is always asked.",
    )
    two_person: bool = option(
        True, help="Ask a second person for a guarded host, a whole domain, and to overturn a person's word."
    )

    @property
    def asks_second_factor(self) -> bool:
        """Whether everybody must have a second factor."""
        return self.second_factor == "always" or (self.second_factor == "exposed" and bool(self.staff_origin))


_SECOND_FACTOR = ("exposed", "always", "never")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookConfig:
    """Where measures are sent, and how stubbornly."""

    url: str = option(
        "", help="Where `measures --deliver` posts to, e.g. https://platform.example/hooks; empty: nowhere."
    )
    secret: str = option(
        "webhook.secret", help="File of the shared secret (`linkgazette keys webhook`), in the workspace."
    )
    address: str = option(
        "",
        help="A receiver inside your network: this address and port are dialled whatever the URL says, "
        "e.g. 10.0.0.7:9000; empty: public addresses only, and https.",
    )
    attempts: int = option(
        16, unit="tries", at_least=1, at_most=100, help="A message that failed so often is given up."
    )
    timeout_s: float = option(15.0, key="timeout", unit="s", at_least=0.1, at_most=300, help="For one try.")
    retry_base_s: float = option(
        30.0,
        key="retry_base",
        unit="s",
        at_least=0,
        at_most=_DAY,
        help="Wait after the first failed try; doubles with each further one, less up to a half by chance.",
    )
    retry_max_s: float = option(
        21_600.0, key="retry_max", unit="s", at_least=0, at_most=7 * _DAY, help="Longest wait between tries."
    )

    @property
    def inside(self) -> tuple[str, int] | None:
        """``address`` in its parts; None: not set."""
        host, _, port = self.address.rpartition(":")
        return (host.strip("[]"), int(port)) if self.address else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterConfig:
    """A crawl on many machines (``crawl --cluster``)."""

    replicas: int = option(
        3,
        at_least=1,
        at_most=5,
        unit="servers",
        help="On how many servers of NATS all is kept; odd.",
    )
    shards: int = option(
        64,
        at_least=1,
        at_most=1024,
        unit="shards",
        help="Into how many parts the hosts are divided; at least as many as there will be workers.",
    )
    claim_s: float = option(
        10.0,
        key="claim",
        at_least=1.0,
        at_most=300.0,
        unit="seconds",
        help="A worker that is not heard of for this long has lost its shards to others.",
    )
    creds: str = option(
        "",
        help="File of the secret for NATS: credentials as nsc writes them (.creds), a user's seed, or one "
        "line user:password; readable to its owner alone. Empty: the servers let anybody in.",
    )
    tls_ca: str = option(
        "", help="Certificates (PEM) of whom to believe in who a server is; empty: whom the system believes."
    )
    tls_cert: str = option("", help="Our own certificate (PEM), where servers ask for one.")
    tls_key: str = option("", help="Its key.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyConfig:
    """How long people stay on record."""

    keep_people_days: int = option(
        365,
        unit="days",
        at_least=1,
        at_most=36_500,
        help="`prune` takes accounts, groups, reporters and masked names out of shares after this long; "
        "from then on those shares earn nobody a measure.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings of one workspace."""

    crawl: CrawlConfig = field(default_factory=CrawlConfig)
    listing: ListConfig = field(default_factory=ListConfig)
    site: SiteConfig = field(default_factory=SiteConfig)
    policy: PolicyConfig = field(default_factory=PolicyConfig)
    release: ReleaseConfig = field(default_factory=ReleaseConfig)
    sign: SignConfig = field(default_factory=SignConfig)
    serve: ServeConfig = field(default_factory=ServeConfig)
    cluster: ClusterConfig = field(default_factory=ClusterConfig)
    privacy: PrivacyConfig = field(default_factory=PrivacyConfig)
    webhook: WebhookConfig = field(default_factory=WebhookConfig)

    def notices(self) -> tuple[str, ...]:
        """Say what works and yet should be mended before pages of others are fetched; (): nothing."""
        agent = self.crawl.user_agent
        if self.crawl.resolve or "@" in agent or "://" in agent:
            return ()
        notice = (
            f"the crawler calls itself {agent} and names nobody whom a site could ask; "
            f"set base_url or contact under [site] in {CONFIG_NAME}"
        )
        return (notice,)


SECTIONS = {
    "crawl": ("crawl", CrawlConfig),
    "list": ("listing", ListConfig),
    "site": ("site", SiteConfig),
    "policy": ("policy", PolicyConfig),
    "release": ("release", ReleaseConfig),
    "sign": ("sign", SignConfig),
    "serve": ("serve", ServeConfig),
    "cluster": ("cluster", ClusterConfig),
    "privacy": ("privacy", PrivacyConfig),
    "webhook": ("webhook", WebhookConfig),
}
"""TOML section -> field of Config (``list`` is a builtin's name) and its kind."""


def options() -> Iterator[OptionRow]:
    """Every option with its default, unit and help: the README's table."""
    for section, (_, kind) in SECTIONS.items():
        yield from rows(section, kind)


def load_config(workspace: Path) -> Config:
    """Read the settings of the workspace folder; the defaults when it has no ``linkgazette.toml``.

    Raises ConfigError naming file, line and cure.
    """
    path = workspace / CONFIG_NAME
    if not path.exists():
        return _complete(Config())
    return read_config(read_toml(path, ConfigError), workspace)


def read_config(source: TomlSource, workspace: Path) -> Config:
    """Read the settings in an open TOML document; relative paths are of ``workspace``."""
    for name in source.values:
        if name not in SECTIONS:
            raise ConfigError(f"{source.where(name)}: [{name}] is not a section; {suggest(name, SECTIONS)}")
    config = Config(
        crawl=read_section(source, "crawl", CrawlConfig),
        listing=read_section(source, "list", ListConfig),
        site=read_section(source, "site", SiteConfig),
        policy=read_section(source, "policy", PolicyConfig),
        release=read_section(source, "release", ReleaseConfig),
        sign=read_section(source, "sign", SignConfig),
        serve=read_section(source, "serve", ServeConfig),
        cluster=read_section(source, "cluster", ClusterConfig),
        privacy=read_section(source, "privacy", PrivacyConfig),
        webhook=read_section(source, "webhook", WebhookConfig),
    )
    _check_crawl(config.crawl, source)
    _check_list(config, source)
    _check_site(config.site, source)
    _check_serve(config.serve, source)
    _check_webhook(config.webhook, source)
    _check_cluster(config.cluster, source)
    return _complete(_with_paths(_with_canaries(config, source), source, workspace))


def parse_config(text: str, workspace: Path) -> Config:
    """Do as ``read_config``, from the text of a ``linkgazette.toml``."""
    return read_config(parse_toml(text, CONFIG_NAME, ConfigError), workspace)


def _complete(config: Config) -> Config:
    site = config.site
    if site.base_url and not site.base_url.endswith("/"):
        config = dataclasses.replace(config, site=dataclasses.replace(site, base_url=site.base_url + "/"))
    if config.crawl.user_agent:
        return config
    about = f"{config.site.base_url}about/" if config.site.base_url else config.site.contact
    about = about if _fits_header(about) else ""
    agent = f"Linkgazette/{version('linkgazette')}" + (f" (+{about})" if about else "")
    return dataclasses.replace(config, crawl=dataclasses.replace(config.crawl, user_agent=agent))


def _check_crawl(crawl: CrawlConfig, source: TomlSource) -> None:
    if crawl.resolve is not None:
        _check_loopback(crawl.resolve, f"{source.where('crawl', 'resolve')}: [crawl] resolve")
    if not _fits_header(crawl.user_agent):
        place = source.where("crawl", "user_agent")
        raise ConfigError(f"{place}: [crawl] user_agent must be printable ASCII, as an HTTP header is")
    _check_vantages(crawl, source)
    if crawl.concurrency_per_host > crawl.concurrency:
        _contradiction(source, "crawl", "concurrency_per_host", "concurrency", "must not be more than")
    if crawl.retry_base_s > crawl.retry_max_s:
        _contradiction(source, "crawl", "retry_base", "retry_max", "must not be longer than")
    if crawl.lease_s <= crawl.timeout_s:
        _contradiction(
            source, "crawl", "lease", "timeout", "must be longer than", ", or hosts change hands in mid-visit"
        )


def _check_vantages(crawl: CrawlConfig, source: TomlSource) -> None:
    for vantage in crawl.vantages:
        if vantage not in _CHOSEN_VANTAGES:
            place = source.where("crawl", "vantages")
            known = {each.value: each for each in _CHOSEN_VANTAGES}
            raise ConfigError(
                f"{place}: [crawl] vantages: {vantage!r} is no vantage; {suggest(vantage, known)}"
            )
    for key in ("platform_agent", "platform_language"):
        if not _fits_header(getattr(crawl, key)):
            place = source.where("crawl", key)
            raise ConfigError(f"{place}: [crawl] {key} must be printable ASCII, as an HTTP header is")
    if crawl.platform_origin and (why := _why_no_web_url(crawl.platform_origin)):
        place = source.where("crawl", "platform_origin")
        raise ConfigError(
            f"{place}: [crawl] platform_origin must be an origin such as https://platform.example ({why})"
        )


def _fits_header(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _check_loopback(resolve: str, place: str) -> None:
    if not _address_and_port(resolve, place).is_loopback:
        raise ConfigError(
            f"{place} must be a loopback address (127.0.0.1 or [::1]): it alone lifts the address guard"
        )


def _address_and_port(text: str, place: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65_536:  # noqa: PLR2004 - 16 bits
        raise ConfigError(f'{place} must be "address:port", such as "127.0.0.1:8099"')
    try:
        return ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError as problem:
        raise ConfigError(f"{place} must be an address, not a name: write 127.0.0.1 or [::1]") from problem


def _check_list(config: Config, source: TomlSource) -> None:
    listing = config.listing
    if listing.unreachable_days > listing.entry_days:
        _contradiction(
            source,
            "list",
            "unreachable_days",
            "entry_days",
            "must not be more than",
            ", or the entry expires first",
        )
    if config.crawl.recheck_s >= listing.entry_days * _DAY:
        place = source.where("crawl", "recheck")
        raise ConfigError(
            f"{place}: [crawl] recheck must be shorter than [list] entry_days "
            f"({listing.entry_days * _DAY} s), or entries expire before they are verified again"
        )


def _check_site(site: SiteConfig, source: TomlSource) -> None:
    place = source.where("site", "languages")
    for language in site.languages:
        if language not in LANGUAGES:
            raise ConfigError(f"{place}: [site] languages: {language!r} has no catalogue; known are en, zh")
    if not site.languages or len(set(site.languages)) < len(site.languages):
        raise ConfigError(f"{place}: [site] languages must name at least one language, each once")
    for key in ("base_url", "appeal_url"):
        url = getattr(site, key)
        place = f"{source.where('site', key)}: [site] {key}"
        if url and (why := _why_no_web_url(url)):
            raise ConfigError(
                f"{place} must be an absolute http(s) URL, such as https://gazette.example/ ({why})"
            )
    if site.base_url and (urlsplit(site.base_url).query or urlsplit(site.base_url).fragment):
        raise ConfigError(
            f"{source.where('site', 'base_url')}: [site] base_url must have no query and no fragment"
        )
    if site.contact and not _EMAIL.fullmatch(site.contact) and _why_no_web_url(site.contact):
        raise ConfigError(
            f"{source.where('site', 'contact')}: [site] contact must be an e-mail address or a URL"
        )


def _check_serve(serve: ServeConfig, source: TomlSource) -> None:
    for key in ("public_origin", "staff_origin"):
        origin = getattr(serve, key)
        place = f"{source.where('serve', key)}: [serve] {key}"
        parts = urlsplit(origin)
        if origin and (_why_no_web_url(origin) or parts.path or parts.query or parts.fragment):
            raise ConfigError(f"{place} must be an origin, such as https://gazette.example, without a path")
    if serve.public_origin and serve.public_origin == serve.staff_origin:
        _contradiction(source, "serve", "public_origin", "staff_origin", "must not be the same as")
    if serve.second_factor not in _SECOND_FACTOR:
        place = f"{source.where('serve', 'second_factor')}: [serve] second_factor"
        raise ConfigError(f"{place} must be one of {', '.join(_SECOND_FACTOR)}")
    place = f"{source.where('serve', 'host')}: [serve] host"
    check_served(serve, place)


def _check_webhook(webhook: WebhookConfig, source: TomlSource) -> None:
    place = f"{source.where('webhook', 'url')}: [webhook] url"
    if webhook.url and (why := _why_no_web_url(webhook.url)):
        raise ConfigError(f"{place} must be an absolute http(s) URL ({why})")
    if "@" in urlsplit(webhook.url).netloc:
        raise ConfigError(f"{place} carries a user name or password; messages are signed instead")
    if webhook.address:
        _address_and_port(webhook.address, f"{source.where('webhook', 'address')}: [webhook] address")
    elif webhook.url and not webhook.url.lower().startswith("https://"):
        raise ConfigError(f"{place} must be https, or name the receiver inside by address under [webhook]")
    if webhook.retry_base_s > webhook.retry_max_s:
        _contradiction(source, "webhook", "retry_base", "retry_max", "must not be longer than")


def check_served(serve: ServeConfig, place: str) -> None:
    """Refuse to listen beyond loopback before both origins are set; ``place`` is what the error names."""
    try:
        address = ipaddress.ip_address(serve.host)
    except ValueError as problem:
        raise ConfigError(f"{place} must be an address, not a name: write 127.0.0.1 or 0.0.0.0") from problem
    origins = (serve.public_origin, serve.staff_origin)
    if not address.is_loopback and not all(each.startswith("https://") for each in origins):
        raise ConfigError(
            f"{place} is not loopback; set public_origin and staff_origin under [serve] first, both https"
        )
    if serve.port and serve.port == serve.staff_port:
        raise ConfigError(f"{place}: port and staff_port are the same; the two sides never share an origin")


def _why_no_web_url(text: str) -> str:
    """Say what keeps ``text`` from being published as a URL just as it is written; empty: nothing."""
    if not _fits_header(text) or " " in text:
        return "it holds blanks, controls or letters that are not ASCII"
    if not text.lower().startswith(("http://", "https://")):
        return "it does not begin with http:// or https://"
    try:
        parse_url(text)
    except UrlError as problem:
        return str(problem)
    return ""


def _with_canaries(config: Config, source: TomlSource) -> Config:
    """Spell canaries as the list does, so that they can be compared; refuse what it could not hold."""

    def spelt(key: str, names: tuple[str, ...], word: str, spell: Callable[[str], T]) -> tuple[T, ...]:
        found = []
        for name in names:
            try:
                found.append(spell(name))
            except UrlError as problem:
                place = f"{source.where('list', key)}: [list] {key}"
                raise ConfigError(f"{place}: {name!r} is not {word}") from problem
        return tuple(found)

    listing = config.listing
    good = spelt(
        "canaries_good", listing.canaries_good, "a host name; write it like shop.example", parse_host
    )
    listed = spelt(
        "canaries_listed",
        listing.canaries_listed,
        "an expression; write it like shop.example/path",
        lambda each: list_key(parse_url(f"http://{each}")),
    )
    if both := {f"{host}/" for host in good} & set(listed):
        place = source.where("list", "canaries_good")
        raise ConfigError(
            f"{place}: [list] {min(both).rstrip('/')} is in canaries_good and in canaries_listed; "
            "keep it in one of them"
        )
    listing = dataclasses.replace(listing, canaries_good=good, canaries_listed=listed)
    return dataclasses.replace(config, listing=listing)


def _check_cluster(cluster: ClusterConfig, source: TomlSource) -> None:
    if bool(cluster.tls_cert) != bool(cluster.tls_key):
        given, missing = ("tls_cert", "tls_key") if cluster.tls_cert else ("tls_key", "tls_cert")
        place = source.where("cluster", given)
        raise ConfigError(f"{place}: [cluster] {given} is of no use without {missing}; set both, or neither")


def _with_paths(config: Config, source: TomlSource, workspace: Path) -> Config:
    """Make paths whole, so that no reader has to know the workspace; refuse those that lead nowhere."""

    def found(section: str, key: str, path: str, kind: str = "file") -> str:
        whole = workspace / path
        place = f"{source.where(section, key)}: [{section}] {key}"
        if not whole.exists():
            raise ConfigError(f"{place}: {path} does not exist; mend the path")
        if whole.is_dir() != (kind == "folder"):
            named = path or "an empty path"
            raise ConfigError(f"{place} must be a {kind}, and {named} is none; mend the path")
        return str(whole)

    listing, policy, cluster = config.listing, config.policy, config.cluster
    if listing.guard_files:
        files = tuple(found("list", "guard_files", path) for path in listing.guard_files)
        listing = dataclasses.replace(listing, guard_files=files)
    if listing.top_sites:
        listing = dataclasses.replace(listing, top_sites=found("list", "top_sites", listing.top_sites))
    if policy.path:
        policy = dataclasses.replace(policy, path=found("policy", "path", policy.path, "folder"))
    cluster = dataclasses.replace(
        cluster,
        creds=cluster.creds and found("cluster", "creds", cluster.creds),
        tls_ca=cluster.tls_ca and found("cluster", "tls_ca", cluster.tls_ca),
        tls_cert=cluster.tls_cert and found("cluster", "tls_cert", cluster.tls_cert),
        tls_key=cluster.tls_key and found("cluster", "tls_key", cluster.tls_key),
    )
    # Whether the key is there is asked when it signs: `keys make` puts it where this says.
    sign = dataclasses.replace(config.sign, key=str(workspace / config.sign.key) if config.sign.key else None)
    webhook = dataclasses.replace(config.webhook, secret=str(workspace / config.webhook.secret))
    return dataclasses.replace(
        config, listing=listing, policy=policy, cluster=cluster, sign=sign, webhook=webhook
    )


def _contradiction(source: TomlSource, section: str, low: str, high: str, must: str, why: str = "") -> None:
    """Refuse two options of one section, with both values: one of them may be a default."""
    given = source.values.get(section, {})
    default = {row.key: row.default for row in rows(section, SECTIONS[section][1])}
    place = source.where(section, low if low in given else high)
    values = [f"{key} ({given.get(key, default[key])})" for key in (low, high)]
    raise ConfigError(f"{place}: [{section}] {values[0]} {must} {values[1]}{why}; change one of them")
