"""Where a sentence, or a clause of one, ends in any of the scripts that pages are written in."""

import re

CLAUSE_STOP = re.compile("[.,;:!?\u3002\uff0c\uff1b\uff1a\uff01\uff1f\u3001\u00b6\n|]")
SENTENCE_STOP = re.compile("[.;:!?\u3002\uff1b\uff1a\uff01\uff1f\u00b6\n|]")
"""What no word reaches across that changes another; an abbreviation's point is one too."""
DENIAL_STOP = re.compile("[.;!?\u3002\uff1b\uff01\uff1f\u00b6\n|]")
"""What no denial reaches back across: "Replicas: not sold here" denies what stands before the colon."""
SENTENCE_END = re.compile("[.!?][\"'\u201d\u2019)\u00bb]*(?=\\s|$)|[\u3002\uff01\uff1f\u00b6]")
"""Where a whole sentence ends, with the mark that closes a quotation; a block does at the latest."""
