"""What a hostile reader tries by hand, without a solver: take what is shown from what is known, across two tables, two levels, two files.

Shares nothing with the audit: the truth is the store's, the published figures are read as the screens read them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from data.protection import open_release
from data.protection.cells import KEYS
from data.store import Store

PLACE = ("persons", "women", "men", "age_known", "age_5_17", "age_18_59")
YEAR = ["iso3", "year", "kind", "source_id"]


def both(release: Store, store: Store, table: str) -> pd.DataFrame:
    """The rows a release publishes of a table, with the true figures beside (`<column>_true`)."""
    keys = list(KEYS[table])
    shown, true = (one.frame(f'SELECT * FROM "{table}"') for one in (release, store))
    return shown.merge(true, on=keys, how="left", suffixes=("", "_true"), indicator="where")


def subtract(known: pd.Series, parts: pd.DataFrame, by: Sequence[str], column: str, k: int) -> list[str]:
    """What a reader gets who takes the parts shown from each known sum: figures recovered, and sums of a few persons."""
    found: list[str] = []
    for key, rows in parts.groupby(list(by), dropna=False):
        # a row that the store has not is there to hide that nobody came
        hidden = rows[rows[column].isna() & (rows[f"{column}_true"].notna() | (rows["where"] == "left_only"))]
        if key not in known.index or pd.isna(known[key]) or hidden.empty:
            continue
        rest = float(known[key]) - float(rows[column].sum())
        if len(hidden) == 1 and abs(rest - float(hidden[f"{column}_true"].iloc[0])) < 0.5:
            found.append(f"{key}: {column} is {rest}")
        elif 0 < rest < k:
            found.append(f"{key}: {column} of all is {rest}")
    return found


def k_of(release: Store) -> int:
    return int(release.frame("SELECT k FROM release")["k"].iloc[0])


def test_the_country_less_its_areas(release: Store, store: Store) -> None:
    country = release.frame("SELECT * FROM cube_return_year").set_index(YEAR)["persons"]
    levels = both(release, store, "cube_return_level")
    assert levels["protected"].sum() > 20
    for level, rows in levels.groupby("level"):
        assert subtract(country, rows, YEAR, "persons", k_of(release)) == [], level


def test_an_area_less_the_areas_inside(release: Store, store: Store) -> None:
    """The tables of two levels, exported one after the other."""
    levels = both(release, store, "cube_return_level")
    above = release.frame("SELECT pcode, parent FROM cube_area").set_index("pcode")["parent"]
    fine = levels[levels["level"] == levels["level"].max()].assign(parent=lambda rows: rows["pcode"].map(above))
    coarse = levels[levels["level"] == levels["level"].max() - 1].set_index([*YEAR, "pcode"])
    inside = fine[fine["place_level"] == fine["level"].max()]
    # persons known to the area and no closer stand in no part of it: only where there are none does a difference say something
    loose = set(fine.loc[fine["place_level"] < fine["level"].max(), [*YEAR, "pcode"]].itertuples(index=False, name=None))
    inside = inside[[key not in loose for key in inside[[*YEAR, "parent"]].itertuples(index=False, name=None)]]
    for column in PLACE:
        assert subtract(coarse[column], inside, [*YEAR, "parent"], column, k_of(release)) == [], column


def test_everybody_less_one_sex_or_one_age(release: Store, store: Store) -> None:
    levels = both(release, store, "cube_return_level")
    for whole, parts in (("persons", ("women", "men")), ("age_known", ("age_5_17", "age_18_59"))):
        rows = levels[levels[whole].notna() & (levels[[f"{part}_true" for part in parts]].sum(axis=1) == levels[f"{whole}_true"])]
        assert not (rows[list(parts)].isna().sum(axis=1) == 1).any() or whole == "age_known", f"{whole}: one part is missing, the other is shown"
        rest = rows[whole] - rows[list(parts)].sum(axis=1)
        assert not ((rest > 0) & (rest < k_of(release))).any()


def test_the_year_less_its_sexes_and_its_hosts(release: Store, store: Store) -> None:
    year = release.frame("SELECT * FROM cube_return_year").set_index(YEAR)["persons"]
    assert subtract(year, both(release, store, "cube_return_composition"), YEAR, "persons", k_of(release)) == []
    abroad = year[year.index.get_level_values("kind") == "abroad"].droplevel(["kind", "source_id"])
    assert subtract(abroad[~abroad.index.duplicated()], both(release, store, "cube_return_host"), ["iso3", "year"], "persons", k_of(release)) == []


def test_who_has_both_files_knows_no_more_than_the_larger_one_says(published: Path) -> None:
    """A facilitator with a friend among the donors."""
    with open_release("inside", published) as inside, open_release("outside", published) as outside:
        for table, keys in KEYS.items():
            wide, narrow = (one.frame(f'SELECT * FROM "{table}"') for one in (inside, outside))
            joined = narrow.merge(wide, on=list(keys), suffixes=("", "_inside"))
            for column in [name for name in narrow.columns if name not in keys and pd.api.types.is_float_dtype(narrow[name])]:
                assert not (joined[column].notna() & joined[f"{column}_inside"].isna()).any(), (table, column)


def test_two_rates_of_one_denominator_are_both_missing_where_few_live(release: Store) -> None:
    few = release.frame("SELECT pcode FROM cube_area WHERE protected")["pcode"]
    for table in ("cube_indicator", "indicator_past"):
        rates = release.frame(f'SELECT r.value FROM "{table}" r JOIN indicator i ON i.code = r.indicator WHERE i.unit <> \'persons\' AND r.pcode IN '
                              "(SELECT pcode FROM cube_area WHERE protected)")
        assert rates["value"].isna().all(), (table, list(few))


@pytest.mark.parametrize("table", ["cube_return_level", "cube_return_year"])
def test_a_protected_cell_is_missing_and_a_shown_one_is_not_small(release: Store, table: str) -> None:
    rows = release.frame(f'SELECT * FROM "{table}"')
    counts = [name for name in rows.columns if pd.api.types.is_float_dtype(rows[name])]
    for column in counts:
        assert not ((rows[column] > 0) & (rows[column] < k_of(release))).any()
