"""Texts that are nearly the same, found among very many: one-permutation MinHash of runs of three signs, in bands.

Broder 1997; Li, Owen, Zhang, NIPS 2012. Four hashes of 32 boxes each leave few boxes empty even for short texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from service_science.accelerate import compiled
from service_science.arrays import Floats, Ints
from service_science.checks import share
from service_science.text.pieces import plain

HASHES, BOXES, BAND = 4, 32, 3
SIGNATURE = HASHES * BOXES
WORD = 0xFFFFFFFF
EMPTY = WORD + 1
SIGNS = 3
NEIGHBOURS = 4  # entries before it in a band that each text is compared with


@dataclass(frozen=True, slots=True)
class Duplicates:
    """`pairs`: rows of two texts, the earlier first; `similarity`: runs of three signs in common over runs in either;
    `groups`: texts that belong together by such pairs.
    """

    pairs: Ints
    similarity: Floats
    groups: tuple[tuple[int, ...], ...]


def near_duplicates(texts: Sequence[str], *, similarity: float = 0.4) -> Duplicates:
    """Pairs at or above the similarity (Jaccard). Signs and words alone count, not spaces, marks or capitals.

    Almost every pair above 0.6 is found, and about nineteen of twenty at 0.45. Empty texts are like nothing.
    """
    limit = share("similarity", similarity)
    signs, starts = _signs([plain(text) for text in texts])
    runs, sizes = np.zeros(signs.size, dtype=np.int64), np.zeros(len(texts), dtype=np.int64)
    signatures = np.full((len(texts), SIGNATURE), EMPTY, dtype=np.int64)
    _sketch(signs, starts, runs, sizes, signatures)
    pairs = _candidates(signatures, sizes)
    likeness = np.zeros(len(pairs))
    _compare(pairs, runs, starts, sizes, likeness)
    kept = likeness >= limit
    return Duplicates(pairs[kept], likeness[kept], _groups(pairs[kept], len(texts)))


def _signs(texts: Sequence[str]) -> tuple[Ints, Ints]:
    """All code points one text after another, and where each begins; short texts are filled up to one run."""
    filled = [text if len(text) >= SIGNS or not text else text.ljust(SIGNS, "\0") for text in texts]
    starts = np.cumsum([0, *map(len, filled)])
    return np.frombuffer("".join(filled).encode("utf-32-le"), dtype=np.uint32).astype(np.int64), starts


@compiled
def _mix(x: int) -> int:
    """Scrambles 32 bits; no product reaches 63."""
    x = ((x ^ (x >> 16)) * 73244475) & WORD
    x = ((x ^ (x >> 15)) * 1540483477) & WORD
    return x ^ (x >> 16)


@compiled
def _sketch(signs: Any, starts: Any, runs: Any, sizes: Any, signatures: Any) -> None:
    """The sorted distinct runs of each text, and for each hash and box the least of those that fall into it."""
    for text in range(len(starts) - 1):
        begin, end = int(starts[text]), int(starts[text + 1])
        number = max(0, end - begin - SIGNS + 1)
        for at in range(begin, begin + number):
            one, two, three = int(signs[at]), int(signs[at + 1]), int(signs[at + 2])
            runs[at] = _mix((_mix(one * 31 + two) + three * 65599) & WORD)
        runs[begin : begin + number].sort()
        size = 0
        for at in range(begin, begin + number):
            if size == 0 or runs[at] != runs[begin + size - 1]:
                runs[begin + size] = runs[at]
                size += 1
        sizes[text] = size
        for at in range(begin, begin + size):
            value = int(runs[at])
            for turn in range(HASHES):
                value = _mix((value + 374761393) & WORD)
                box = turn * BOXES + (value & (BOXES - 1))
                if value < signatures[text, box]:
                    signatures[text, box] = value
        if size > 0:
            _fill(signatures[text])


@compiled
def _fill(signature: Any) -> None:
    """An empty box takes the next full one of its hash, scrambled by the distance (densified by rotation)."""
    for turn in range(HASHES):
        base = turn * BOXES
        for box in range(BOXES):
            if signature[base + box] == EMPTY:
                for step in range(1, BOXES):
                    other = int(signature[base + (box + step) % BOXES])
                    if other < EMPTY:
                        signature[base + box] = EMPTY + 1 + _mix((other + step * 40503) & WORD)
                        break


def _candidates(signatures: Ints, sizes: Ints) -> Ints:
    """Texts that agree on some band. The boxes are dealt out so that a band's come from different hashes."""
    some = np.flatnonzero(sizes > 0)
    dealt = signatures[some].reshape(-1, HASHES, BOXES).transpose(0, 2, 1).reshape(some.size, SIGNATURE)
    found = []
    for band in range(SIGNATURE // BAND):
        key = np.zeros(some.size, dtype=np.uint64)
        for value in dealt[:, band * BAND : (band + 1) * BAND].T:
            key = (key ^ value.astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        order = np.argsort(key, kind="stable")
        ranked, who = key[order], some[order]
        for back in range(1, NEIGHBOURS + 1):
            same = np.flatnonzero(ranked[back:] == ranked[:-back])
            found.append(who[same] * np.int64(len(signatures)) + who[same + back])
    codes = np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)
    return np.column_stack(np.divmod(codes, max(1, len(signatures))))


@compiled
def _compare(pairs: Any, runs: Any, starts: Any, sizes: Any, likeness: Any) -> None:
    for row in range(len(pairs)):
        one, other = pairs[row, 0], pairs[row, 1]
        a, b = starts[one], starts[other]
        end_a, end_b, common = a + sizes[one], b + sizes[other], 0
        while a < end_a and b < end_b:
            if runs[a] == runs[b]:
                common += 1
                a += 1
                b += 1
            elif runs[a] < runs[b]:
                a += 1
            else:
                b += 1
        likeness[row] = common / (sizes[one] + sizes[other] - common)


def _groups(pairs: Ints, texts: int) -> tuple[tuple[int, ...], ...]:
    if not len(pairs):
        return ()
    links = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(texts, texts))
    _number, group = connected_components(links, directed=False)
    inside = np.unique(pairs)
    order = inside[np.argsort(group[inside], kind="stable")]
    cuts = np.flatnonzero(np.diff(group[order])) + 1
    return tuple(tuple(members.tolist()) for members in np.split(order, cuts))
