"""Row 12: grants on a real PostgreSQL that all end at the same moment, against that server's own speed."""

import re
import subprocess
import time

from .. import countersign, generator, place, policy, postgres, records
from .memory import CONNECTOR

# As many revocations as Countersign has under way at once.
PARALLEL = 8


def run(cluster, quick, only=None):
    count = 500 if quick else 10_000
    slack = generator.Slack()
    target = postgres.Cluster("target", ["log_statement=all", "log_line_prefix=%c|"])
    try:
        target.sql("CREATE ROLE leftovers NOLOGIN")
        target.sql("CREATE ROLE bench_role NOLOGIN")
        text = policy.text(connector=CONNECTOR.format(port=target.port))
        server = countersign.Countersign("sqlite", cluster, slack, demo=True, text=text, env={"BENCH_PASSWORD": "x"}).start()
        try:
            ours(server, target, count)
        finally:
            server.stop()
        own_speed(target, count)
    finally:
        target.stop()
        slack.stop()


def roles(target):
    return int(target.sql("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'cs\\_%'"))


def ours(server, target, count):
    generator.load("approved", server.base(), server.dialect, c=64, n=count, resource="role", **server.options())
    granted = time.monotonic()
    while roles(target) < count and time.monotonic() - granted < 600:
        time.sleep(0.2)
    held = int(server.sql("SELECT count(*) FROM requests WHERE grant_state = 'active'"))
    start = time.monotonic()
    server.call("/demo/advance", {"by": "5h"})
    gone = None
    while time.monotonic() - start < 900:
        if gone is None and roles(target) == 0:
            gone = time.monotonic() - start
        if gone and int(server.sql("SELECT count(*) FROM requests WHERE grant_state = 'ended'")) >= held:
            break
        time.sleep(0.1)
    records.add("expiry", peer=server.name, n=held, seconds=gone, on_record=time.monotonic() - start)


def own_speed(target, count):
    """The statements of one revocation, as the server's log has them, driven by pgbench with as many connections."""
    script = place.scratch() / "revoke.sql"
    script.write_text(statements((place.scratch("log") / "target.log").read_text()))
    target.sql(f"DO $$ BEGIN FOR n IN 1..{count} LOOP EXECUTE format('CREATE ROLE cs_own%s LOGIN IN ROLE bench_role', n); END LOOP; END $$")
    each = count // PARALLEL
    target.sql("CREATE SEQUENCE IF NOT EXISTS turn")
    command = [f"{postgres.BIN}/pgbench", "-h", "127.0.0.1", "-p", target.port, "-U", "postgres", "-n", "-f", script, "-c", PARALLEL,
               "-C", "-j", 2, "-t", each, "postgres"]
    start = time.monotonic()
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    took = time.monotonic() - start
    if roles(target) > count - each * PARALLEL:
        raise RuntimeError("pgbench left roles behind")
    records.add("expiry", peer="target", n=each * PARALLEL, seconds=took * count / (each * PARALLEL))


def statements(log):
    """What one session did to revoke, with a gap where the role's name was. Only looking (with parameters) is left out, which
    favours the target."""
    lines = log.splitlines()
    drops = [line for line in lines if re.search(r"DROP ROLE", line) and "cs_" in line]
    if not drops:
        raise RuntimeError("the target's log has no revocation")
    session = drops[len(drops) // 2].split("|")[0]
    name = re.search(r"cs_\w+", drops[len(drops) // 2]).group(0)
    taken = []
    for line in lines:
        match = re.match(re.escape(session) + r"\|LOG:  (?:statement|execute [^:]*): (.*)", line)
        if match and "$1" not in line and "pg_" not in line:
            taken.append(match.group(1).rstrip(";"))
    return "SELECT nextval('turn') AS n \\gset\n" + "\n".join(f"{t.replace(name, 'cs_own:n')};" for t in taken) + "\n"
