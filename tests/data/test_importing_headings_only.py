"""Columns named like a person's data that hold nothing, and counts of individuals who returned."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from data.catalogue_tables import records
from data.importing.personal import refuse_personal
from data.readers.issues import InputRefused
from data.readers.places import place_key


def test_a_column_of_contacts_that_is_empty_in_every_row_is_named_and_one_number_in_it_refuses() -> None:
    empty = pd.DataFrame({"name": ["A", "B"], "contact_number": ["", " "]})
    assert refuse_personal(empty, "f.csv", "", {}) == ["contact_number"]
    with pytest.raises(InputRefused, match="contact_number"):
        refuse_personal(empty, "f.csv", "", {}, is_whole=False)
    with pytest.raises(InputRefused, match="contact_number"):
        refuse_personal(empty.replace(" ", "3333"), "f.csv", "", {})


@pytest.mark.parametrize("heading", ["Nombre d'individus retournés", "Nombre de personnes retournées", "Número de personas retornadas",
                                     "Number of returned individuals"])
def test_a_count_of_individuals_who_returned_is_persons_of_returns(heading: str) -> None:
    fields = [row["field"] for row in records("import_fields") if row["table"] == "returns" and re.fullmatch(row["names"], place_key(heading))]
    assert fields == ["persons"]
