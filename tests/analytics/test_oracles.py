"""Figures others have published or that follow by hand, met by our own code."""

from __future__ import annotations

from math import exp, floor

import numpy as np
import pytest

from analytics.applicability import Candidate
from analytics.optimise import solve_budget
from analytics.problem import Cell, Option, Problem
from analytics.scenario import Scenario, UtilityStep
from analytics.sensitivity import Factor, assumption_shares, variance_shares
from analytics.weights import JudgementError, compared_weights, comparison_matrix
from tests.analytics.world import world

# Saaty 2008, drinks in the United States; as printed in github.com/PhilipGriffith/AHPy (README, tests/test_ahp.py; MIT)
DRINKS = ("coffee", "wine", "tea", "beer", "soda", "milk", "water")
DRINK_JUDGEMENTS = (
    (1, 9, 5, 2, 1, 1, 1 / 2),
    (1 / 9, 1, 1 / 3, 1 / 9, 1 / 9, 1 / 9, 1 / 9),
    (1 / 5, 3, 1, 1 / 3, 1 / 4, 1 / 3, 1 / 9),
    (1 / 2, 9, 3, 1, 1 / 2, 1, 1 / 3),
    (1, 9, 4, 2, 1, 2, 1 / 2),
    (1, 9, 3, 1, 1 / 2, 1, 1 / 3),
    (2, 9, 9, 3, 2, 3, 1),
)


def test_a_concave_budget_in_whole_units_is_shared_as_greedy_steps_share_it() -> None:
    """max sum a(1 - exp(-b x)), sum x = 100: the divisible optimum is worth 139.100700695, whole units 139.0960866."""
    a, b = (100.0, 80.0, 50.0), (0.02, 0.05, 0.01)
    demands = [5 / rate for rate in b]  # so that b x = 5 z, one utility 1 - exp(-5 z) for every cell
    points = 500  # every whole unit of every cell is a point of the piecewise utility
    steps = [(k + 1, points * (exp(-5 * k / points) - exp(-5 * (k + 1) / points)) / 5) for k in range(points)]
    scenario = Scenario(utility=tuple(UtilityStep(until=k / points, slope=slope) for k, slope in steps), balance=0.0, gap_tolerance=0.0, beta=0.0)
    options = tuple(
        Option(Candidate("S", "area", f"X{i}", None, 500, 0.0, "EC1", 1.0, False, (), True, True), True, 500, 1.0, 0, 0, {"PSY": 1.0}, (), 0.0)
        for i in range(3)
    )
    cells = tuple(Cell(f"X{i}", "PSY", demands[i], demands[i], 0.0, 5 * a[i] / demands[i], (i,)) for i in range(3))
    answer = solve_budget(Problem(options, cells, (), (), {}), scenario, 100.0)
    assert answer.units.tolist() == [62, 38, 0]
    assert answer.objective == pytest.approx(139.0960866, abs=1e-5)
    assert answer.objective == pytest.approx(100 * (1 - exp(-0.02 * 62)) + 80 * (1 - exp(-0.05 * 38)), abs=1e-9)
    assert answer.bound is not None and answer.objective - 1e-9 <= answer.bound <= 139.100700695


def test_largest_remainders_are_not_used_for_budgets_because_more_seats_can_cost_one() -> None:
    """The first apportionment of the United States (1790, electowiki), and the paradox for which METHOD does without the rule."""
    people = {
        "VA": 630560, "MA": 475327, "PA": 432879, "NC": 353523, "NY": 331589, "MD": 278514, "CT": 236841, "SC": 206236, "NJ": 179570,
        "NH": 141822, "VT": 85533, "GA": 70835, "KY": 68705, "RI": 68446, "DE": 55540,
    }  # fmt: skip
    seats = {"VA": 11, "MA": 8, "PA": 7, "NC": 6, "NY": 6, "MD": 5, "CT": 4, "SC": 3, "NJ": 3, "NH": 2, "VT": 1, "GA": 1, "KY": 1, "RI": 1, "DE": 1}
    assert largest_remainders(people, 60) == seats
    assert sum(floor(60 * n / sum(people.values())) for n in people.values()) == 52
    parties = {"A": 6.0, "B": 6.0, "C": 2.0}
    assert (largest_remainders(parties, 10)["C"], largest_remainders(parties, 11)["C"]) == (2, 1)


def largest_remainders(people: dict[str, float], seats: int) -> dict[str, int]:
    quotas = {name: seats * n / sum(people.values()) for name, n in people.items()}
    left = seats - sum(floor(quota) for quota in quotas.values())
    first = sorted(quotas, key=lambda name: floor(quotas[name]) - quotas[name])[:left]
    return {name: floor(quota) + (name in first) for name, quota in quotas.items()}


def test_weights_of_saatys_drinks() -> None:
    found = compared_weights(np.array(DRINK_JUDGEMENTS))
    assert found.weights == pytest.approx([0.1775, 0.0191, 0.0418, 0.1164, 0.1896, 0.1288, 0.3268], abs=5e-5)
    assert found.principal_eigenvalue == pytest.approx(7.17662903933035)
    assert found.consistency_ratio == pytest.approx(0.022, abs=5e-4) and found.consistent


def test_judgements_given_in_words_make_the_same_matrix() -> None:
    pairs = {(DRINKS[i], DRINKS[j]): DRINK_JUDGEMENTS[i][j] for i in range(7) for j in range(i + 1, 7)}
    assert comparison_matrix(DRINKS, pairs) == pytest.approx(np.array(DRINK_JUDGEMENTS))


def test_perfectly_consistent_judgements_give_back_their_weights() -> None:
    weights = np.array([0.5, 0.3, 0.2])
    found = compared_weights(weights[:, None] / weights[None])
    assert found.weights == pytest.approx(weights) and found.consistency_ratio == pytest.approx(0, abs=1e-9)
    circle = comparison_matrix(("a", "b", "c"), {("a", "b"): 9, ("b", "c"): 9, ("c", "a"): 9})
    assert not compared_weights(circle).consistent


@pytest.mark.parametrize(
    ("judgements", "said"),
    [
        ({("a", "b"): 2.0}, "not compared yet: a against c, b against c"),
        ({("a", "z"): 2.0}, "compare two of a, b, c"),
        ({("a", "b"): 0.0}, "above 0"),
        ({("a", "b"): 2.0, ("b", "a"): 0.5}, "compared twice"),
    ],
)
def test_judgements_that_say_too_little_or_too_much_are_refused(judgements: dict[tuple[str, str], float], said: str) -> None:
    with pytest.raises(JudgementError, match=said):
        comparison_matrix(("a", "b", "c"), judgements)


def test_a_matrix_that_is_not_reciprocal_is_refused() -> None:
    with pytest.raises(JudgementError, match="reciprocal"):
        compared_weights(np.array([[1.0, 2.0], [2.0, 1.0]]))


def test_variance_shares_of_ishigamis_function() -> None:
    """a = 7, b = 0.1; analytic values, tolerance as in github.com/SALib/SALib tests/test_regression.py."""

    def ishigami(draws: np.ndarray) -> np.ndarray:
        x = np.pi * (2 * draws - 1)
        return (np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0]))[None]

    found = variance_shares(ishigami, ("x1", "x2", "x3"), ("y",), 1024)
    assert found["first"].tolist() == pytest.approx([0.31390519, 0.44241114, 0.0], abs=5e-2)
    assert found["total"].tolist() == pytest.approx([0.55758886, 0.44241114, 0.24368366], abs=5e-2)


def test_what_a_country_knows_moves_nothing_and_what_it_assumes_does() -> None:
    factors = (Factor("host_share", 0.0, 0.3), Factor("cut_capacity", 0.9, 1.1, relative=True), Factor("assumed_prevalence", 0.3, 0.7))
    inputs = world(1, 1, indicators=0.0)
    found = assumption_shares(inputs, Scenario(), 4, factors=factors)
    assert found.loc[("demand", "cut_capacity")].tolist() == pytest.approx([0, 0], abs=1e-9)
    assert found.loc[("demand", "assumed_prevalence"), "total"] > found.loc[("demand", "host_share"), "total"] > 0
    assert found.equals(assumption_shares(inputs, Scenario(), 4, factors=factors))


def test_an_outcome_that_never_varies_has_no_shares() -> None:
    found = assumption_shares(world(2, 1, scale=0.0), Scenario(), 4, factors=(Factor("host_share", 0.0, 0.6),))
    assert found.loc["demand"].isna().all().all()


def test_a_number_of_draws_that_is_no_power_of_2_is_refused() -> None:
    with pytest.raises(ValueError, match="power of 2"):
        variance_shares(lambda draws: draws[:1], ("x",), ("y",), 10)
