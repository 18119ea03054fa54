"""A crawl on many machines: one leads, any number work, NATS JetStream is between them.

``lead`` runs beside the store: it hands due links out as *errands* and stores the *visits* that come back.
``worker`` runs anywhere: it holds some shards of the hosts, fetches and judges as on one machine, keeps the
evidence in a shared folder and sends the visits. What makes that safe is in few places:

- a host belongs to one shard (``sharding``), a shard to one worker at a time (``claims``);
- a claim that was lost fences its worker: it asks for no page any more, and visits that it sends later than
  the next holder's first word are refused (``fence``);
- an errand is acknowledged when its visit is in the engine, a visit when it is in the store, and the store
  takes a visit only under the ticket of its errand: nothing is lost, nothing is stored twice.

Needs the extra ``linkgazette[cluster]``. Nothing else of the house knows of it.
"""
