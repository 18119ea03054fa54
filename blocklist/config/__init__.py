"""The workspace's settings: every option declared once, read from ``linkgazette.toml``.

A missing file means the defaults. What is unknown, of a wrong type, out of range or contradictory is refused
with file, line and cure; nothing is picked silently. How a table becomes a section is left to ``options``;
policies and keys are read elsewhere.
"""

from blocklist.config.checks import check_served
from blocklist.config.load import load_config, options, parse_config, read_config
from blocklist.config.sections import (
    CONFIG_NAME,
    LANGUAGES,
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

__all__ = [
    "CONFIG_NAME",
    "LANGUAGES",
    "SECTIONS",
    "ClusterConfig",
    "Config",
    "CrawlConfig",
    "ListConfig",
    "PolicyConfig",
    "PrivacyConfig",
    "ReleaseConfig",
    "ServeConfig",
    "SignConfig",
    "SiteConfig",
    "WebhookConfig",
    "check_served",
    "load_config",
    "options",
    "parse_config",
    "read_config",
]
