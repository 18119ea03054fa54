"""A year of listings, asked with DuckDB: ``python year_of_listings.py entries.parquet [--year 2026]``.

The file is what ``linkgazette export entries --out entries.parquet`` writes (a ``.csv`` does as well): one
row for each time that something was listed. Every question is one statement; change them, or ask your own.
"""

import argparse

import duckdb

QUESTIONS = {
    "month by month": """
        SELECT strftime(month, '%Y-%m') AS month,
               count(*) FILTER (date_trunc('month', listed_at) = month) AS listed,
               count(*) FILTER (date_trunc('month', removed_at) = month) AS removed,
               count(*) FILTER (date_trunc('month', removed_at) = month
                                AND removal_reason IN ('error', 'appeal')) AS in_error,
               count(*) FILTER (listed_at < month + INTERVAL 1 MONTH
                                AND coalesce(removed_at, 'infinity') >= month + INTERVAL 1 MONTH)
               AS at_its_end
        FROM months LEFT JOIN listings ON listed_at < month + INTERVAL 1 MONTH
        WHERE month <= (SELECT max(greatest(listed_at, coalesce(removed_at, verified_at))) FROM listings)
        GROUP BY month ORDER BY month""",
    "why entries left, and after how many days": """
        SELECT removal_reason AS reason, count(*) AS entries,
               round(median(date_diff('second', listed_at, removed_at)) / 86400, 1) AS median_days,
               round(quantile_cont(date_diff('second', listed_at, removed_at), 0.9) / 86400, 1)
               AS nine_of_ten_within
        FROM listings WHERE year(removed_at) = $year GROUP BY reason ORDER BY entries DESC, reason""",
    "what is listed now": """
        SELECT category, count(*) AS entries, max(grade) AS gravest,
               count(*) FILTER (decided_by = 'moderator') AS by_moderators,
               round(median(date_diff('second', first_seen, listed_at)) / 3600, 1) AS median_hours_to_list
        FROM listings WHERE removed_at IS NULL AND year(listed_at) <= $year
        GROUP BY category ORDER BY entries DESC, category""",
    "listed again after it had left": """
        SELECT id, count(*) AS times, min(listed_at)::DATE AS first, max(listed_at)::DATE AS last
        FROM listings GROUP BY id HAVING count(*) > 1 ORDER BY times DESC, id LIMIT 20""",
}


def asked(path: str, year: int) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows that answer each question, under the names of their columns."""
    with duckdb.connect() as opened:
        opened.execute("SET TimeZone = 'UTC'")
        opened.execute(_load(path), [path])
        opened.execute(
            "CREATE TABLE months AS SELECT unnest(generate_series(make_date($1, 1, 1)::TIMESTAMPTZ,"
            " make_date($1, 12, 1)::TIMESTAMPTZ, INTERVAL 1 MONTH)) AS month",
            [year],
        )
        answers = {}
        for name, question in QUESTIONS.items():
            found = opened.execute(question, {"year": year} if "$year" in question else {})
            answers[name] = [tuple(column[0] for column in found.description), *found.fetchall()]
        return answers


def _load(path: str) -> str:
    reader = "read_parquet($1)" if path.endswith(".parquet") else "read_csv($1, header = true)"
    return f"CREATE TABLE listings AS FROM {reader}"


def main() -> None:
    """Print a table for each question."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("path", metavar="entries.parquet")
    given.add_argument("--year", type=int, default=2026)
    said = given.parse_args()
    for name, rows in asked(said.path, said.year).items():
        print(f"\n{name}")
        cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        for row in cells:
            print(
                "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            )


if __name__ == "__main__":
    main()
