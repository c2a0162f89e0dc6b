"""Erlang's formulas with fifty digits, by their sums: slow, and right beyond doubt."""

from decimal import Decimal, getcontext

getcontext().prec = 50
SMALL = Decimal(10) ** -48


def inverse_b(n: int, a: float) -> Decimal:
    load, term = Decimal(a), Decimal(1)
    total = term
    for j in range(n):
        term = term * (n - j) / load
        total += term
        if term < total * SMALL and n - j < load:
            break
    return total


def erlang_b(n: int, a: float) -> Decimal:
    return 1 / inverse_b(n, a)


def erlang_c(n: int, a: float) -> Decimal:
    return 1 / ((n - Decimal(a)) / n * inverse_b(n, a) + Decimal(a) / n)


def erlang_a(n: int, rate: float, theta: float) -> tuple[Decimal, Decimal]:
    """Share that waits and share that leaves, for a service rate of 1: by the states with k waiting."""
    lam, leaving = Decimal(rate), Decimal(theta)
    term, total, people, k = Decimal(1), Decimal(1), Decimal(0), 0
    while True:
        k += 1
        term = term * lam / (n + k * leaving)
        total += term
        people += k * term
        if term < total * SMALL:
            break
    waits = 1 / (1 + (inverse_b(n, rate) - 1) / total)
    return waits, waits * people / total * leaving / lam
