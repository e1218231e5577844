"""Who published a source is named in one language at a time."""

from __future__ import annotations

import pytest

from data.catalogue_tables import records
from ui.language import speaking
from ui.naming import publisher_name


@pytest.mark.parametrize(("language", "named", "other"), [("fr", "HCR", "UNHCR"), ("en", "UNHCR", "HCR")])
def test_a_publisher_has_one_name_a_language(language: str, named: str, other: str) -> None:
    with speaking(language):
        assert publisher_name("HCR / UNHCR") == named
        told = {publisher_name(row["publisher"]) for row in records("sources")}
    assert other not in told
    assert not [name for name in told if " / " in name or (language == "en" and ("RCA" in name or "RDC" in name))]


def test_a_publisher_nobody_translated_stays_as_written() -> None:
    with speaking("en"):
        assert publisher_name("Ministère du Plan") == "Ministère du Plan"
