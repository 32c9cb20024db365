"""Row 11: votes with many decided requests in the database, against votes with 1,000."""

import os

from .. import countersign, generator, measure, multiply, records

MANY = int(os.environ.get("BENCH_DECIDED", "1000000"))


def run(cluster, quick, only=None):
    slack = generator.Slack()
    many = 20_000 if quick else MANY
    try:
        for kind in ("sqlite", "postgres"):
            server = countersign.Countersign(kind, cluster, slack).start()
            first = generator.load("approved", server.base(), server.dialect, c=64, n=1_000, **server.options())["next"]
            first = measured(server, first, 1_000, quick)
            server.stop()
            # With audit entries a million requests would fill the disk before they said anything: without.
            held = int(server.sql("SELECT count(*) FROM requests"))
            multiply.multiply(server, max(1, many // held))
            held = int(server.sql("SELECT count(*) FROM requests"))
            server = countersign.Countersign(kind, cluster, slack, keep=True).start()
            measured(server, first, held, quick)
            server.stop()
    finally:
        slack.stop()


def measured(server, first, decided, quick):
    for _ in range(1 if quick else 5):
        seen = measure.loaded(server, "chains", 64, 3, 1, first)
        first = seen["next"]
        records.add("large", **{**seen, "decided": decided})
    return first
