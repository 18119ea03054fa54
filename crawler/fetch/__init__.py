"""Between the spider and a hostile web: what may be dialled, how much is read, how fast, and what went wrong.

Rules are pure (``addresses``, ``failures``, ``hops``, ``kinds``); the rest hooks them into Scrapy's HTTP/1.1
handler and middlewares. What a page says is left to ``crawler.read``, what is due to ``crawler.frontier``.
"""
