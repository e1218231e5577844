"""Every name people may look for: both languages, aliases that somebody wrote down, older codes."""

from __future__ import annotations

from data.queries.places import places
from data.store import Store


def test_a_place_is_listed_with_its_aliases_and_older_codes(store: Store) -> None:
    congo = places(store, "COD")
    assert set(congo["level"]) == {1, 2}
    assert "Lusenda" in congo.at["CD62", "aliases"]
    assert "CD3106" in congo.at["CD3107", "aliases"]


def test_an_alias_is_another_name_and_not_the_name_in_other_letters(store: Store) -> None:
    for iso3 in ("COD", "CAF", "AFG"):
        frame = places(store, iso3)
        assert frame.index.is_unique
        for row in frame.itertuples():
            assert len(set(row.aliases)) == len(row.aliases)
            assert row.name_fr not in row.aliases


def test_people_dispersed_in_a_country_are_no_place_to_look_for(store: Store) -> None:
    assert not any("Dispersed" in alias for aliases in places(store, "COD")["aliases"] for alias in aliases)
