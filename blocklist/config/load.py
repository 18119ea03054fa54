"""From ``linkgazette.toml`` to a ``Config``: read, checked, and made whole.

Whole means that no reader has to know the workspace or the defaults: paths are found, canaries spelt as the
list spells them, the crawler has its name.
"""

import dataclasses
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from blocklist.config.checks import check, fits_header
from blocklist.config.sections import (
    CONFIG_NAME,
    SECTIONS,
    ClusterConfig,
    Config,
    CrawlConfig,
    ListConfig,
    PolicyConfig,
    PrivacyConfig,
    ReleaseConfig,
    ServeConfig,
    SignConfig,
    SiteConfig,
    WebhookConfig,
)
from blocklist.errors import ConfigError, UrlError
from blocklist.options import OptionRow, read_section, rows, suggest
from blocklist.toml_source import TomlSource, parse_toml, read_toml
from blocklist.urls import list_key, parse_host, parse_url

T = TypeVar("T")


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
    check(config, source)
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
    about = about if fits_header(about) else ""
    agent = f"Linkgazette/{version('linkgazette')}" + (f" (+{about})" if about else "")
    return dataclasses.replace(config, crawl=dataclasses.replace(config.crawl, user_agent=agent))


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
