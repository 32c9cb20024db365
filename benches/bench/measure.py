"""One measured run: what the load generator saw, with what it cost the server, the database and the disk."""

import time

from . import disk, generator, processes


def loaded(peer, doing, c, seconds, warm, first=0, **options):
    """Runs the load on a peer that is up. Figures are per approved request."""
    sync = disk.fdatasync()
    pids = peer.pids()
    slack = peer.slack.process.pids()
    before = processes.cpu(pids), processes.cpu(slack), peer.synced(), processes.busy()
    start = time.monotonic()
    seen = generator.load(doing, peer.base(), peer.dialect, c=c, seconds=seconds, warm=warm, first=first, **peer.options(), **options)
    elapsed = time.monotonic() - start
    own = processes.cpu(set(pids) | set(peer.pids())) - before[0]
    fake = processes.cpu(slack) - before[1]
    requests = max(1, seen["next"] - first)
    generated = seen["own_cpu"] * (seconds + warm) / seconds
    foreign = (processes.busy() - before[3] - own - fake - generated) / elapsed
    return {
        **seen, "peer": peer.name, "c": c, "cpu_ms": 1000 * own / requests, "syncs": (peer.synced() - before[2]) / requests,
        "foreign": max(0.0, foreign), "fdatasync_ms": sync,
    }
