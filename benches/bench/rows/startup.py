"""Row 8: from the start of the process to the first vote that is on disk, with 100,000 requests pending."""

import subprocess
import time

from .. import countersign, generator, multiply, peers, place, records


def run(cluster, quick, only=None):
    slack = generator.Slack()
    try:
        for _ in range(1 if quick else 5):
            bolt = peers.BoltSqlite(cluster, slack)
            start = time.monotonic()
            bolt.start()
            generator.load("pending", bolt.base(), bolt.dialect, c=1, n=1, **bolt.options())
            records.add("startup", peer=bolt.name, seconds=time.monotonic() - start)
            bolt.stop()
        for kind in ("sqlite", "postgres"):
            ours(kind, cluster, slack, 1 if quick else 5)
    finally:
        slack.stop()


def ours(kind, cluster, slack, rounds):
    server = countersign.Countersign(kind, cluster, slack, demo=True).start()
    names = place.scratch() / "names"
    generator.load("pending", server.base(), server.dialect, c=64, n=1_000, names=names, **server.options())
    server.stop()
    multiply.multiply(server, 99)
    ids = names.read_text().split()
    for n in range(rounds):
        server = countersign.Countersign(kind, cluster, slack, demo=True, keep=True)
        start = time.monotonic()
        server.start(wait=False)
        vote(server, ids[n])
        took = time.monotonic() - start
        pending = server.sql("SELECT count(*) FROM requests WHERE state = 'pending'")
        shown = server.call(f"/api/v1/requests/{ids[n]}")
        if not any(step["votes"] for step in shown["steps"]):
            raise RuntimeError(f"the vote is not on record: {shown}")
        records.add("startup", peer=server.name, seconds=took, pending=int(pending))
        server.stop()


def vote(server, name):
    """Presses until it is acknowledged, as Slack's user would."""
    command = [place.PROBES / "load", "vote", "--base", server.base(), "--dialect", server.dialect, "--id", name]
    subprocess.run([str(part) for part in command], check=True, timeout=240)
