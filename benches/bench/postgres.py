"""A PostgreSQL 15 of its own, with its default durability (`fsync` and `synchronous_commit` on)."""

import os
import subprocess

from . import disk, place
from .processes import Process, until

BIN = "/usr/lib/postgresql/15/bin"


class Cluster:
    """One server in the scratch directory; it goes when the run ends."""

    def __init__(self, name="pg", options=()):
        self.port = place.free_port()
        self.syncs = disk.Syncs(name)
        self.data = place.scratch("postgres") / f"{name}-{self.port}"
        self.owner = ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []
        self.data.mkdir()
        if self.owner:
            subprocess.run(["chown", "nobody", self.data], check=True)
        log = place.scratch("log") / f"{name}.log"
        log.unlink(missing_ok=True)
        initdb = [*self.owner, f"{BIN}/initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "--no-sync"]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL)
        preload = [f"{name}={value}" for name, value in self.syncs.env().items()]
        settings = [f"port={self.port}", f"unix_socket_directories={self.data}", "listen_addresses=127.0.0.1", "max_connections=200", *options]
        flags = [part for setting in settings for part in ("-c", setting)]
        self.process = Process([*self.owner, "env", *preload, f"{BIN}/postgres", "-D", self.data, *flags], log)
        until(lambda: self.try_sql("SELECT 1") == "1", what="PostgreSQL")

    def url(self, database):
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def psql(self, sql, database, check):
        command = ["psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-d", database, "-v", "ON_ERROR_STOP=1", "-Atqc", sql]
        done = subprocess.run(command, capture_output=True, text=True)
        if check and done.returncode:
            raise RuntimeError(f"{sql[:200]}: {done.stderr}")
        return done.stdout.strip()

    def sql(self, sql, database="postgres"):
        return self.psql(sql, database, True)

    def try_sql(self, sql, database="postgres"):
        return self.psql(sql, database, False)

    def fresh(self, database):
        """A new, empty database of this name; its URL."""
        self.sql(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        self.sql(f"CREATE DATABASE {database}")
        return self.url(database)

    def size(self, database):
        return int(self.sql(f"SELECT pg_database_size('{database}')"))

    def stop(self):
        self.process.stop()
        subprocess.run(["rm", "-rf", self.data], check=True)
