"""Names instead of codes: stances, sectors, interventions, indicators and scopes in the language spoken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from analytics.inputs import PlanInputs
from data.catalogue_tables import records
from data.importing.provenance import UNKNOWN
from ui import format as say
from ui.colours import STANCE_SYMBOLS
from ui.language import column, has, t

STANCES: Final = ("support", "mixed", "inclusion", "watch", "undetermined")
NATIONAL_KINDS: Final = ("country", "sector", "corridor", "programme")
_LICENCES: Final = {"Public domain": "licence.public_domain"}


def stance_name(stance: str) -> str:
    """A stance in words, without its symbol."""
    return t(f"stance.{stance}")


def stance_label(stance: str) -> str:
    """Symbol and words of a stance, for tables: nothing rests on colour alone."""
    return f"{STANCE_SYMBOLS[stance]} {stance_name(stance)}"


def stance_labels() -> dict[str, str]:
    """Stances in their fixed order with their names, as legends take them."""
    return {stance: stance_name(stance) for stance in STANCES}


def sector_name(code: str) -> str:
    """A sector in words."""
    return t(f"sector.{code}")


def donor_name(written: str) -> str:
    """A donor as the language spoken calls it, each where several pay together; a name without a text of its own stays as written."""
    return " + ".join(t(f"donor.{one}") if has(f"donor.{one}") else one for one in written.split(" + "))


def source_period(period: str, start: Any, end: Any) -> str:
    """What a source speaks of, in the language spoken; as its manifest writes it where it has no two days."""
    return period if say.missing(start) or say.missing(end) else say.period(start, end)


def named_sources(sources: pd.DataFrame) -> pd.DataFrame:
    """Sources with their publishers, periods and licences in the language spoken."""
    periods = [source_period(*row) for row in sources[["period", "period_start", "period_end"]].itertuples(index=False)]
    return sources.assign(period=periods, publisher=sources["publisher"].map(publisher_name), licence=sources["licence"].map(licence_name))


def publisher_name(written: str) -> str:
    """Who published a source, as the language spoken calls them; a name without a row in catalogue/publisher_names.csv stays as written."""
    return next((row.get(column(), written) for row in records("publisher_names") if row["publisher"] == written), written)


def source_line(publisher: str, title: str, period: str, start: Any, end: Any, licence: str) -> str:
    """A source in a line: publisher, title, period (unless the title ends with it) and licence; what nobody said is left out."""
    speaks_of = source_period(period, start, end)
    told = "" if title.casefold().endswith(speaks_of.casefold()) else speaks_of
    return ", ".join(part for part in (publisher_name(publisher), title, told, licence_name(licence)) if part and part != UNKNOWN)


def licence_name(licence: str) -> str:
    """A licence as its source says it; what is words and no name of its own is said in the language spoken."""
    return t(_LICENCES[licence]) if licence in _LICENCES else licence


def intervention_name(inputs: PlanInputs, code: str) -> str:
    """An intervention's name from the catalogue."""
    return str(inputs.catalogue.interventions.at[code, column()])


def indicator_name(inputs: PlanInputs, code: str) -> str:
    """An indicator's name from the catalogue."""
    return str(inputs.catalogue.indicators.at[code, column()])


def scope_name(inputs: PlanInputs, kind: str, scope: str, host_names: Mapping[str, str] | None = None) -> str:
    """Where an intervention stands, in words: an area, the whole country, a host country, a sector, the programme."""
    if kind == "area":
        return str(inputs.areas.at[scope, column()])
    if kind == "corridor":
        return t("scope.corridor", host=(host_names or host_country_names(inputs)).get(scope, scope))
    if kind == "sector":
        return t("scope.sector", sector=sector_name(scope))
    return t("scope.programme") if kind == "programme" else t("scope.country")


def host_country_names(inputs: PlanInputs) -> dict[str, str]:
    """Host countries by ISO3."""
    hosts = inputs.hosts.drop_duplicates("host_iso3", keep="last")
    return dict(zip(hosts["host_iso3"], hosts[column("host_name")], strict=True))
