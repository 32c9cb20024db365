"""What people would use instead, each as well tuned as we could."""

import json
import shutil
import urllib.request

from . import disk, place
from .processes import Process, until


class Peer:
    """Processes, and how they are spoken to."""

    name = dialect = kind = None

    def __init__(self, cluster, slack):
        self.cluster, self.slack, self.processes, self.port = cluster, slack, [], place.free_port()
        self.home = place.SCRATCH / self.name
        self.syncs = disk.Syncs(self.name)
        shutil.rmtree(self.home, ignore_errors=True)
        self.home.mkdir(parents=True)
        self.database = "peer_" + self.name.split("-")[0]
        if self.kind == "postgres":
            cluster.fresh(self.database)

    def run(self, command, cwd=None, **env):
        env = {"PORT": str(self.port), "NODE_ENV": "production", **env, **self.syncs.env()}
        log = place.scratch("log") / f"{self.name}.log"
        self.processes.append(Process(command, log, env, cwd))

    def url(self):
        return self.cluster.url(self.database)

    def base(self):
        return f"127.0.0.1:{self.port}"

    def options(self):
        return {"fake": self.slack.address()}

    def pids(self):
        own = [pid for process in self.processes for pid in process.pids()]
        return own + (self.cluster.process.pids() if self.kind == "postgres" else [])

    def synced(self):
        return self.syncs.count() + (self.cluster.syncs.count() if self.kind == "postgres" else 0)

    def stored(self):
        return self.cluster.size(self.database) if self.kind == "postgres" else disk.used(self.home)

    def get(self, path, port=None):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port or self.port}{path}", timeout=60) as answer:
                return json.load(answer)
        except (OSError, ValueError):
            return None

    def answers(self):
        until(lambda: self.get("/count?state=denied"), what=self.name)

    def denied(self):
        answer = self.get("/count?state=denied")
        return answer["count"] if answer else 0

    def stop(self):
        for process in reversed(self.processes):
            process.stop()


class BoltSqlite(Peer):
    name, dialect, kind = "bolt-sqlite", "bolt", "sqlite"

    def start(self):
        database = f"{self.home}/bolt.db" if self.kind == "sqlite" else self.url()
        store = "sqlite" if self.kind == "sqlite" else "pg"
        api = f"http://{self.slack.address()}/api/"
        app = place.scratch("peers", "bolt") / "app.cjs"
        # better-sqlite3 is built against the system's node.
        node = "node" if self.kind == "sqlite" else place.NODE
        self.run([node, app], STORE=store, DATABASE=database, SLACK_SIGNING_SECRET=place.SLACK_SECRET, SLACK_API=api)
        self.answers()
        return self


class BoltPostgres(BoltSqlite):
    name, kind = "bolt-postgres", "postgres"


class Restate(Peer):
    """Two partitions for two processors, the best of those that were tried; the request is a virtual object."""

    name, dialect, kind = "restate", "restate", "own"

    def start(self):
        app = place.scratch("peers", "restate")
        self.admin, self.counter, self.service = place.free_port(), place.free_port(), place.free_port()
        node = place.free_port()
        server = app / "node_modules/@restatedev/restate-server-linux-x64/bin/restate-server"
        self.run([server, "--no-logo"], app, RESTATE_BASE_DIR=str(self.home), RESTATE_DISABLE_TELEMETRY="true",
                 RESTATE_LISTEN_MODE="tcp", RESTATE_LOG_FILTER="error", RESTATE_NODE_NAME="n1", RESTATE_DEFAULT_NUM_PARTITIONS="2",
                 RESTATE_BIND_IP="127.0.0.1", RESTATE_BIND_PORT=str(node), RESTATE_ADVERTISED_ADDRESS=f"http://127.0.0.1:{node}",
                 RESTATE_INGRESS__BIND_PORT=str(self.port), RESTATE_ADMIN__BIND_PORT=str(self.admin))
        self.run([place.NODE, app / "app.mjs"], app, PORT=str(self.service), COUNT_PORT=str(self.counter), RESTATE_LOGGING="ERROR")
        until(self.registered, what="Restate")
        return self

    def registered(self):
        body = json.dumps({"uri": f"http://127.0.0.1:{self.service}", "force": True}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.admin}/deployments", body, {"Content-Type": "application/json"})
        try:
            return urllib.request.urlopen(request, timeout=5).status < 300
        except OSError:
            return False

    def denied(self):
        answer = self.get("/", self.counter)
        return answer["count"] if answer else 0


class Dbos(Peer):
    name, dialect, kind = "dbos", "plain", "postgres"

    def start(self):
        app = place.scratch("peers", "dbos")
        self.run([place.NODE, app / "app.cjs"], app, DATABASE=self.url())
        self.answers()
        return self


class Ceiling(Peer):
    name, dialect, kind = "ceiling-sqlite", "bolt", "sqlite"

    def start(self):
        database = f"{self.home}/ceiling.db" if self.kind == "sqlite" else self.url()
        self.run([place.PROBES / "ceiling", self.port, self.kind, database])
        self.answers()
        return self


class CeilingPostgres(Ceiling):
    name, kind = "ceiling-postgres", "postgres"


class Hello(Peer):
    """An axum server that answers without doing anything."""

    name, dialect, kind = "hello", "countersign", "none"

    def start(self):
        self.run([place.PROBES / "hello", self.port])
        until(lambda: self.get("/api/v1/requests/1"), what="hello")
        return self


ALL = {peer.name: peer for peer in (BoltSqlite, BoltPostgres, Restate, Dbos, Ceiling, CeilingPostgres, Hello)}
