"""Links that are away though nobody is on their errand any more: the engine may lose what it was given.

NATS 2.9 now and then loses messages of a work queue when a server of it is killed. Whatever is left when the
engine is empty is easily told (``leader``); while other errands come and go, only a look at each can tell.
"""

from collections import defaultdict
from collections.abc import Mapping

from nats.js.errors import NotFoundError

from blocklist.model import Link
from blocklist.store.links import Links
from crawler.cluster.engine import ERRANDS, Engine, errands_of
from crawler.cluster.words import Errand, unpack


async def lying(engine: Engine) -> Mapping[str, set[int]]:
    """Return the links of the errands that the engine holds, twins too, by ticket.

    One question an errand, so not for every moment. Raises an error of the engine's when it does not answer.
    """
    found, place = defaultdict[str, set[int]](set), 1
    while True:
        try:
            message = await engine.stream.get_msg(ERRANDS, place, errands_of("*"), next=True)
        except NotFoundError:
            return found
        errand = unpack(message.data or b"", Errand)
        found[errand.ticket].update(each.id for each in (errand.link, *errand.link.twins) if each.id)
        place = (message.seq or place) + 1


class Strays:
    """Links without an errand, told by two looks, so that what was on its way at the first is back."""

    def __init__(self) -> None:
        self._tickets = frozenset[str]()
        self._suspects = frozenset[tuple[str, int]]()

    async def look(self, engine: Engine, links: Links, sent: frozenset[str]) -> dict[str, list[Link]]:
        """Return what is surely lost, by ticket; ``sent`` are the tickets whose errands were all handed out.

        Only those that were there at the look before are asked for. Raises as ``lying`` does.
        """
        old, self._tickets = self._tickets & sent, sent
        if not old:
            self._suspects = frozenset()
            return {}
        there = await lying(engine)
        away = {
            (ticket, link.id or 0): link
            for ticket in old
            for link in links.held_by(ticket)
            if link.id not in there[ticket]
        }
        lost = defaultdict[str, list[Link]](list)
        for key in away.keys() & self._suspects:
            lost[key[0]].append(away[key])
        self._suspects = frozenset(away)
        return lost
