"""The facts of a large returns table: figures added up by period, kind, host, place, sex and age; totals beside their parts count once.

The rules are those of `settle` and `_flows` in tables/returns.py, as sets; the facts stay in a file of the engine until they are merged.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pandas as pd

from data.importing.large_returns import BAND, KIND, SEX, Coded
from data.importing.placing import Job
from data.importing.report import MOST_ISSUES
from data.importing.tables_of_store import BY_NAME

_UNKNOWN_SEX, _ALL_SEX = SEX.index("unknown"), SEX.index("all")
_UNKNOWN_BAND, _ALL_BAND = BAND.index("unknown"), BAND.index("all")
_NOBODY: Final = _UNKNOWN_SEX * 8 + _UNKNOWN_BAND
_TOTAL: Final = _ALL_SEX * 8 + _ALL_BAND


@dataclass
class Large:
    """Facts of returns too many to be held, in the database at `path`, attached as `large`: `cells` selects them as numbers in the order of
    their key (kind_at, period_at, place_at, what, persons, row_no), the tables `period`, `place` and `word` say what those stand for,
    `host` has the rows by host country where there are any (`hosts`).

    `rows` is how many rows the cells are; `replacing` has the groups of facts it brings (tables_of_store); `figures` is how many figures they are.
    """

    path: Path
    cells: str
    rows: int
    hosts: bool
    replacing: pd.DataFrame
    figures: int


@dataclass
class Cells:
    """What `add_up` found: how many rows have a place, totals that their parts exceed [(n, parts, total)], the period."""

    asked_rows: int = 0
    joined_rows: int = 0
    asked_persons: float = 0.0
    joined_persons: float = 0.0
    exceeded: list[tuple[int, float, float]] = field(default_factory=list)
    exceeded_rows: int = 0
    period: tuple[pd.Timestamp, pd.Timestamp] | None = None
    large: Large | None = None


def add_up(coded: Coded) -> Cells:
    """The facts of the accepted rows, and what the report says of them."""
    found = Cells()
    _places(coded)
    has_place = "t_place" in {row[0] for row in coded.run("SELECT table_name FROM duckdb_tables()")}
    if has_place:
        _join_rates(coded, found)
    _settle(coded, found)
    _large(coded, found, has_place)
    return found


def _places(coded: Coded) -> None:
    job = coded.job
    coded.keep("place", pd.DataFrame({
        "place_at": range(len(coded.places)), "pcode": [pcode for pcode, _, _ in coded.places],
        "place": pd.array([label or None for _, label, _ in coded.places], dtype="str"),
        "place_level": [max(0, job.places.level(pcode)) for pcode, _, _ in coded.places],
        "place_match": [how if label else "national" for _, label, how in coded.places],
        "joined": [how == "exact" and pcode != job.iso3 for pcode, _, how in coded.places]}))


def _join_rates(coded: Coded, found: Cells) -> None:
    spoken = f"WHERE key % 32 IN ({_NOBODY}, {_TOTAL})" if "sex" in coded.fields else ""
    query = (f"SELECT coalesce(sum(rows), 0), coalesce(sum(rows) FILTER (joined), 0), coalesce(sum(persons), 0), coalesce(sum(persons) FILTER (joined), 0) "
             f"FROM cell JOIN place ON place_at = key // 32 % {coded.sizes.places}")
    rows, joined, persons, joined_persons = coded.one(f"{query} {spoken}")
    if not rows:
        rows, joined, *_ = coded.one(query)
        persons = joined_persons = 0.0
    found.asked_rows, found.joined_rows, found.asked_persons, found.joined_persons = int(rows), int(joined), float(persons), float(joined_persons)


def _settle(coded: Coded, found: Cells) -> None:
    """`settled` (key, persons, first): cells without `all`, adding up to the totals that were given."""
    totals, parts = coded.one(f"SELECT count(*) FILTER (key % 32 = {_TOTAL}), count(*) FILTER (key % 32 <> {_TOTAL} AND "
                              f"(key % 8 = {_ALL_BAND} OR key % 32 >= {_ALL_SEX * 8})) FROM cell")
    cells = int(coded.one("SELECT count(*) FROM cell")[0])
    if totals == cells:
        coded.run(f"CREATE VIEW settled AS SELECT key - {_TOTAL - _NOBODY} AS key, persons, first FROM cell WHERE persons <> 0")
        return
    if not totals and not parts:
        coded.run("CREATE VIEW settled AS SELECT key, persons, first FROM cell WHERE persons <> 0")
        return
    sums = ", ".join(f"sum(persons) FILTER (sex = {sex} AND band <> {_ALL_BAND}) AS p{sex}, sum(persons) FILTER (sex = {sex} AND band = {_ALL_BAND}) AS t{sex}"
                     for sex in range(len(SEX)))
    coded.run("CREATE TABLE split AS SELECT key // 32 AS base, key // 8 % 4 AS sex, key % 8 AS band, persons FROM cell")
    # what a sex's total leaves beside its bands; bands of no sex count only where no sex is told
    left = ", ".join(f"greatest(0, t{sex} - coalesce(p{sex}, 0)) AS l{sex}" for sex in range(_ALL_SEX))
    told = " OR ".join(f"p{sex} IS NOT NULL OR t{sex} IS NOT NULL" for sex in range(_ALL_SEX))
    added = " + ".join(f"coalesce(p{sex}, 0) + coalesce(greatest(0, t{sex} - coalesce(p{sex}, 0)), 0)" for sex in range(_ALL_SEX))
    coded.run(f"CREATE TABLE total AS SELECT base, t{_ALL_SEX} AS total, {left}, {told} AS told, CASE WHEN {told} THEN {added} ELSE "
              f"coalesce(p{_ALL_SEX}, 0) END AS parts FROM (SELECT base, {sums} FROM split GROUP BY base)")
    coded.run("CREATE TABLE over AS SELECT base, parts, total FROM total WHERE total - parts < -0.5")
    lefts = " ".join(f"UNION ALL SELECT base, {sex}, {_UNKNOWN_BAND}, l{sex} FROM fair WHERE l{sex} IS NOT NULL" for sex in range(_ALL_SEX))
    coded.run(
        f"CREATE TABLE settled AS WITH fair AS (FROM total ANTI JOIN over USING (base)), settled AS ("
        f"SELECT s.base, sex, band, persons FROM split s JOIN fair USING (base) WHERE sex <> {_ALL_SEX} AND band <> {_ALL_BAND} {lefts} "
        f"UNION ALL SELECT s.base, {_UNKNOWN_SEX}, band, persons FROM split s JOIN fair USING (base) "
        f"WHERE sex = {_ALL_SEX} AND band <> {_ALL_BAND} AND NOT told "
        f"UNION ALL SELECT base, {_UNKNOWN_SEX}, {_UNKNOWN_BAND}, greatest(0, total - parts) FROM fair WHERE total IS NOT NULL "
        f"UNION ALL SELECT base, {_UNKNOWN_SEX}, {_UNKNOWN_BAND}, total FROM over) "
        "SELECT s.key, s.persons, coalesce(c.first, b.first) AS first FROM (SELECT base * 32 + sex * 8 + band AS key, sum(persons) AS persons FROM settled "
        "GROUP BY 1 HAVING sum(persons) <> 0) s LEFT JOIN cell c USING (key) JOIN (SELECT key // 32 AS base, min(first) AS first FROM cell GROUP BY 1) b "
        "ON b.base = s.key // 32")
    first = "SELECT min(first) AS n, any_value(parts), any_value(total) FROM cell JOIN over ON base = key // 32 GROUP BY base ORDER BY n"
    found.exceeded = [(int(n), float(parts), float(total)) for n, parts, total in coded.run(f"{first} LIMIT {MOST_ISSUES}")]
    found.exceeded_rows = int(coded.one(f"SELECT count(*) FROM ({first}) JOIN coded USING (n) WHERE state & 16 = 0")[0])


def _large(coded: Coded, found: Cells, has_place: bool) -> None:
    job, sizes = coded.job, coded.sizes
    kind = f"key // {32 * sizes.places * sizes.hosts * sizes.periods}"
    period = f"key // {32 * sizes.places * sizes.hosts} % {sizes.periods}"
    place = f"key // 32 % {sizes.places}"
    groups = coded.connection.execute(
        f"SELECT kind_at, period_at, year, period_start, period_end FROM (SELECT DISTINCT {kind} AS kind_at, {period} AS period_at FROM settled) "
        "JOIN period USING (period_at) ORDER BY ALL").df()
    groups["kind"] = groups["kind_at"].map(dict(enumerate(KIND)))
    known = job.placed_years if not has_place else frozenset()
    placed = groups[pd.Series([(year, kind) not in known for year, kind in zip(groups["year"], groups["kind"], strict=True)], dtype=bool)]
    coded.keep("wanted", placed[["kind_at", "period_at"]])
    hosts = _hosts(coded, job, kind, period) if "host" in coded.fields else pd.DataFrame(columns=["kind", "period_start", "host_iso3"])
    words = pd.DataFrame([{"what": sex * 8 + band, "sex": SEX[sex], "age_band": BAND[band]} for sex in range(_ALL_SEX) for band in range(_ALL_BAND)])
    coded.keep("word", words)
    coded.keep("host", hosts)
    all_wanted = "" if len(placed) == len(groups) else f"SEMI JOIN large.wanted ON kind_at = {kind} AND wanted.period_at = {period}"
    cells = (f"SELECT {kind} AS kind_at, {period} AS period_at, {place} AS place_at, key % 32 AS what, persons, first + {coded.skip + 1} AS row_no "
             f"FROM (SELECT * FROM large.settled s {all_wanted} ORDER BY key)")
    facts = int(coded.one(f"SELECT count(*) FROM settled s {all_wanted.replace('large.', '')}")[0])
    figures = facts
    if len(coded.hosts) > 1 or len({pcode for pcode, _, _ in coded.places}) < len(coded.places):
        figures = int(coded.one(
            f"SELECT count(*) FROM (SELECT DISTINCT {kind}, {period}, pcode, key % 32 FROM settled s JOIN place ON place_at = {place} "
            f"{all_wanted.replace('large.', '')})")[0])
    if len(hosts):
        figures += len(hosts.drop_duplicates(["kind", "period_start", "period_end", "host_iso3"]))
    of_places = placed.assign(margin="place", host_iso3=pd.array([None] * len(placed), dtype="str"))
    replacing = pd.concat([of_places, hosts.assign(margin="host")] if len(hosts) else [of_places]).assign(iso3=job.iso3, source_id=job.source_id)
    if len(replacing):
        found.period = (replacing["period_start"].min(), replacing["period_end"].max())
    groups_brought = replacing[list(BY_NAME["return_flow"].by)].drop_duplicates().reset_index(drop=True)
    found.large = Large(coded.database, cells, facts, len(hosts) > 0, groups_brought, figures)


def _hosts(coded: Coded, job: Job, kind: str, period: str) -> pd.DataFrame:
    """The margin of host countries: settled figures by kind, period and host."""
    sizes = coded.sizes
    rows = coded.connection.execute(
        f"SELECT * FROM (SELECT {kind} AS kind_at, {period} AS period_at, key // {32 * sizes.places} % {sizes.hosts} AS host_at, sum(persons) AS persons "
        "FROM settled GROUP BY ALL) JOIN period USING (period_at) ORDER BY ALL").df()
    rows["kind"] = rows["kind_at"].map(dict(enumerate(KIND)))
    rows["host_iso3"] = pd.array([coded.hosts[int(at)] for at in rows["host_at"]], dtype="str")
    rows = rows[(rows["persons"] != 0) & (rows["host_iso3"].notna() | (rows["kind"] == "internal"))]
    first: Any = coded.one("SELECT min(first) FROM cell")[0]
    kept = rows[["kind", "year", "period_start", "period_end", "host_iso3", "persons"]]
    return kept.assign(row_no=int(first or 0) + coded.skip + 1, iso3=job.iso3, margin="host", place=pd.array([None] * len(kept), dtype="str"), pcode=job.iso3,
                       place_level=0, place_match="national", sex="unknown", age_band="unknown", first=0)
