"""`python -m analytics plan | explain | schema`: the same numbers as the pages, for scripts and outside checks.

Exit codes: 0 done, 2 bad usage, 3 input refused (the sentence says why), 4 store unavailable.
A door of the house, not part of the room: the only file here that reads the store.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, get_args

import typer

from analytics.assessment import assess
from analytics.compute import plan
from analytics.explain import NothingToExplain, explain
from analytics.fitting import REASONS, misfits, without
from analytics.inputs import InputError, PlanInputs
from analytics.model import SolverError
from analytics.plan import Plan, ScopeKind
from analytics.scenario import Scenario, ScenarioError, scenario_from
from data.command_line import BAD_USAGE, REFUSED, refuse, say_wrong, sentences, to_write
from data.errors import DataError
from data.planning import plan_inputs
from data.private_files import write_text
from data.store import open_store
from data.workspace.actor import LOCAL
from data.workspace.planning import own_prices, priced, with_entries
from data.workspace.refusals import in_french
from data.workspace.scenario_file import read
from data.workspace.schema import existing_workspace


class QuestionAsked(StrEnum):
    """The questions of METHOD 6."""

    in_place = "in_place"
    budget = "budget"
    target = "target"
    by_hand = "by_hand"


class Language(StrEnum):
    """Languages the sentences are written in."""

    fr = "fr"
    en = "en"


SCOPES_NAMED: Final = 4
"""Places a sentence names where an intervention can stand."""

commands = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)


@contextmanager
def _sentences(language: Language | None) -> Iterator[None]:
    """Turns every refusal into its sentence on stderr, in the language asked for or in both, and its exit code."""
    try:
        with sentences(language):
            yield
    except ScenarioError as error:
        for field, value, reason in error.problems:
            shown = "" if value is None else json.dumps(value, default=str, ensure_ascii=False)[:120]
            say_wrong(
                f"scénario, {field} : {in_french(reason)}{f' (donné : {shown})' if shown else ''}",
                f"scenario, {field}: {reason}{f' (given: {shown})' if shown else ''}",
                language,
            )
        sys.exit(REFUSED)
    except SolverError as error:
        refuse(
            f"Aucun plan n'a été trouvé. Accordez plus de secondes (--set seconds_allowed=60) ou desserrez une contrainte. [{error}]",
            f"No plan was found. Allow the solver more seconds (--set seconds_allowed=60) or loosen a constraint. [{error}]",
            language,
        )
    except NothingToExplain as error:
        if not error.scopes:
            refuse(
                f"{error.code} ne s'applique nulle part ({error.country}), ou n'est pas une intervention du catalogue.",
                f"{error.code} applies nowhere in {error.country}, or is no intervention of the catalogue.",
                language,
            )
        places = ", ".join(error.scopes[:SCOPES_NAMED]) + (", …" if len(error.scopes) > SCOPES_NAMED else "")
        refuse(
            f"{error.code} n'a pas sa place en {error.scope} ; il peut être en {places}.",
            f"{error.code} cannot stand in {error.scope}; it can in {places}.",
            language,
        )
    except InputError as error:
        refuse(f"Les données ne permettent pas de plan : {error}", str(error), language)


@contextmanager
def _solver_silenced() -> Iterator[None]:
    """HiGHS greets on standard output when first made, whatever its options say; the plan alone belongs there."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _inputs(country: str, level: int | None) -> PlanInputs:
    with open_store() as store:
        stored = plan_inputs(store, country.upper(), level)
    workspace = existing_workspace()
    return with_entries(stored, workspace, LOCAL) if workspace is not None else stored


def _priced(scenario: Scenario, country: str) -> Scenario:
    """The scenario with the prices the programme entered, as the pages compute with it."""
    workspace = existing_workspace()
    return priced(scenario, own_prices(workspace, LOCAL, country)) if workspace is not None else scenario


def _setting(values: dict[str, Any], text: str, language: Language | None) -> None:
    """`field=value` or `field.key=value` over the values; numbers and JSON are read as such."""
    name, found, raw = text.partition("=")
    if not found or not name:
        refuse(f"--set {text} : écrivez champ=valeur", f"--set {text}: write field=value", language, BAD_USAGE)
    try:
        value = json.loads(raw)
    except json.JSONDecodeError:
        value = raw
    field, dot, key = name.partition(".")
    if not dot:
        values[field] = value
        return
    default = Scenario().model_dump(mode="json").get(field)
    if not isinstance(default, dict):
        raise ScenarioError([(name, value, "this field has no parts")])
    values[field] = {**values.get(field, default), key: value}


@commands.command("plan")
def plan_command(
    country: Annotated[str, typer.Option(help="ISO3 of the country, e.g. COD")],
    question: Annotated[QuestionAsked | None, typer.Option(help="what the plan is to answer")] = None,
    level: Annotated[int | None, typer.Option(help="planning level; default: the country's")] = None,
    scenario: Annotated[Path | None, typer.Option(help="scenario file (JSON)")] = None,
    budget: Annotated[float | None, typer.Option(help="EUR; default: half the cost of the target plan")] = None,
    target: Annotated[float | None, typer.Option(help="coverage to reach, 0 to 1")] = None,
    horizon: Annotated[int | None, typer.Option(help="months")] = None,
    settings: Annotated[list[str] | None, typer.Option("--set", help="field=value over the scenario")] = None,
    json_out: Annotated[Path | None, typer.Option("--json", callback=to_write, help="where to write the plan; default: standard output")] = None,
    language: Annotated[Language | None, typer.Option(help="language of what is left out or refused; default: both")] = None,
) -> None:
    """The plan for a country as JSON (ARCHITECTURE, Commands)."""
    with _sentences(language):
        inputs = _inputs(country, level)
        values = _file(scenario, inputs, language)
        given = {"question": question.value if question else None, "budget": budget, "target": target, "horizon_months": horizon}
        values |= {key: value for key, value in given.items() if value is not None}
        for setting in settings or []:
            _setting(values, setting, language)
        chosen = scenario_from(values)
        with _solver_silenced():
            answer = plan(inputs, _priced(chosen, country.upper()))
        _write(json_out, answer.model_dump_json(indent=1))


@commands.command("explain")
def explain_command(
    plan_file: Annotated[Path, typer.Option("--plan", help="a plan written by `plan --json`")],
    intervention: Annotated[str, typer.Option(help="code, e.g. A16")],
    scope: Annotated[str, typer.Option(help="kind:id, e.g. area:CD61")],
    language: Annotated[Language, typer.Option(help="language of the sentences")] = Language.fr,
) -> None:
    """Why a number of a plan is what it is, from source rows to cost, in sentences."""
    from ui.explanation import sentences as explained  # the texts are the screen's own

    with _sentences(language):
        stored = _plan_file(plan_file)
        kind, _, place = scope.partition(":")
        if kind not in get_args(ScopeKind) or not place:
            kinds = ", ".join(get_args(ScopeKind))
            refuse(
                f"--scope {scope} : écrivez genre:code, par exemple area:CD61 ; les genres sont {kinds}",
                f"--scope {scope}: write kind:id, e.g. area:CD61; kinds are {kinds}",
                language,
                BAD_USAGE,
            )
        chosen = scenario_from(stored.scenario)
        inputs = _inputs(stored.country, stored.level)
        chain = explain(inputs, chosen, assess(inputs, chosen), stored, intervention, kind, place)
        for sentence in explained(chain, inputs, language.value):
            typer.echo(sentence)


@commands.command("schema")
def schema_command() -> None:
    """The JSON schema of a plan (docs/plan.schema.json)."""
    typer.echo(json.dumps(Plan.model_json_schema(), indent=1, ensure_ascii=False))


def _file(path: Path | None, inputs: PlanInputs, language: Language | None) -> dict[str, Any]:
    """The values of a scenario file; what in it cannot be used, or names what this country does not have, is said and left out."""
    if path is None:
        return {}
    reading = read(path.read_bytes())
    for sentence in reading.left_out:
        say_wrong(f"{path} : {sentence.fr}", f"{path}: {sentence.en}", language)
    missing = misfits(inputs, reading.scenario, assess(inputs, reading.scenario).found)
    for field, key in missing:
        say_wrong(
            f"{path} : « {field}, {key} » est laissé de côté : {in_french(REASONS[field])}.",
            f"{path}: “{field}, {key}” is left out: {REASONS[field]}.",
            language,
        )
    return without(reading.scenario, missing).model_dump(mode="json", exclude_unset=True)


def _plan_file(path: Path) -> Plan:
    data = path.read_bytes()
    try:
        return Plan.model_validate_json(data.decode("utf-8-sig"))
    except ValueError as error:
        # pydantic's own refusal is one too, and so are bytes that are no text
        raise DataError(
            f"{path} : ce n'est pas un plan que cette version a écrit avec plan --json",
            f"{path}: is no plan that this version wrote with plan --json",
        ) from error


def _write(path: Path | None, text: str) -> None:
    if path is None:
        typer.echo(text)
    else:
        write_text(path, text + "\n")


if __name__ == "__main__":
    commands()
