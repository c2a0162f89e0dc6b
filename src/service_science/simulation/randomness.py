"""Random numbers that are the same in machine code and in plain Python: xoshiro128++ (Blackman, Vigna 2021) on 32-bit
words held in 64 bits, so that nothing ever overflows.
"""

from __future__ import annotations

from math import cos, exp, log, sqrt
from typing import Any

import numpy as np

from service_science.accelerate import compiled, inlined
from service_science.arrays import Ints
from service_science.simulation.laws import EXPONENTIAL, FIXED, GAMMA, LOGNORMAL, QUANTILES, UNIFORM, WEIBULL
from service_science.simulation.layout import LAW_A, LAW_B, LAW_FORM, LAW_FROM, MIRROR, SEEDS, TABLE

WORD = 0xFFFFFFFF
TURN = 6.283185307179586


def streams(seed: int, number: int) -> Ints:
    """Four words for each stream, far apart."""
    words = [child.generate_state(4) for child in np.random.SeedSequence(seed).spawn(number)]
    return np.concatenate(words).astype(np.int64)


@inlined
def uniform(i: Any, stream: int) -> float:
    """Strictly between 0 and 1, from two words; mirrored for antithetic runs. The state is read and written once."""
    at = i[SEEDS] + 4 * stream
    a, b, c, d = i[at], i[at + 1], i[at + 2], i[at + 3]
    high = output(a, d)
    c, d = c ^ a, d ^ b
    a, b, c, d = a ^ d, b ^ c, c ^ ((b << 9) & WORD), ((d << 11) & WORD) | (d >> 21)
    low = output(a, d)
    c, d = c ^ a, d ^ b
    i[at], i[at + 1], i[at + 2], i[at + 3] = a ^ d, b ^ c, c ^ ((b << 9) & WORD), ((d << 11) & WORD) | (d >> 21)
    u = ((high >> 5) * 67108864.0 + (low >> 6) + 0.5) * (1.0 / 9007199254740992.0)
    return 1.0 - u if i[MIRROR] else u


@inlined
def output(a: int, d: int) -> int:
    total = (a + d) & WORD
    return ((((total << 7) & WORD) | (total >> 25)) + a) & WORD


@compiled
def normal(i: Any, stream: int) -> float:
    radius = sqrt(-2.0 * log(uniform(i, stream)))
    return radius * cos(TURN * uniform(i, stream))


@compiled
def gamma(i: Any, stream: int, shape: float) -> float:
    """Marsaglia, Tsang, ACM TOMS 26 (2000) 363; shapes below 1 by a power of a uniform."""
    d = (shape if shape >= 1.0 else shape + 1.0) - 1.0 / 3.0
    c = 1.0 / sqrt(9.0 * d)
    while True:
        x = normal(i, stream)
        root = 1.0 + c * x
        v = root * root * root
        if v > 0.0 and log(uniform(i, stream)) < 0.5 * x * x + d - d * v + d * log(v):
            break
    return d * v if shape >= 1.0 else d * v * uniform(i, stream) ** (1.0 / shape)


@inlined
def draw(i: Any, f: Any, stream: int, law: int) -> float:
    """A time by the law; a law that never comes is not asked."""
    if i[i[LAW_FORM] + law] == EXPONENTIAL:
        return -f[i[LAW_A] + law] * log(uniform(i, stream))
    return draw_other(i, f, stream, law)


@compiled
def draw_other(i: Any, f: Any, stream: int, law: int) -> float:
    form, a, b = i[i[LAW_FORM] + law], f[i[LAW_A] + law], f[i[LAW_B] + law]
    if form == FIXED:
        return a
    if form == UNIFORM:
        return a + b * uniform(i, stream)
    if form == LOGNORMAL:
        return exp(a + b * normal(i, stream))
    if form == GAMMA:
        return b * gamma(i, stream, a)
    if form == WEIBULL:
        return a * (-log(uniform(i, stream))) ** b
    where = uniform(i, stream) * (QUANTILES - 1)
    left = int(where)
    at = i[TABLE] + i[i[LAW_FROM] + law] + left
    return f[at] + (f[at + 1] - f[at]) * (where - left)
