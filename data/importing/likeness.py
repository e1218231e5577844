"""Names of a file that resemble those of areas, as a person is asked about them; a likeness is never a match by itself."""

from __future__ import annotations

from typing import Any

from data.importing.placing import Job


def names_to_confirm(job: Job) -> list[dict[str, Any]]:
    """What a person can say of a sheet's names: each with an area it may be the name of, or, `confirmed`, is by a person's word.

    One entry a name and area: name, pcode, level, area_fr, area_en, parent_fr, parent_en, confirmed.
    """
    areas = {str(area["pcode"]): area for area in job.areas.to_dict("records")}
    asked = [*((name, pcode, True) for name, pcode in sorted(job.placed_by)), *((name, pcode, False) for name, codes in job.near.items() for pcode in codes)]
    found = []
    for name, pcode, confirmed in asked:
        area = areas[pcode]
        parent = areas.get(str(area["parent"]), area)
        found.append({"name": name, "pcode": pcode, "level": int(area["level"]), "area_fr": str(area["name_fr"]), "area_en": str(area["name_en"]),
                      "parent_fr": str(parent["name_fr"]), "parent_en": str(parent["name_en"]), "confirmed": confirmed})
    return found
