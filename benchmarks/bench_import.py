"""How long large CSVs of returns take to become a generation: `python -m benchmarks import` (10 and 100 million rows; `import=10000000` one of them).

The measure beside it is the engine's own: `CREATE TABLE t AS SELECT * FROM read_csv(file) ORDER BY key` into a file, in a process of its
own on the same machine, with as many threads. Limits: 1.5 times as long and 2 GB for 10 million rows; 8 GB for 100 million, where the
engine's own sorting would take more than that and is asked for by `import=100000000` alone. The file is
made on the fly, a row a figure by day, place, kind, sex and age; beyond the days there are, by site too. Processor seconds stand beside
the clock: on a machine that does other work, they are the fairer figure. Memory is the most that the processes held together.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

from data.building import build
from data.generations import generations

ROWS = (10_000_000, 100_000_000)
ROOM = 200
"""Bytes of disk a row takes at most, the engine's own table included."""
COUNTRY = "COD"
DAYS = 365 * 14
RATIO = 1.5
GIGABYTES = {10_000_000: 2.0, 100_000_000: 8.0}
MOST_BESIDE = 8.0
"""Where so little memory is the limit, the engine's own is measured too: it took 9.5 GB for 100 million rows."""
KEY = '"population group", date, admin2_code, gender, age_range'
HOUSE = Path(__file__).resolve().parent.parent
BASELINE = f"""
import duckdb, sys
with duckdb.connect(sys.argv[2], config={{"temp_directory": sys.argv[2] + ".spill"}}) as connection:
    connection.execute(f"CREATE TABLE t AS SELECT * FROM read_csv('{{sys.argv[1]}}') ORDER BY {KEY.replace('"', chr(92) + '"')}")
    connection.execute("CHECKPOINT")
"""


@dataclass
class Run:
    """Seconds of the clock and of the processor, and the most memory that the processes held together, in GB."""

    clock: float
    processor: float
    memory: float


def main() -> None:
    """One size and the engine's own beside it, or every size."""
    if len(sys.argv) > 1:
        measure(int(sys.argv[1]))
        return
    for rows in ROWS:
        if shutil.disk_usage(tempfile.gettempdir()).free < ROOM * rows:
            print(f"{rows} rows: left out, {ROOM * rows / 2**30:.0f} GB of disk are not free", flush=True)
        else:
            measure(rows, beside=GIGABYTES[rows] < MOST_BESIDE)


def measure(rows: int, beside: bool = True) -> None:
    """Import a file of so many rows into a store of its own, `beside` after the engine's own reading and sorting."""
    with tempfile.TemporaryDirectory(prefix="ancrage-bench-") as name:
        folder = Path(name)
        store, table = folder / "store", folder / "returns.csv"
        build(store)
        make(table, store, rows)
        print(f"{rows} rows, {table.stat().st_size / 2**20:.0f} MB, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}", flush=True)
        engine = run([sys.executable, "-c", BASELINE, str(table), str(folder / "baseline.duckdb")], {}) if beside else None
        if engine:
            say("read_csv, sorted", engine)
        report = folder / "report.json"
        ours = run([sys.executable, "-m", "data", "import", str(table), "--country", COUNTRY, "--json", str(report)], {"ANCRAGE_STORE_DIR": str(store)})
        say("import", ours)
        found = json.loads(report.read_text(encoding="utf-8"))
        one = found["files"][0]
        assert found["generation"] and one["accepted"] == one["rows_read"] == rows, one["issues"][:3]
        size = generations(store)[0].path.stat().st_size / 2**20
        print(f"{'':18} {found['changes']['added']} figures, generation of {size:.0f} MB")
        if engine:
            ratio = ours.clock / engine.clock
            print(f"{'ratio':18} {ratio:8.2f} {ours.processor / engine.processor:8.2f} (limit {RATIO}){'  slow' if ratio > RATIO else ''}")
        most = GIGABYTES.get(rows, 8.0)
        print(f"{'memory':18} {ours.memory:8.2f} GB (limit {most:.0f}){'  too much' if ours.memory > most else ''}", flush=True)


def make(path: Path, store: Path, rows: int) -> None:
    """Write the CSV: distinct rows in no order."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{generations(store)[0].path}' AS store (READ_ONLY)")
        connection.execute("CREATE TABLE place AS SELECT row_number() OVER (ORDER BY pcode) - 1 AS place_at, pcode FROM store.area "
                           f"WHERE iso3 = '{COUNTRY}' AND level = 2")
        places = connection.execute("SELECT count(*) FROM place").fetchall()[0][0]
        size = DAYS * places * 20
        step = int(size * 0.618) | 1
        while math.gcd(step, size) != 1:
            step += 2
        site = f", 'site ' || (i // {size}) AS site" if rows > size else ""
        connection.execute(
            f"COPY (SELECT strftime(DATE '2011-01-01' + (k // {places * 20})::INTEGER, '%Y-%m-%d') AS date, pcode AS admin2_code, "
            "['refugees', 'IDPs'][k % 2 + 1] AS \"population group\", ['f', 'm'][k // 2 % 2 + 1] AS gender, "
            "['0-4', '5-11', '12-17', '18-59', '60+'][k // 4 % 5 + 1] AS age_range, (hash(k) % 250 + 1)::INTEGER AS returnees" + site +
            f" FROM (SELECT i, ((i::HUGEINT * {step}) % {size})::BIGINT AS k FROM range({rows}) r(i)) JOIN place ON place_at = k // 20 % {places}) "
            f"TO '{path}' (HEADER)")


def run(program: list[str], environment: dict[str, str]) -> Run:
    """Run a program and measure it with all the processes it starts. Raises CalledProcessError when it fails."""
    most = 0.0
    before, began = os.times(), time.perf_counter()
    process = subprocess.Popen(program, cwd=HOUSE, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    over = threading.Event()

    def watch() -> None:
        nonlocal most
        while not over.wait(0.2):
            most = max(most, sum(map(_resident, _family(process.pid))) / 2**30)

    watcher = threading.Thread(target=watch)
    watcher.start()
    code = process.wait()
    over.set()
    watcher.join()
    if code:
        raise subprocess.CalledProcessError(code, program)
    after = os.times()
    return Run(time.perf_counter() - began, after.children_user + after.children_system - before.children_user - before.children_system, most)


def _family(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        try:
            found += [int(child) for child in Path(f"/proc/{one}/task/{one}/children").read_text().split()]
        except OSError:
            continue
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def say(name: str, one: Run) -> None:
    print(f"{name:18} {one.clock:8.1f} s {one.processor:6.1f} s of processor {one.memory:6.2f} GB", flush=True)


if __name__ == "__main__":
    main()
