"""Below how many persons a figure is withheld, by audience: the settings, which a release may raise and never lower."""

from __future__ import annotations

from collections.abc import Mapping

from data.catalogue_tables import table
from data.errors import DataError
from data.protection.releases import AUDIENCES, Audience


class KLowered(DataError):
    """A release was asked to show smaller figures than the settings, or the release before, allow."""


def settings() -> dict[Audience, int]:
    """The least number of persons shown, by audience (catalogue/protection.csv)."""
    found = table("protection").set_index("audience")["k"]
    return {audience: int(found[audience]) for audience in AUDIENCES}


def asked(wanted: Mapping[Audience, int | None], before: Mapping[Audience, int]) -> dict[Audience, int]:
    """The numbers to use: those asked for, else the larger of the settings' and the last release's (`before`, empty without one).

    Raises KLowered when one is below that.
    """
    least = {audience: max(k, before.get(audience, 0)) for audience, k in settings().items()}
    found: dict[Audience, int] = {}
    for audience, floor in least.items():
        k = wanted.get(audience)
        if k is not None and k < floor:
            where_fr, where_en = ("dehors", "outside") if audience == "outside" else ("dedans", "inside")
            raise KLowered(
                f"Le seuil pour le {where_fr} ne peut que monter : {k} est demandé, {floor} est en usage. Demandez {floor} ou plus.",
                f"The threshold {where_en} can only be raised: {k} was asked for, {floor} is in use. Ask for {floor} or more.")
        found[audience] = floor if k is None else k
    # who may see less sees no smaller figure than who may see more
    found["outside"] = max(found["outside"], found["inside"])
    return found
