"""Customer value: likelihoods against their definitions, and parameters found again in made-up customers."""

import numpy as np
import pytest
from scipy.special import beta as beta_function
from scipy.special import gamma as gamma_function

from service_science.value import abc_classes, fit_purchases, fit_spending, rfm_scores, summarise

LOGS = np.linspace(-60, 4, 8001)


def customers(n: int, seed: int = 1, *, r=0.8, alpha=20.0, a=1.2, b=3.0):
    """Whole days; each buys at an own rate and may lapse after each purchase."""
    rng = np.random.default_rng(seed)
    rate, lapse = rng.gamma(r, 1 / alpha, n), rng.beta(a, b, n)
    age = rng.integers(100, 300, n).astype(float)
    repeats, recency, day, there = np.zeros(n), np.zeros(n), np.zeros(n), np.ones(n, dtype=bool)
    gone = np.zeros(n, dtype=bool)
    while there.any():
        day = day + rng.exponential(1 / rate)
        bought = there & (day <= age)
        repeats[bought] += 1
        recency[bought] = day[bought]
        lapsed = bought & (rng.random(n) <= lapse)
        gone |= lapsed
        there = bought & ~lapsed
    return repeats, recency, age, ~gone


def test_the_likelihood_is_the_integral_it_stands_for():
    repeats, recency, age, _alive = customers(250)
    model = fit_purchases(repeats, recency, age)
    r, alpha, a, b = model.r, model.alpha, model.a, model.b

    def one(x, recent, old):
        def density(rate):
            return alpha**r * rate ** (r - 1) * np.exp(-alpha * rate) / gamma_function(r)

        def over_rates(last):  # on a logarithmic scale: the density has no end at zero
            rates = np.exp(LOGS)
            return float((np.exp(LOGS * (x + 1) - rates * last) * density(rates)).sum() * (LOGS[1] - LOGS[0]))

        stays = over_rates(old)
        if x == 0:
            return np.log(stays)
        gone = over_rates(recent)
        kept, lapsed = beta_function(a, b + x), beta_function(a + 1, b + x - 1)
        return np.log((kept * stays + lapsed * gone) / beta_function(a, b))

    total = sum(one(*row) for row in zip(repeats, recency, age, strict=True))
    assert model.log_likelihood == pytest.approx(total, rel=1e-6)


def test_the_parameters_of_made_up_customers_are_found_again():
    repeats, recency, age, alive = customers(60_000)
    model = fit_purchases(repeats, recency, age)
    assert (model.r, model.alpha) == (pytest.approx(0.8, rel=0.08), pytest.approx(20.0, rel=0.1))
    assert model.a / (model.a + model.b) == pytest.approx(1.2 / 4.2, rel=0.1)
    risk = model.lapse_risk(repeats, recency, age)
    assert risk.mean() == pytest.approx(1 - alive.mean(), abs=0.02)
    assert model.alive(0.0, 0.0, 200.0) == 1.0


def test_rows_that_are_alike_count_as_one_with_a_weight():
    repeats, recency, age, _there = customers(3000)
    recency = np.minimum(np.ceil(recency), age)
    whole = fit_purchases(repeats, recency, age)
    parted = fit_purchases(repeats, recency * 1.0000001, age * 1.0000001)
    assert whole.log_likelihood == pytest.approx(parted.log_likelihood, abs=0.01)


def test_expected_purchases_are_those_that_come():
    whole = customers(80_000, seed=2)
    model = fit_purchases(*whole[:3])
    rng = np.random.default_rng(3)
    rate, lapse = rng.gamma(0.8, 1 / 20.0, 80_000), rng.beta(1.2, 3.0, 80_000)
    bought, day, there = np.zeros((2, 80_000)), np.zeros(80_000), np.ones(80_000, dtype=bool)
    recency = np.zeros(80_000)
    while there.any():  # 100 days seen, 100 days ahead
        day = day + rng.exponential(1 / rate)
        there = there & (day <= 200)
        half = (day > 100).astype(int)
        bought[half[there], np.flatnonzero(there)] += 1
        recency[there & (half == 0)] = day[there & (half == 0)]
        there = there & (rng.random(80_000) > lapse)
    ahead = model.expected(bought[0], recency, np.full(80_000, 100.0), ahead=100.0)
    assert ahead.mean() == pytest.approx(bought[1].mean(), rel=0.05)
    for low, high in ((1, 3), (4, 8)):
        mine = (bought[0] >= low) & (bought[0] <= high)
        assert ahead[mine].mean() == pytest.approx(bought[1][mine].mean(), rel=0.08)
    assert model.expected_of_new(100.0) == pytest.approx(bought[0].mean(), rel=0.05)


def test_spending_finds_its_parameters_and_draws_towards_the_mean():
    rng = np.random.default_rng(5)
    n, p, q, v = 30_000, 6.0, 4.0, 15.0
    scale = rng.gamma(q, 1 / v, n)
    repeats = rng.integers(1, 12, n)
    spend = rng.gamma(p * repeats, 1 / (scale * repeats))
    model = fit_spending(repeats, spend)
    assert (model.p, model.q, model.v) == (
        pytest.approx(p, rel=0.1),
        pytest.approx(q, rel=0.1),
        pytest.approx(v, rel=0.15),
    )
    everybody = float(model.expected([0], [0.0])[0])
    once, often = model.expected([1, 50], [10 * everybody] * 2)
    assert everybody < once < often < 10 * everybody


def test_purchases_of_one_day_are_one_and_those_after_the_end_none():
    found = summarise([7, 7, 7, 3, 7], [0, 5, 5, 2, 50], [10.0, 20.0, 5.0, 8.0, 99.0], end=20)
    assert found.customer.tolist() == [3, 7]
    assert found.repeats.tolist() == [0, 1]
    assert (found.recency.tolist(), found.age.tolist()) == ([0.0, 5.0], [18.0, 20.0])
    assert found.spend.tolist() == [0.0, 25.0]


def test_fifths_are_of_equal_size_and_the_best_scores_highest():
    days = np.arange(100.0)
    scores = rfm_scores(days, days, np.zeros(100))
    assert np.bincount(scores[:, 0]).tolist() == [0, 20, 20, 20, 20, 20]
    assert (scores[0, 0], scores[0, 1]) == (5, 1)
    assert len(set(scores[:, 2].tolist())) == 1


def test_the_few_who_bring_four_fifths_are_a():
    assert abc_classes([10.0, 70.0, 12.0, 5.0, 3.0]).tolist() == ["B", "A", "A", "B", "C"]
