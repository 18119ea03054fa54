"""The crawl side's subcommands, one module each; Scrapy is imported only when one of them runs."""
