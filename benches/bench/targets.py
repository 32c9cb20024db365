"""The twelve targets: what is compared with what, and when it is reached."""

from .records import all as records, median

OURS = {"SQLite": "countersign-sqlite", "PostgreSQL": "countersign-postgres"}
PEERS = ["bolt-sqlite", "bolt-postgres", "restate", "dbos"]
ENGINES = ["restate", "dbos"]


def at(key, peer, c=64):
    return median("chains", key, peer=peer, c=c)


def ratio(one, other):
    return one / other if one is not None and other else None


def best(values, pick=max):
    values = [value for value in values if value is not None]
    return pick(values) if values else None


class Part:
    """One figure of a row. `more`: larger is better."""

    def __init__(self, label, value, first, goal, more=False, unit="", digits=2):
        self.label, self.value, self.first, self.goal, self.more, self.unit, self.digits = label, value, first, goal, more, unit, digits

    def reaches(self, bound):
        value = self.value()
        return value is not None and (value >= bound if self.more else value <= bound)

    def shown(self):
        value = self.value()
        figure = "not measured" if value is None else f"{value:,.{self.digits}f}{self.unit}"
        return f"{self.label} {figure}".strip()


class Target:
    """`scale`: the row of the records, its key and the number that the target means."""

    def __init__(self, number, what, first, goal, parts, scale=None):
        self.number, self.what, self.first, self.goal, self.parts, self.scale = number, what, first, goal, parts, scale

    def judged(self):
        """What ours is, and whether the row is met, by its weakest part."""
        ours, met = self.measured()
        if self.scale:
            row, key, meant = self.scale
            reached = max((record.get(key, 0) for record in records() if record["row"] == row and record["peer"] in OURS.values()), default=meant)
            if reached < meant * 0.95:
                return f"{ours} (with {reached:,} only)", f"{met}, at a smaller scale"
        return ours, met

    def measured(self):
        ours = "; ".join(part.shown() for part in self.parts)
        if any(part.value() is None for part in self.parts):
            return ours, "not measured in full"
        for word, bound in (("Goal", "goal"), ("First", "first")):
            if all(part.reaches(getattr(part, bound)) for part in self.parts):
                return ours, word
        return ours, "no"


def each(make):
    """The same part on both databases."""
    return [part for name, peer in OURS.items() for part in make(name, peer)]


def throughput(name, peer):
    one = lambda other: lambda: ratio(at("per_second", peer), at("per_second", other))
    return [Part(f"{name}: Bolt + PostgreSQL", one("bolt-postgres"), 6, 12, True, "x"), Part("Restate", one("restate"), 5, 10, True, "x")]


def syncs(name, peer):
    return [Part(f"{name}: C=64", lambda: at("syncs", peer), 1.0, 0.6), Part("per acknowledgement at C=1", lambda: ratio(at("syncs", peer, 1), 5), 1, 1, True)]


def latency(name, peer):
    fast = lambda: ratio(at("vote.p50", peer, 1), median("chains", "fdatasync_ms", peer=peer, c=1))
    tail = lambda: ratio(best([at("vote.p99", other) for other in PEERS], min), at("vote.p99", peer))
    return [Part(f"{name}: p50", fast, 8, 4, False, " fdatasync"), Part("p99 below the best peer's", tail, 3, 6, True, "x")]


def cpu(name, peer):
    return [Part(f"{name}:", lambda: ratio(best([at("cpu_ms", other) for other in PEERS], min), at("cpu_ms", peer)), 6, 12, True, "x")]


def timeouts(name, peer):
    fast = lambda: ratio(median("timeouts", "seconds", peer="restate"), median("timeouts", "seconds", peer=peer))
    return [Part(f"{name}:", fast, 8, 25, True, "x"), Part("in", lambda: median("timeouts", "seconds", peer=peer), 1e9, 1e9, False, " s"),
            Part("votes' p99", lambda: median("timeouts", "votes_p99", peer=peer), 250, 100, False, " ms", 0)]


def stored(name, peer):
    least = lambda: best([median("stored", "bytes", peer=other) for other in ENGINES], min)
    return [Part(f"{name}:", lambda: ratio(median("stored", "bytes", peer=peer), least()), 1, 0.35, False, "x")]


def delivery(name, peer):
    of = lambda key: median("delivery", key, peer=peer)
    return [Part(f"{name}: 429s", lambda: of("refused"), 0, 0, False, "", 0), Part("time", lambda: ratio(of("seconds"), of("least")), 1.3, 1.05, False, "x"),
            Part("calls", lambda: of("calls"), 4, 2)]


def large(name, peer):
    few = lambda: median("large", "per_second", peer=peer, decided=1_000)
    return [Part(f"{name}:", lambda: ratio(many(peer), few()), 0.9, 0.97, True)]


def many(peer):
    decided = max((r["decided"] for r in records() if r["row"] == "large" and r["peer"] == peer), default=0)
    return median("large", "per_second", peer=peer, decided=decided) if decided > 1_000 else None


def startup(name, peer):
    return [Part(f"{name}:", lambda: ratio(median("startup", "seconds", peer=peer), median("startup", "seconds", peer="bolt-sqlite")), 2, 0.8, False, "x")]


def memory():
    idle = lambda peer: median("memory", "idle_mb", peer=peer)
    return [Part("idle", lambda: ratio(idle("countersign-sqlite"), idle("bolt-sqlite")), 0.6, 0.35, False, "x"),
            Part("per pending request", lambda: median("pending", "kb_each", peer="countersign-sqlite"), 2, 0.5, False, " kB")]


def share(name, peer):
    return [Part(f"{name}:", lambda: ratio(at("per_second", peer), at("per_second", "hello")), 0.25, 0.5, True)]


TARGETS = [
    Target(1, "approved requests/s at C=64, against Bolt JS + PostgreSQL / tuned Restate", "6x / 5x", "12x / 10x", each(throughput)),
    Target(2, "the same, as a share of an axum server that does nothing with the same bytes", "0.25", "0.5", each(share)),
    Target(3, "syncs per approved request (5 acknowledged writes) at C=64; per acknowledgement at C=1", "1.0; >= 1", "0.6; >= 1", each(syncs)),
    Target(4, "CPU per approved request, server and database, below the best peer's", "6x", "12x", each(cpu)),
    Target(5, "p50 of a vote at C=1; p99 at C=64", "8 fdatasync; 3x below", "4 fdatasync; 6x below", each(latency)),
    Target(6, "10,000 timeouts at one moment, against the best engine; votes' p99 meanwhile", "8x; 250 ms", "25x; 100 ms", each(timeouts), ("timeouts", "n", 10_000)),
    Target(7, "memory: idle with all adapters against Bolt JS + SQLite; per pending request", "0.6x; 2 kB", "0.35x; 0.5 kB", memory(), ("pending", "n", 10_000)),
    Target(8, "cold start to the first durable vote with 100,000 pending, against Bolt JS with none", "2x", "0.8x", each(startup), ("startup", "pending", 99_000)),
    Target(9, "durable bytes per approved request with its trail, against the best engine", "1x", "0.35x", each(stored)),
    Target(10, "1,000 approved requests in 20 channels under Slack's limits: 429s; time against the least; calls per request", "0; 1.3x; 4", "0; 1.05x; 2", each(delivery), ("delivery", "n", 1_000)),
    Target(11, "votes/s with 1,000,000 decided requests in the database, against 1,000", "0.9", "0.97", each(large), ("large", "decided", 1_000_000)),
    Target(12, "10,000 grants that end at one moment, until all are revoked, against the target's own speed", "3x", "1.3x",
           [Part("", lambda: ratio(median("expiry", "seconds", peer="countersign-sqlite"), median("expiry", "seconds", peer="target")), 3, 1.3, False, "x")], ("expiry", "n", 10_000)),
]
