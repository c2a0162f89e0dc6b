"""From single purchases to what the models want to know of each customer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from service_science.arrays import ArrayLike, Floats, Ints
from service_science.checks import WrongInput, number, numbers, same_length


@dataclass(frozen=True, slots=True)
class History:
    """An entry a customer, in the order of `customer`. Days count from the customer's own first purchase.

    `repeats`: further days with a purchase; `recency`: the last of them; `age`: the end of what is known; `spend`: mean
    amount of the repeats, 0 without any.
    """

    customer: Ints
    repeats: Ints
    recency: Floats
    age: Floats
    spend: Floats


def summarise(customer: ArrayLike, day: ArrayLike, amount: ArrayLike, *, end: float) -> History:
    """Purchases up to `end`; those of one customer on one day are one."""
    who, when, money = numbers("customer", customer), numbers("day", day), numbers("amount", amount)
    same_length(customer=who, day=when, amount=money)
    last = number("end", end)
    known = when <= last
    if not known.any():
        raise WrongInput("end", "lies before every purchase")
    order = np.lexsort((when[known], who[known]))
    who, when, money = who[known][order], when[known][order], money[known][order]
    new = np.append(True, (np.diff(who) != 0) | (np.diff(when) != 0))
    paid = np.add.reduceat(money, np.flatnonzero(new))
    who, when = who[new], when[new]
    starts = np.flatnonzero(np.append(True, np.diff(who) != 0))
    visits = np.diff(np.append(starts, who.size))
    begin, final = when[starts], when[starts + visits - 1]
    total = np.add.reduceat(paid, starts) - paid[starts]
    spend = np.divide(total, visits - 1, out=np.zeros_like(total), where=visits > 1)
    return History(who[starts].astype(np.int64), visits - 1, final - begin, last - begin, spend)
