"""What ``tests.forked`` has ready before it forks: the programs, and the judge's words."""

from importlib import import_module

from blocklist.policy import load_policy
from blocklist.privacy import Pseudonymiser
from crawler.judge import judge
from crawler.read import read_text

for each in ("blocklist.cli", "crawler.commands.crawl", "crawler.cluster.lead", "crawler.cluster.worker"):
    import_module(each)
judge(read_text("warm", title="", url=None, pseudonymiser=Pseudonymiser(b"k" * 32)), load_policy())
