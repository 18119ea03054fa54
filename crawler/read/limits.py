"""How much of a page is read: far beyond what a person would, far below what hurts."""

MAX_INPUT = 3_000_000  # characters handed to the parser
MAX_TAGS = 60_000  # opening and closing ones; what comes after them is left out
MAX_BLOCKS = 6_000
MAX_TEXT = 400_000  # characters in all blocks together
MAX_BLOCK = 20_000  # characters in one block; a longer run continues in the next
MAX_LINKS = 2_000
MAX_HREF = 2_048  # characters
MAX_LABEL = 300  # characters of an alt text, a title
MAX_OFFERS = 200
MAX_FOUND = 500  # prices, and contacts
