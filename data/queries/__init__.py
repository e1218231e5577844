"""What screens ask the store: each function takes the Store first and returns a frame with the columns it documents."""

from data.queries.activities import (
    activities,
    activities_by_status,
    activity_summary,
    coverage_matrix,
    partners_by_sector,
    possible_duplicates,
    targets,
)
from data.queries.areas import area_levels, areas, countries, country, facilities, geometry, map_level, planning_level, sectors
from data.queries.figures import indicator_definitions, indicator_history, indicator_values
from data.queries.provenance import data_gaps, import_issues, import_summary, notes, release, sources
from data.queries.returns import (
    returns_by_host,
    returns_by_place,
    returns_by_year,
    returns_composition,
    returns_join_rate,
    uk_returns,
    uk_returns_by_type,
)

__all__ = [
    "activities", "activities_by_status", "activity_summary", "area_levels", "areas", "countries", "country",
    "coverage_matrix", "data_gaps", "facilities",
    "geometry", "import_issues", "import_summary", "indicator_definitions", "indicator_history", "indicator_values",
    "map_level", "notes", "partners_by_sector", "planning_level", "possible_duplicates", "release",
    "returns_by_host", "returns_by_place", "returns_by_year", "returns_composition", "returns_join_rate", "sectors",
    "sources", "targets", "uk_returns", "uk_returns_by_type",
]
