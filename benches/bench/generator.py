"""The load generator, and the Slack that peers talk to."""

import json
import subprocess
import urllib.request

from . import place
from .processes import Process, until


def load(doing, base, dialect, **options):
    """Runs it; what it saw. Options as in probes/src/bin/load.rs."""
    return finish(begin(doing, base, dialect, **options))


def begin(doing, base, dialect, **options):
    command = [place.PROBES / "load", doing, "--base", base, "--dialect", dialect]
    for name, value in options.items():
        command += [f"--{name}", value]
    return subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process):
    out, err = process.communicate(timeout=900)
    if process.returncode:
        raise RuntimeError(f"the load generator failed: {err[-2000:]}")
    seen = json.loads(out)
    if seen["errors"] > seen["done"] / 100:
        raise RuntimeError(f"{seen['errors']} errors, the last: {seen['last_error']}")
    return seen


class Slack:
    """A fake of its API. `limited`: with the published limits enforced."""

    def __init__(self, limited=False):
        self.port = place.free_port()
        command = [place.PROBES / "load", "fake", "--port", self.port, "--limited", int(limited)]
        self.process = Process(command, place.scratch("log") / "slack.log")
        until(self.seen, what="the fake of Slack")

    def address(self):
        return f"127.0.0.1:{self.port}"

    def seen(self):
        try:
            with urllib.request.urlopen(f"http://{self.address()}/seen", timeout=10) as answer:
                return json.load(answer)
        except OSError:
            return None

    def stop(self):
        self.process.stop()
