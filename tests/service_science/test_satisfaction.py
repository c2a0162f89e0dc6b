"""Path models on data of known truth and on the published sets; intervals by reckoning every possible outcome."""

from itertools import combinations, product
from math import comb

import numpy as np
import pytest

from bench.science.satisfaction import PUBLISHED, coverage, read
from service_science.satisfaction import (
    PathModel,
    bootstrap_paths,
    driver_importance,
    fit_paths,
    heterotrait_monotrait,
    mean_score,
    satisfaction_index,
    wilson_share,
)
from tests.service_science.shared import shared


def mobile_phones():
    data, model, _items = read(shared("ecsi/mobi.csv"))
    return data, model


@pytest.mark.parametrize(("standardised", "published"), PUBLISHED.values())
def test_both_published_sets_come_out_digit_for_digit(standardised, published):
    data, model = mobile_phones()
    fit = fit_paths(data, model, standardised=standardised)
    assert [f"{value:.4f}" for value in fit.paths.values()] == published


def test_the_index_of_the_mobile_phones_is_the_known_one():
    data, model = mobile_phones()
    fit = fit_paths(data, model, scheme="path")
    assert round(satisfaction_index(data[:, list(model.blocks["CUSA"])], fit.weights["CUSA"]), 2) == 72.45


def two_notions(n: int, seed: int = 1, noise: float = 0.6):
    """b = 0.6 a + …; four items each, measured with noise."""
    rng = np.random.default_rng(seed)
    a = rng.normal(size=n)
    b = 0.6 * a + 0.8 * rng.normal(size=n)
    items = [notion + noise * rng.normal(size=n) for notion in (a, a, a, a, b, b, b, b)]
    return np.column_stack(items), PathModel({"a": range(4), "b": range(4, 8)}, [("a", "b")])


@pytest.mark.parametrize("scheme", ["centroid", "factorial", "path"])
def test_consistent_paths_find_the_truth_behind_the_noise(scheme):
    data, model = two_notions(40_000)
    plain = fit_paths(data, model, scheme=scheme).paths["a", "b"]
    assert plain < 0.57
    assert fit_paths(data, model, scheme=scheme, consistent=True).paths["a", "b"] == pytest.approx(0.6, abs=0.015)


def test_reliability_is_what_the_noise_leaves():
    data, model = two_notions(40_000)
    assert fit_paths(data, model).reliability["a"] == pytest.approx(1 / (1 + 0.36 / 4), abs=0.01)


def test_formed_notions_are_the_canonical_variates():
    data, _model = two_notions(500, noise=1.5)
    model = PathModel({"a": range(4), "b": range(4, 8)}, [("a", "b")], modes={"a": "B", "b": "B"})
    left, right = (np.linalg.qr(part - part.mean(axis=0))[0] for part in (data[:, :4], data[:, 4:]))
    assert fit_paths(data, model).paths["a", "b"] == pytest.approx(np.linalg.svd(left.T @ right)[1][0], rel=1e-8)


def test_scores_have_variance_one_and_loadings_are_their_correlations():
    data, model = two_notions(300)
    fit = fit_paths(data, model)
    assert fit.scores.var(axis=0) == pytest.approx([1.0, 1.0])
    assert fit.loadings["a"] == pytest.approx([np.corrcoef(data[:, i], fit.scores[:, 0])[0, 1] for i in range(4)])
    assert fit.explained["b"] == pytest.approx(fit.paths["a", "b"] ** 2)


def test_the_bootstrap_spreads_as_new_samples_do():
    data, model = two_notions(200)
    found = bootstrap_paths(data, model, rng=np.random.default_rng(2), draws=600)
    fresh = [fit_paths(two_notions(200, seed=50 + i)[0], model).paths["a", "b"] for i in range(300)]
    assert found.error["a", "b"] == pytest.approx(np.std(fresh), rel=0.25)
    assert found.low["a", "b"] < fit_paths(data, model).paths["a", "b"] < found.high["a", "b"]
    again = bootstrap_paths(data, model, rng=np.random.default_rng(2), draws=600)
    assert again.error == found.error


def test_one_notion_asked_twice_is_not_told_apart():
    data, model = two_notions(4000)
    assert heterotrait_monotrait(data, model)["a", "b"] == pytest.approx(0.6, abs=0.03)
    same = np.column_stack([data[:, :4], data[:, :4] + 0.6 * np.random.default_rng(1).normal(size=(4000, 4))])
    assert heterotrait_monotrait(same, model)["a", "b"] > 0.9


@pytest.mark.parametrize("n", [10, 20])
def test_net_promoter_intervals_hold_from_ten_answers(n):
    shares = [(p, q) for p, q in product((0.05, 0.2, 0.4, 0.6, 0.85), repeat=2) if p + q < 0.99]
    assert min(coverage(n, p, q) for p, q in shares) >= 0.93


def test_intervals_of_shares_hold_from_ten_answers_on_the_whole():
    covers = []
    for p in np.linspace(0.05, 0.95, 37):
        held = [
            comb(10, k) * p**k * (1 - p) ** (10 - k)
            for k in range(11)
            if wilson_share(k, 10).low <= p <= wilson_share(k, 10).high
        ]
        covers.append(sum(held))
    assert np.mean(covers) > 0.945
    assert min(covers) > 0.83


@pytest.mark.parametrize("shares", [(0.1, 0.1, 0.2, 0.3, 0.3), (0.02, 0.03, 0.05, 0.1, 0.8), (0.2, 0.2, 0.2, 0.2, 0.2)])
def test_mean_scores_hold_from_ten_answers(shares):
    rng, truth = np.random.default_rng(3), float(np.arange(1, 6) @ np.array(shares))
    found = [mean_score(rng.choice(np.arange(1, 6), 10, p=shares), lowest=1, highest=5) for _run in range(800)]
    assert np.mean([score.low <= truth <= score.high for score in found]) >= 0.92


def test_drivers_share_what_every_order_of_entering_gives_them():
    rng = np.random.default_rng(9)
    columns = rng.normal(size=(200, 4)) @ rng.normal(size=(4, 4))
    outcome = columns @ [1.0, 0.5, 0.0, -1.0] + rng.normal(size=200)

    def explained(chosen):
        if not chosen:
            return 0.0
        design = np.column_stack([np.ones(200), columns[:, list(chosen)]])
        left = outcome - design @ np.linalg.lstsq(design, outcome, rcond=None)[0]
        return 1 - left.var() / outcome.var()

    weights = {0: 1 / 4, 1: 1 / 12, 2: 1 / 12, 3: 1 / 4}
    by_hand = [
        sum(
            weights[size] * (explained((*chosen, j)) - explained(chosen))
            for size in range(4)
            for chosen in combinations([k for k in range(4) if k != j], size)
        )
        for j in range(4)
    ]
    found = driver_importance(columns, outcome)
    assert found == pytest.approx(by_hand, abs=1e-10)
    assert found.sum() == pytest.approx(explained((0, 1, 2, 3)))
