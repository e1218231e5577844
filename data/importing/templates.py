"""Workbooks to fill in: a sheet with headings, HXL tags and drop-down lists, a sheet of notes in both languages with an example."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import xlsxwriter

from data.catalogue_tables import records
from data.errors import DataError
from data.importing.exporting import EXPORTS
from data.importing.layouts import BESIDE

TEMPLATES: Final = tuple(name for name in EXPORTS if name != "returns_own")
"""Tables a person fills in; the Home Office's own count is nobody else's."""
LINES: Final = 2_000
"""Rows that carry the drop-down lists."""
_NOTES: Final[dict[str, tuple[str, str, str]]] = {
    "location_code": ("Pays, code ISO à trois lettres", "Country, three-letter ISO code", "BDI"),
    "pcode": ("Code P de l'unité, comme dans les limites importées", "P-code of the area, as in the imported boundaries", "BDI001"),
    "population_group": ("D'où viennent les personnes : abroad (étranger) ou internal (intérieur)", "Where people come from: abroad or internal", "abroad"),
    "gender": ("f, m, ou all (total)", "f, m, or all (total)", "all"),
    "age_range": ("0-4, 5-11, 12-17, 18-59, 60+, ou all", "0-4, 5-11, 12-17, 18-59, 60+, or all", "all"),
    "age_min": ("Premier âge de la tranche ; vide pour tous les âges", "First age of the band; empty for all ages", "0"),
    "age_max": ("Dernier âge de la tranche", "Last age of the band", "4"),
    "reference_period_start": ("Premier jour, AAAA-MM-JJ", "First day, YYYY-MM-DD", "2026-01-01"),
    "reference_period_end": ("Dernier jour, AAAA-MM-JJ", "Last day, YYYY-MM-DD", "2026-03-31"),
    "returnees": ("Nombre de personnes de retour", "Number of returnees", "120"),
    "population": ("Nombre d'habitants", "Number of residents", "54000"),
    "indicator": ("Code de l'indicateur", "Code of the indicator", "EC6"),
    "value": ("Valeur, dans l'unité de l'indicateur", "Value, in the indicator's unit", "34.5"),
    "quality": ("observed, inherited, estimated ou assumed", "observed, inherited, estimated or assumed", "observed"),
    "org_name": ("Nom de l'organisation, jamais d'une personne", "Name of the organisation, never of a person", "ACF"),
    "sector_name": ("Cluster ou secteur", "Cluster or sector", "Health"),
    "intervention": ("Code de l'intervention", "Code of the intervention", "A16"),
    "units": ("Unités en place", "Units in place", "2"),
    "price": ("Prix le plus probable, EUR", "Most likely price, EUR", "15000"),
    "beneficiaries": ("Personnes servies, si le fichier ne dit pas lesquelles des deux", "People served, where a file does not say which of the two", "500"),
    "people_targeted": ("Personnes visées ; facultatif", "People targeted; optional", "600"),
    "people_reached": ("Personnes atteintes ; facultatif", "People reached; optional", "450"),
    "facility_name": ("Nom de la structure, jamais d'une personne", "Name of the facility, never of a person", "Centre de santé Nord"),
    "latitude": ("Degrés ; vide si seul un nombre par unité est connu", "Degrees; empty where only a number by area is known", "-1.6792"),
    "longitude": ("Degrés", "Degrees", "29.2228"),
    "asylum_location_code": ("Pays d'où les personnes reviennent, code ISO ; vide pour un retour dans le pays",
                             "Country people come back from, ISO code; empty for a return within the country", "TZA"),
    "facility_type": ("Type de structure, par exemple centre de santé", "Type of facility, such as health centre", "Health centre"),
    "tier": ("Niveau de la structure ; facultatif", "Tier of the facility; optional", "Primary"),
    "facilities": ("Nombre de structures dans l'unité, là où il n'y a pas de position", "Number of facilities in the area, where there is no position", "12"),
    "year": ("Année", "Year", "2026"),
    "donor": ("Bailleur, jamais une personne", "Donor, never a person", "ECHO"),
    "recipient": ("Organisation qui reçoit", "Organisation that receives", "WFP"),
    "cluster": ("Cluster ou secteur", "Cluster or sector", "Health"),
    "funding_usd": ("Montant donné, USD", "Amount given, USD", "250000"),
    "requirements_usd": ("Montant demandé, USD ; vide pour un don", "Amount asked for, USD; empty for a gift", "1000000"),
}


def template_bytes(name: str) -> bytes:
    """The empty workbook of a table. Raises DataError for an unknown table."""
    made = io.BytesIO()
    write_template(name, made)
    return made.getvalue()


def write_template(name: str, path: Path | io.BytesIO, rows: Sequence[Sequence[str | float]] = ()) -> None:
    """Write the workbook of a table, with `rows` already in it. Raises DataError for an unknown table."""
    if name not in TEMPLATES:
        known = ", ".join(TEMPLATES)
        raise DataError(f"Table inconnue : {name}. Tables : {known}.", f"Unknown table: {name}. Tables: {known}.")
    columns = EXPORTS[name][1]
    with xlsxwriter.Workbook(path if isinstance(path, io.BytesIO) else str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        bold, tagged, wrapped = workbook.add_format({"bold": True}), workbook.add_format({"italic": True, "font_color": "#666666"}), workbook.add_format(
            {"text_wrap": True, "valign": "top"})
        sheet, notes, lists = (workbook.add_worksheet(title) for title in ("Data", *BESIDE))
        for position, (heading, tag) in enumerate(columns):
            sheet.write(0, position, heading, bold)
            sheet.write(1, position, tag, tagged)
            for line, row in enumerate(rows, start=2):
                sheet.write(line, position, row[position])
            choices = _choices(heading)
            for line, choice in enumerate(choices):
                lists.write(line, position, choice)
            if choices:
                letter = chr(ord("A") + position)
                sheet.data_validation(2, position, LINES, position, {
                    "validate": "list", "source": f"=Lists!${letter}$1:${letter}${len(choices)}", "error_type": "warning"})
        sheet.set_column(0, len(columns) - 1, 22)
        sheet.freeze_panes(2, 0)
        for position, title in enumerate(("Colonne / Heading", "Contenu", "Content", "Exemple / Example")):
            notes.write(0, position, title, bold)
        for line, (heading, _) in enumerate(columns, start=1):
            french, english, example = _NOTES.get(heading, ("Facultatif", "Optional", ""))
            for position, text in enumerate((heading, french, english, example)):
                notes.write(line, position, text, wrapped)
        notes.set_column(0, 3, 42)


def _choices(heading: str) -> list[str]:
    fixed = {"gender": ["f", "m", "all"], "population_group": ["abroad", "internal"], "quality": ["observed", "inherited", "estimated", "assumed"],
             "age_range": ["0-4", "5-11", "12-17", "18-59", "60+", "all"], "status": ["En cours", "Clôturé"]}
    if heading == "indicator":
        return [row["code"] for row in records("indicators")]
    if heading == "intervention":
        return [row["code"] for row in records("interventions")]
    if heading in ("location_code", "asylum_location_code"):
        return sorted(row["iso3"] for row in records("country_names"))
    if heading in ("sector_name", "cluster"):
        return [row["cluster"] for row in records("sector_map") if row["source"] == "humanitarian_cluster"]
    return fixed.get(heading, [])
