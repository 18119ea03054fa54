"""What a range of one option cannot say: options against each other, and texts that must be of a kind.

Each refuses by ConfigError, which names file, line and cure.
"""

import ipaddress
import re
from urllib.parse import urlsplit

from blocklist.config.sections import (
    CHOSEN_VANTAGES,
    DAY,
    LANGUAGES,
    SECOND_FACTORS,
    SECTIONS,
    ClusterConfig,
    Config,
    CrawlConfig,
    ServeConfig,
    SiteConfig,
    WebhookConfig,
)
from blocklist.errors import ConfigError, UrlError
from blocklist.options import rows, suggest
from blocklist.toml_source import TomlSource
from blocklist.urls import parse_url

_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"'\\\x00-\x1f\x7f]+@[\w-]+(?:\.[\w-]+)+")


def check(config: Config, source: TomlSource) -> None:
    """Refuse what cannot be; ``source`` tells where it was written."""
    _check_crawl(config.crawl, source)
    _check_list(config, source)
    _check_site(config.site, source)
    _check_serve(config.serve, source)
    _check_webhook(config.webhook, source)
    _check_cluster(config.cluster, source)


def _check_crawl(crawl: CrawlConfig, source: TomlSource) -> None:
    if crawl.resolve is not None:
        _check_loopback(crawl.resolve, f"{source.where('crawl', 'resolve')}: [crawl] resolve")
    if not fits_header(crawl.user_agent):
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
        if vantage not in CHOSEN_VANTAGES:
            place = source.where("crawl", "vantages")
            known = {each.value: each for each in CHOSEN_VANTAGES}
            raise ConfigError(
                f"{place}: [crawl] vantages: {vantage!r} is no vantage; {suggest(vantage, known)}"
            )
    for key in ("platform_agent", "platform_language"):
        if not fits_header(getattr(crawl, key)):
            place = source.where("crawl", key)
            raise ConfigError(f"{place}: [crawl] {key} must be printable ASCII, as an HTTP header is")
    if crawl.platform_origin and (why := _why_no_web_url(crawl.platform_origin)):
        place = source.where("crawl", "platform_origin")
        raise ConfigError(
            f"{place}: [crawl] platform_origin must be an origin such as https://platform.example ({why})"
        )


def fits_header(text: str) -> bool:
    """Tell whether ``text`` may stand in an HTTP header as it is."""
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
    if config.crawl.recheck_s >= listing.entry_days * DAY:
        place = source.where("crawl", "recheck")
        raise ConfigError(
            f"{place}: [crawl] recheck must be shorter than [list] entry_days "
            f"({listing.entry_days * DAY} s), or entries expire before they are verified again"
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
    if serve.second_factor not in SECOND_FACTORS:
        place = f"{source.where('serve', 'second_factor')}: [serve] second_factor"
        raise ConfigError(f"{place} must be one of {', '.join(SECOND_FACTORS)}")
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
    if not fits_header(text) or " " in text:
        return "it holds blanks, controls or letters that are not ASCII"
    if not text.lower().startswith(("http://", "https://")):
        return "it does not begin with http:// or https://"
    try:
        parse_url(text)
    except UrlError as problem:
        return str(problem)
    return ""


def _check_cluster(cluster: ClusterConfig, source: TomlSource) -> None:
    if bool(cluster.tls_cert) != bool(cluster.tls_key):
        given, missing = ("tls_cert", "tls_key") if cluster.tls_cert else ("tls_key", "tls_cert")
        place = source.where("cluster", given)
        raise ConfigError(f"{place}: [cluster] {given} is of no use without {missing}; set both, or neither")


def _contradiction(source: TomlSource, section: str, low: str, high: str, must: str, why: str = "") -> None:
    """Refuse two options of one section, with both values: one of them may be a default."""
    given = source.values.get(section, {})
    default = {row.key: row.default for row in rows(section, SECTIONS[section][1])}
    place = source.where(section, low if low in given else high)
    values = [f"{key} ({given.get(key, default[key])})" for key in (low, high)]
    raise ConfigError(f"{place}: [{section}] {values[0]} {must} {values[1]}{why}; change one of them")
