"""Places by every name people may look for: names in both languages, aliases that somebody wrote down, older P-codes."""

from __future__ import annotations

import pandas as pd

from data.catalogue_tables import table
from data.queries.areas import country
from data.readers.places import place_key, split_label
from data.store import Store


def places(store: Store, iso3: str) -> pd.DataFrame:
    """Areas of every level that has a map, index = pcode: level, parent, name_fr, name_en, aliases (tuple of other names and codes).

    Raises UnknownCountry.
    """
    levels = country(store, iso3).map_levels
    frame = store.frame("SELECT pcode, level, parent, name_fr, name_en FROM cube_area WHERE iso3 = ? AND level > 0 ORDER BY level, pcode", [iso3])
    frame = frame[frame["level"].isin(levels)].set_index("pcode")
    others = _other_names(iso3)
    frame["aliases"] = [
        tuple(name for key, name in others.get(str(pcode), {}).items() if key not in (place_key(str(french)), place_key(str(english))))
        for pcode, french, english in zip(frame.index, frame["name_fr"], frame["name_en"], strict=True)
    ]
    return frame


def _other_names(iso3: str) -> dict[str, dict[str, str]]:
    """Names and older codes by P-code; spellings that differ in accents or case only are one."""
    found: dict[str, dict[str, str]] = {}
    aliases = table("place_aliases")
    for label, pcode in aliases.loc[(aliases["iso3"] == iso3) & ~aliases["pcode"].isin(["", "*"]), ["label", "pcode"]].itertuples(index=False):
        name, _ = split_label(str(label))
        found.setdefault(str(pcode), {}).setdefault(place_key(name), name)
    older = table("pcode_aliases")
    for old, new in older.loc[older["iso3"] == iso3, ["old", "new"]].itertuples(index=False):
        found.setdefault(str(new), {})[place_key(str(old))] = str(old)
    return found
