"""A few processes that read and judge pages, so that a page which breaks its reader breaks nothing else.

``reading`` is the work itself and ``warc`` the evidence it packs (both pure), ``wire`` how it travels,
``nursery`` makes the processes and limits them, ``pool`` hands out pages to them. What comes of a reading is
the pipeline's to store.
"""

from crawler.readers.exchange import Exchange, Headers
from crawler.readers.nursery import Nursery
from crawler.readers.pool import Readers
from crawler.readers.reading import Reader, Reading, Reads, Task

__all__ = ["Exchange", "Headers", "Nursery", "Reader", "Readers", "Reading", "Reads", "Task"]
