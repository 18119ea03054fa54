"""Every option, declared once: its key, default, unit, range and help, section by section.

A section is a frozen dataclass, an option a field of it made by ``option``. What options say of each other is
left to ``checks``, how a file becomes a ``Config`` to ``load``.
"""

from dataclasses import dataclass, field

from blocklist.model import Host, ListKey, Vantage
from blocklist.options import option

CONFIG_NAME = "linkgazette.toml"
LANGUAGES = ("en", "zh")
"""Languages the site has a catalogue for; the first is served at the root."""

CHOSEN_VANTAGES = tuple(each for each in Vantage if each not in {Vantage.DECLARED, Vantage.AGAIN})
"""The others need no leave: our own agent."""

DAY = 86_400  # seconds
_YEAR = 366 * DAY


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
        at_most=DAY,
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
        7.0 * DAY,
        key="retry_max",
        unit="s",
        at_least=0,
        at_most=_YEAR,
        help="Longest wait after failed visits.",
    )
    recheck_s: float = option(
        1.0 * DAY,
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
    key_per_minute: int = option(
        1200, unit="requests", at_least=1, help="Requests of one API key in a minute, whatever its quota."
    )
    lookup_per_minute: int = option(
        600, unit="requests", at_least=1, help="Look-ups by the API from one address in a minute."
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


SECOND_FACTORS = ("exposed", "always", "never")


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
        at_most=DAY,
        help="Wait after the first failed try; doubles with each further one, less up to a half by chance.",
    )
    retry_max_s: float = option(
        21_600.0, key="retry_max", unit="s", at_least=0, at_most=7 * DAY, help="Longest wait between tries."
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
