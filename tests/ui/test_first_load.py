"""What a page with a map is told to fetch early: the files of the installed Streamlit and of the map."""

from __future__ import annotations

from ui import first_load


def test_the_files_that_mount_a_component_are_found_in_the_installed_streamlit() -> None:
    names = [name.split(".")[0] for name in first_load.component_files()]
    assert names[0] == "BidiComponent"
    assert len(set(names)) == len(names) >= 2
    # what the page asks for itself is not asked for twice
    assert "index" not in names


def test_the_code_of_the_map_is_every_module_but_the_early_one() -> None:
    assert {"main.js", "figure.js", "geometry.js"} <= set(first_load.map_files())
    assert first_load.EARLY not in first_load.map_files()


def test_an_address_nobody_drew_a_map_at_is_handed_nothing() -> None:
    assert first_load.head("/nowhere", "country=CAF&lang=en") == ""
