"""The glossary has every indicator, index, sector, quality and page, in both languages."""

import csv
from pathlib import Path

import pytest

from analytics.inputs import SECTORS
from ui.figures import MARKS
from ui.language import languages, speaking, t
from ui.menu import PAGES
from ui.views.communities import INDICES

HOUSE = Path(__file__).resolve().parents[2]
TEXT = (HOUSE / "docs" / "glossary.md").read_text(encoding="utf-8")
INDICATORS = list(csv.DictReader((HOUSE / "data" / "catalogue" / "indicators.csv").open(encoding="utf-8")))


@pytest.mark.parametrize("row", INDICATORS, ids=lambda row: row["code"])
def test_every_indicator_is_explained(row):
    assert f"| `{row['code']}` | {row['name_en']} | {row['name_fr']} | {row['unit']} |" in TEXT


@pytest.mark.parametrize("page", [page.name for page in PAGES])
def test_every_page_is_named_in_both_languages(page):
    line = next(line for line in TEXT.splitlines() if line.startswith(f"| `{page}` |"))
    for code in languages():
        with speaking(code):
            assert f"| {t(f'nav.{page}')} |" in line


@pytest.mark.parametrize("index", INDICES)
def test_every_index_is_explained(index):
    assert f"| `{index}` |" in TEXT


@pytest.mark.parametrize("sector", SECTORS)
def test_every_sector_is_named_as_on_screen(sector):
    line = next(line for line in TEXT.splitlines() if line.startswith(f"| `{sector}` |"))
    for code in languages():
        with speaking(code):
            assert t(f"sector.{sector}") in line


def test_every_quality_mark_is_explained():
    assert all(mark in TEXT for mark in MARKS.values())
