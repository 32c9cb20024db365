"""Countersign itself: the release binary, as an operator would run it."""

import json
import os
import shutil
import sqlite3
import subprocess
import urllib.error
import urllib.request

from . import disk, place, policy
from .processes import Process, until


class Countersign:
    """One server on one database. `demo`: its clock can be moved; everything else is the same."""

    dialect = "countersign"

    def __init__(self, kind, cluster, slack, demo=False, keep=False, text=None, env=None):
        self.name, self.kind, self.cluster, self.slack, self.demo = f"countersign-{kind}", kind, cluster, slack, demo
        self.database = "countersign"
        self.port = place.free_port()
        self.syncs = disk.Syncs(self.name)
        self.more = env or {}
        self.home = place.SCRATCH / self.name
        if not keep:
            shutil.rmtree(self.home, ignore_errors=True)
            if kind == "postgres":
                cluster.fresh(self.database)
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "policy.toml").write_text(text or policy.text())
        self.process, self.token = None, "demo:auditor"

    def env(self):
        databases = {"sqlite": f"sqlite://{self.home}/server.db", "postgres": self.cluster and self.cluster.url(self.database)}
        return {
            "COUNTERSIGN_LISTEN": f"127.0.0.1:{self.port}", "COUNTERSIGN_POLICY": f"{self.home}/policy.toml",
            "DATABASE_URL": databases[self.kind], "COUNTERSIGN_KEY_FILE": f"{self.home}/key",
            "COUNTERSIGN_CHECKPOINTS": f"{self.home}/checkpoints", "COUNTERSIGN_LOG": "warn",
            "SLACK_BOT_TOKEN": "xoxb-bench", "SLACK_SIGNING_SECRET": place.SLACK_SECRET,
            "SLACK_API_URL": f"http://{self.slack.address()}/api", **self.more,
        }

    def start(self, wait=True):
        log = place.scratch("log") / f"{self.name}.log"
        env = {**self.env(), **self.syncs.env()}
        self.process = Process([place.COUNTERSIGN, "demo" if self.demo else "serve"], log, env, self.home)
        if wait:
            until(self.ready, what=f"{self.name} (see {log})")
            if not self.demo:
                command = [place.COUNTERSIGN, "token", "create", "--for", "auditor"]
                made = subprocess.run(command, env={**os.environ, **self.env()}, cwd=self.home, capture_output=True, text=True, check=True)
                self.token = made.stdout.strip()
        return self

    def ready(self):
        if not self.process.alive():
            raise RuntimeError(f"{self.name} ended: {self.process.log.read_text()[-2000:]}")
        try:
            return urllib.request.urlopen(f"http://{self.base()}/readyz", timeout=5).status == 200
        except OSError:
            return False

    def call(self, path, body=None):
        """An answer of the API, as JSON."""
        data = json.dumps(body).encode() if body is not None else None
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(f"http://{self.base()}{path}", data, headers), timeout=600) as answer:
            return json.load(answer)

    def base(self):
        return f"127.0.0.1:{self.port}"

    def options(self):
        return {"token": self.token, "fake": self.slack.address(), "people": policy.PEOPLE}

    def pids(self):
        return self.process.pids() + (self.cluster.process.pids() if self.kind == "postgres" else [])

    def synced(self):
        return self.syncs.count() + (self.cluster.syncs.count() if self.kind == "postgres" else 0)

    def sql(self, sql):
        """One value, read from the database itself."""
        if self.kind == "postgres":
            return self.cluster.sql(sql, self.database)
        with sqlite3.connect(f"file:{self.home}/server.db?mode=ro", uri=True, timeout=30) as database:
            return database.execute(sql).fetchone()[0]

    def stored(self):
        """Bytes of the database, with nothing left in a write-ahead log."""
        return self.cluster.size(self.database) if self.kind == "postgres" else disk.used(self.home)

    def stop(self):
        if self.process:
            self.process.stop(30)
