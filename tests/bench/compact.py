"""How near the compact forms are to the fewest bits that there can be: ``python tests/bench/compact.py``.

Rice-coded prefixes as Safe Browsing's version 5 has them, and the exact filter of all crawled hosts.
"""

import time

from blocklist.lookup import crawl_filter
from blocklist.safe_browsing import rice, v5
from blocklist.safe_browsing.hashes import HashList

LISTS = (10_000, 100_000, 1_000_000)
CRAWLS = ((2_000, 100_000), (20_000, 1_000_000))


def main() -> None:
    """Print a line for each."""
    for count in LISTS:
        found = HashList.of((f"n{number}.example/" for number in range(count)), 1)
        began = time.process_time()
        size = len(v5.write_batch([v5.write_list(found)])) * 8
        took = time.process_time() - began
        least = rice.bound_bits(len(found.prefixes))
        share = f"{size / count:6.2f} bits each, {size / least:.4f} of the bound"
        print(f"Rice, {count:>9,} hashes: {share}, {took:.2f} s")
    for listed, crawled in CRAWLS:
        bad = [f"bad{number}.example" for number in range(listed)]
        good = [f"good{number}.example" for number in range(crawled - listed)]
        began = time.process_time()
        data = crawl_filter.write_filter(bad, good)
        took = time.process_time() - began
        least = crawl_filter.bound_bits(listed, crawled)
        opened = crawl_filter.CrawlFilter(data)
        began = time.process_time()
        wrong = sum(not opened.has(host) for host in bad) + sum(map(opened.has, good))
        asked = (listed + len(good)) / (time.process_time() - began)
        print(
            f"filter, {listed:,} of {crawled:,} crawled: {len(data) * 8 / listed:.2f} bits a listed host, "
            f"{len(data):,} bytes, {len(data) * 8 / least:.4f} of the bound, {wrong} wrong, "
            f"made in {took:.1f} s, {asked:,.0f} asked a second"
        )


if __name__ == "__main__":
    main()
