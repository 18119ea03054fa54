"""Scrapy settings and nothing else; ``crawler.worker`` lays the workspace's own over them.

No JOBDIR, no dupefilter, no retry, redirect, cookie, proxy or referer middleware: the frontier, the spider
and the guard do what they would do, or nobody does.
"""

BOT_NAME = "linkgazette"
SPIDER_MODULES = ["crawler.spiders"]

# Safety: no control port opens, nothing but http and https is fetched, no proxy of the environment is asked.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False  # 2.19 opens a remote-code HTTP server by default
HTTPPROXY_ENABLED = False
COOKIES_ENABLED = False
REFERER_ENABLED = False
ROBOTSTXT_OBEY = False  # Scrapy's own leaks; ObeyRobots replaces it
TWISTED_REACTOR_ENABLED = False  # nothing of ours needs one, and what is not there dials nothing
DOWNLOAD_HANDLERS = {
    "http": "crawler.fetch.handler.CurlHandler",
    "https": "crawler.fetch.handler.CurlHandler",
    "file": None,
    "data": None,
    "ftp": None,
    "s3": None,
}

# Middlewares: only these, named whole, so that a new default of Scrapy's cannot slip in.
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {}
DOWNLOADER_MIDDLEWARES = {
    "crawler.fetch.robots.ObeyRobots": 100,
}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
EXTENSIONS_BASE: dict[str, int] = {}
ITEM_PIPELINES = {"crawler.pipeline.VerdictPipeline": 100}

# Work: the window decides how much is under way, and the spider carries it past the engine's queues; what an
# extension may give the engine by itself waits in a plain line.
SCHEDULER = "crawler.fetch.queue.Line"
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
DOWNLOADER = "crawler.fetch.downloader.Direct"  # no queues: the window limits hosts, the store keeps delays
URLLENGTH_LIMIT = 0  # the parser limits it

# Quiet: outcomes are recorded as failures, not logged.
LOG_LEVEL = "WARNING"
LOG_FORMAT = "%(levelname)s %(name)s: %(message)s"
STATS_DUMP = False
WARN_ON_GENERATOR_RETURN_VALUE = False  # reads our callback's source anew for every page: 1 ms each
STATS_CLASS = "scrapy.statscollectors.DummyStatsCollector"
