"""What was measured: one line of JSON each, in one file that runs of single rows add to."""

import json
import statistics
import time

from . import place


def fresh():
    place.RECORDS.unlink(missing_ok=True)


def add(row, **record):
    """Keeps a record and shows it."""
    record = {"row": row, **record, "at": int(time.time())}
    line = json.dumps(record)
    with open(place.RECORDS, "a") as file:
        file.write(line + "\n")
    print(line, flush=True)


def all():
    if not place.RECORDS.exists():
        return []
    return [json.loads(line) for line in place.RECORDS.read_text().splitlines()]


def median(row, key, **match):
    """The median of what was measured; `None` where nothing was. `key` may name a figure in a figure: `vote.p50`."""
    def get(record):
        for part in key.split("."):
            record = record.get(part) if record else None
        return record

    fits = [r for r in all() if r["row"] == row and all_equal(r, match)]
    values = [value for value in map(get, fits) if value is not None]
    return statistics.median(values) if values else None


def all_equal(record, match):
    return {**record, **match} == record
