"""The table of benchmarks: its figures are found in what each prints, and a ratio that sinks is told."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.bench.__main__ import BENCHES, Found, gathered, merged, missing, read, table, worse

ROOT = Path(__file__).parent.parent
PRINTED = {
    "crawl": (
        """\
  CPU ms/page  pages/s  x bare Scrapy  x bare Scrapy, robots
whole, WARC and robots   9.80      102   0.30 (0.20 to 0.40)         0.41 (0.35 to 0.44)
whole, WARC and robots, two workers  9.90      180   0.30 (0.20 to 0.40)         0.40 (0.35 to 0.44)
""",
        {"whole crawl, pages by CPU": 0.41, "whole crawl, CPU ms a page": 9.8},
    ),
    "judge": (
        """\
warming: judge\rLexbor parses                  0.610 ms  (0.600-0.640)    0.08 x ours
bytes to verdict               7.880 ms  (7.780-8.140)    1.00 x ours
glue, every 10th              38.000 ms  (37.000-39.000)    4.90 x ours
""",
        {
            "Lexbor's parse, CPU": 0.08,
            "BeautifulSoup + scikit-learn, CPU": 4.9,
            "bytes to verdict, CPU ms a page": 7.88,
        },
    ),
    "intake": (
        """\
new: 1,150 a second (1,100 to 1,200), 1,285 a CPU second (1,200 to 1,300)
known: 2,150 a second (2,100 to 2,200), 2,285 a CPU second (2,200 to 2,300)
floor, parsed and one row each: 44,789 a second (34,564 to 55,013), 76,240 a CPU second (74,126 to 78,355); \
new ones by CPU 0.144 of it
sqlite-utils insert: 4,701 a second (4,267 to 5,134), 11,992 a CPU second (11,864 to 12,120); \
new ones by CPU 0.917 of it
""",
        {"new shares by CPU": 0.144, "the same": 0.917, "new shares a CPU second": 1285.0},
    ),
    "publish": (
        """\
floor        0.00 s  (sort and write one file)
whole
             1.13 s CPU, 0.89 of them outside the kernel; 2262.1 s a million, 2470 x floor
changed: 3 removed, 3 added
 0.47 s CPU, 0.31 of them outside; 930.5 s a million, 1016 x floor
""",
        {
            "all files of the list, CPU": 2470.0,
            "1% changed, CPU": 1016.0,
            "all files of the list, CPU s": 1.13,
        },
    ),
    "lookup": (
        """\
way             checks/s          (least … most)  x set   open ms     MiB  agrees
linkgazette      142,000      (119,000 … 166,000)   2.40       0.3       1 100.00%
""",
        {"checks by CPU": 2.4, "checks a CPU second": 142000.0},
    ),
    "compact": (
        """\
Rice,   100,000 hashes:  16.88 bits each, 1.0028 of the bound, 0.12 s
filter, 2,000 of 100,000 crawled: 8.56 bits a listed host, 1.2116 of the bound, 0 wrong
""",
        {"100,000 prefixes, bits": 1.0028, "exact filter, bits": 1.2116},
    ),
    "site": (
        """\
ratio                                                CPU    wall
ours, whole ÷ ours, whole                          1.000   1.000
ours, 1% changed, linked ÷ ours, whole             0.619   0.772
ours, 1% changed, written over ÷ ours, whole       0.591   0.686
floor: the same files from memory ÷ ours, whole    0.056   0.087
Hugo, whole ÷ ours, whole                          0.308   0.403
""",
        {"the same files by one loop, CPU": 0.056, "1% changed, CPU": 0.619, "Hugo, CPU": 0.308},
    ),
    "service": (
        """\
27,120 shares kept in 10.0 s: 2,712 a second, 4,105 a CPU second
floor, parsed and not kept: 80,000 a second, 82,100 a CPU second; ours by CPU 0.050 of it
""",
        {"shares kept by CPU": 0.05, "shares kept a CPU second": 4105.0},
    ),
    "report": (
        """\
20 links a second for 20 s, pages of 67 KB, 2 workers, delay 1.0 s, load 17.1
report to verdict: median 2.27 s, p95 3.73 s, most 5.84 s
""",
        {"POST of a report to verdict, p95 s": 3.73},
    ),
}


@pytest.mark.parametrize("name", BENCHES)
def test_its_figures_are_found_in_what_it_prints(name):
    printed, expected = PRINTED[name]
    assert read(name, printed) == expected


TINY = {
    "lookup": ("--entries", "200", "--urls", "100", "--rounds", "1"),
    "intake": ("--shares", "60", "--rounds", "1"),
    "publish": ("--entries", "60"),
    "site": ("--entries", "5", "--changes", "3", "--no-compare", "--no-rivals"),
}


@pytest.mark.edge
@pytest.mark.parametrize("name", TINY)
def test_what_it_prints_is_what_is_looked_for(name):
    """What was looked for in look-ups and site had changed, and nobody was told: hence these."""
    ran = subprocess.run(
        [sys.executable, *BENCHES[name].command, *TINY[name]],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    needy = {figure.name for figure in BENCHES[name].figures if figure.needs}
    assert set(missing(name, read(name, ran.stdout))) <= needy, ran.stdout


def test_what_is_not_printed_is_left_out():
    assert read("site", "nothing of the kind") == {}


def test_a_figure_that_should_have_been_printed_is_told(monkeypatch):
    assert missing("service", ["shares kept by CPU"]) == ["shares kept a CPU second"]
    assert missing("service", ["shares kept by CPU", "shares kept a CPU second"]) == []
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert "Hugo, CPU" not in missing("site", [])
    monkeypatch.setattr("shutil.which", lambda name: name)
    assert "Hugo, CPU" in missing("site", [])


def test_a_record_keeps_what_did_not_run():
    site = replace(RECORDED, bench="site", name="Hugo, CPU")
    gone = replace(RECORDED, bench="no more")
    again = replace(RECORDED, median=2.5)
    assert merged([site, RECORDED, gone], [again]) == [again, site]


def test_rounds_become_median_and_spread():
    rounds = [("lookup", {"checks by CPU": value}) for value in (2.0, 2.5, 2.2)]
    (found,) = gathered(rounds)
    assert (found.median, found.least, found.most) == (2.2, 2.0, 2.5)
    assert "| lookup | checks by CPU | 2.2 | 2 to 2.5 | a Python set of keys |" in table([found], "here")


RECORDED = Found(
    bench="lookup", name="checks by CPU", beside="a Python set of keys", median=2.4, least=2, most=3
)


@pytest.mark.parametrize(("median", "told"), [(2.4, 0), (1.9, 0), (1.7, 1), (9.0, 0)])
def test_a_ratio_that_sinks_too_far_is_told(median, told):
    assert len(worse([replace(RECORDED, median=median)], [RECORDED])) == told


def test_where_less_is_better_more_is_told():
    bits = replace(RECORDED, bench="compact", name="exact filter, bits", beside="fewest bits", median=1.09)
    assert worse([replace(bits, median=1.10)], [bits]) == []
    assert len(worse([replace(bits, median=1.12)], [bits])) == 1


def test_figures_of_a_machine_are_guarded_by_nobody():
    cpu = replace(RECORDED, name="checks a CPU second", beside="")
    assert worse([replace(cpu, median=1)], [cpu]) == []
