"""A scenario as a file or in a link: what was written is read back; what is wrong is a sentence, and the rest is kept."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.scenario import Scenario
from data.workspace import scenario_file, shared_link
from data.workspace.scenario_file import FileRefused, read, written
from data.workspace.scenarios import Content
from data.workspace.shared_link import LinkUnusable, packed, unpacked

FILES = Path(__file__).resolve().parent / "files"
SCENARIO = Scenario(budget=3e6, horizon_months=24, host_multipliers={"TZA": 2.0}, prices={"A16": {"low": 1, "mode": 2, "high": 3}})


def content(scenario: Scenario = SCENARIO) -> Content:
    return Content("COD", 1, "Réduit", "pour l'atelier", scenario.model_dump(mode="json"))


def envelope(**values: object) -> bytes:
    return json.dumps(json.loads(written(content())) | values).encode()


def test_a_file_gives_back_what_was_written():
    reading = read(written(content()).encode())
    assert reading.scenario == SCENARIO
    assert (reading.country, reading.level, reading.name, reading.note, reading.left_out) == ("COD", 1, "Réduit", "pour l'atelier", [])
    assert reading.content("AFG", 1, "x") == content()


def test_version_1_is_opened():
    reading = read((FILES / "scenario-version-1.json").read_bytes())
    assert (reading.name, reading.country, reading.left_out) == ("Budget réduit", "", [])
    assert (reading.scenario.budget, reading.scenario.host_multipliers, reading.scenario.horizon_months) == (3e6, {"TZA": 2.0}, 24)


def test_every_older_version_has_a_migration_and_a_file():
    older = range(1, scenario_file.FILE_VERSION)
    assert set(scenario_file._MIGRATIONS) == set(older)
    assert all((FILES / f"scenario-version-{version}.json").exists() for version in older)


def test_the_scenario_of_a_plans_file_is_opened():
    plan = {"model_version": "1.0", "country": "COD", "level": 1, "scenario": SCENARIO.model_dump(mode="json"), "lines": []}
    reading = read(json.dumps(plan).encode())
    assert (reading.country, reading.level, reading.scenario) == ("COD", 1, SCENARIO)


@pytest.mark.parametrize("kept", [0, 1, 40, 300, 900])
def test_a_truncated_file_is_said(kept):
    with pytest.raises(FileRefused) as caught:
        read(written(content()).encode()[:kept])
    assert "cut short" in caught.value.message_en or "unreadable" in caught.value.message_en
    assert "ligne" in caught.value.message_fr


@pytest.mark.parametrize(
    "data", [envelope(schema_version=99), envelope(scenario={"schema_version": 99}), b'{"format": "ancrage-scenario", "schema_version": 3}']
)
def test_a_newer_version_is_said(data):
    with pytest.raises(FileRefused, match="newer version"):
        read(data)


@pytest.mark.parametrize(
    "data", [b"[]", b"3", b"{}", b'{"a": 1}', b"\xff\xfe\x00", b"[" * 100_000, b'{"format": "ancrage-scenario", "schema_version": 2, "scenario": 4}']
)
def test_what_is_no_scenario_is_said(data):
    with pytest.raises(FileRefused):
        read(data)


def test_unknown_keys_are_said_and_the_rest_is_kept():
    reading = read(envelope(colour="red", scenario={"budget": 7e6, "magic": 1}))
    assert reading.scenario == Scenario(budget=7e6)
    assert [sentence.en.split("”")[0] for sentence in reading.left_out] == ["“colour", "“magic"]
    assert all(sentence.fr != sentence.en for sentence in reading.left_out)


def test_a_million_areas_are_set_aside_at_once_and_the_rest_is_kept():
    data = envelope(scenario={"budget": 7e6, "area_weights": {f"X{n}": 1.0 for n in range(1_000_000)}})
    started = time.perf_counter()
    reading = read(data)
    assert time.perf_counter() - started < 10
    assert reading.scenario == Scenario(budget=7e6)
    assert "1000000" in reading.left_out[0].en
    with pytest.raises(FileRefused, match="MB"):
        read(b" " * (scenario_file.LARGEST_FILE + 1))


@pytest.mark.parametrize("price", [{"low": 0, "mode": 0, "high": 0}, {"low": 1, "mode": "cher", "high": 3}, "cher", {"low": 3, "mode": 2, "high": 1}])
def test_a_price_that_is_none_is_said_and_the_others_are_kept(price):
    reading = read(envelope(scenario={"budget": 7e6, "prices": {"A16": price, "A17": {"low": 1, "mode": 2, "high": 3}}}))
    assert set(reading.scenario.prices) == {"A17"}
    assert reading.scenario.budget == 7e6
    assert "A16" in reading.left_out[0].en


def test_values_out_of_range_keep_their_default():
    reading = read(envelope(scenario={"budget": -1, "target": "much", "horizon_months": 24, "utility": []}))
    assert reading.scenario == Scenario(horizon_months=24)
    assert len(reading.left_out) == 3


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*Scenario.model_fields, "x"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
            max_leaves=6,
        ),
        max_size=6,
    )
)
def test_whatever_the_values_something_usable_or_a_sentence_comes_back(values):
    try:
        assert isinstance(read(envelope(scenario=values)).scenario, Scenario)
    except FileRefused as error:
        assert error.message_fr and error.message_en


def test_a_link_carries_the_whole_scenario():
    word = packed(content())
    assert len(word) < 300 and word.replace("-", "").replace("_", "").isalnum()
    reading = unpacked(word)
    assert (reading.country, reading.level, reading.name, reading.scenario) == ("COD", 1, "Réduit", SCENARIO)


def test_a_link_cut_short_or_changed_is_always_noticed():
    word = packed(content())
    for length in range(len(word)):
        with pytest.raises(LinkUnusable, match="cut short"):
            unpacked(word[:length])
    for place in range(len(word) - 1):
        with pytest.raises(LinkUnusable):
            unpacked(word[:place] + ("A" if word[place] != "A" else "B") + word[place + 1 :])


def test_links_are_capped_both_ways():
    many = Scenario(units={f"A16@area:X{n:05}": n * 7919 % 1000 for n in range(5_000)})
    with pytest.raises(LinkUnusable, match="too large"):
        packed(content(many))
    with pytest.raises(LinkUnusable):
        unpacked("A" * (shared_link.LONGEST + 1))


def test_a_small_link_that_unpacks_to_a_flood_is_refused():
    import base64
    import zlib

    squeezed = zlib.compress(b"[" + b" " * 4_000_000, 9)
    word = base64.urlsafe_b64encode(zlib.crc32(squeezed).to_bytes(4, "big") + squeezed).decode().rstrip("=")
    with pytest.raises(LinkUnusable):
        unpacked(word)
