"""Share reports in: files and streams to what the store keeps, with an error for each line of no use.

``source`` opens and decodes; ``json_lines``, ``table``, ``plain`` and ``telegram`` each read one shape of
file; ``fields`` says what a row may hold, ``rows`` turns it into shares without raw ids or names; ``find``
finds URLs in text; ``read_batches`` gathers shares, ``batches`` hands them to the store. Nothing holds a file
in memory.
"""

from blocklist.intake.batches import IntakeReport, check_files, take_in
from blocklist.intake.read_batches import MAX_ERRORS
from blocklist.intake.reader import read_rows
from blocklist.intake.rows import Row, RowProblem

__all__ = [
    "MAX_ERRORS",
    "IntakeReport",
    "Row",
    "RowProblem",
    "check_files",
    "read_rows",
    "take_in",
]
