"""The words of the page Situation: the stances of the country, an area and why it has its stance, areas beside it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.plan import Plan
from analytics.scenario import Scenario
from ui import format as say
from ui.language import t, tn
from ui.naming import stance_label, stance_name
from ui.views.situation import Country


def answer(plan: Plan, country: Country, name: str, names: pd.Series) -> str:
    """The three sentences that say the country: who is expected where, what the rule says, what is covered and what the plan adds."""
    totals = plan.totals
    returns = (
        t(
            "situation.answer.returns",
            people=say.people_about(totals.expected_returns),
            months=plan.scenario["horizon_months"],
            share=say.percent(country.leading_share),
            places=say.several([str(names[pcode]) for pcode in country.leading]),
        )
        if country.leading
        else t("situation.answer.no_returns", country=name)
    )
    stances = t(
        "situation.answer.stances",
        support=tn("situation.areas", country.stances["support"]),
        mixed=country.stances["mixed"],
        share=say.percent(totals.provisional_share),
    )
    reached = t(
        f"situation.answer.{plan.question}",
        today=say.percent(totals.coverage_in_place),
        planned=say.percent(totals.coverage),
        cost=say.money(totals.cost),
    )
    # where nobody is expected there are no stances to act on and nothing to cover
    return " ".join((returns, stances, reached)) if country.leading else returns


def stance_lines(country: Country, table: pd.DataFrame) -> list[str]:
    """A line a stance that any area has: how many areas, how many people are expected there; then, where these are others than those to
    watch, how many areas expect nobody."""
    expected = table.groupby("stance")["expected"].sum(min_count=1)
    quiet = int((table["reason"] == "no_returns").sum())
    lines = [
        f"{t('situation.stance_line', stance=stance_label(stance), areas=tn('situation.areas', count), people=say.people_about(expected[stance]))}"
        for stance, count in country.stances.items()
        if count
    ]
    return [*lines, tn("situation.no_returns_line", quiet)] if quiet and quiet != country.stances["watch"] else lines


def say_area(area: pd.Series, scenario: Scenario) -> None:
    """One area: its stance, the clauses that give it, what would change it, its figures."""
    stance = area["stance"]
    st.markdown(f"**{stance_label(stance)}** · {t(f'stance.{stance}.meaning')}")
    if area["clauses"]:
        cuts = {name: say.number(getattr(scenario, name)) for name in ("cut_returns", "cut_needs", "cut_capacity")}
        st.markdown("\n".join(f"- {t(f'clause.{clause}', **cuts)}" for clause in area["clauses"]))
    if area["reason"] == "no_returns":
        st.markdown(t("stance.no_returns"))
    if area["provisional"]:
        st.caption(t("stance.provisional", stance=stance_name(area["if_adequate"]), adequacy=say.percent(scenario.shown_adequacy)))
    if area["close_call"]:
        st.caption(t("stance.close_call"))
    st.markdown(
        t(
            "situation.area.figures",
            expected=say.about(area["expected"]),
            low=say.about(area["low"]),
            high=say.about(area["high"]),
            rate=say.rate(area["rate"]),
            need=say.number(area["need"]),
            capacity=say.number(area["capacity"]),
            covered=say.percent(area["covered"]),
            planned=say.percent(area["planned"]),
        )
    )


def beside(name: str, area: pd.Series) -> str:
    """Another chosen area in a line."""
    return t(
        "situation.beside",
        place=name,
        stance=stance_label(area["stance"]),
        expected=say.about(area["expected"]),
        covered=say.percent(area["covered"]),
        planned=say.percent(area["planned"]),
    )
