"""Texts: classes of citizens' letters, copies among a hundred thousand, hot issues in a stream of letters."""

from __future__ import annotations

import csv
import gzip
import random
from datetime import datetime
from pathlib import Path

import numpy as np

from bench.telling import line, part, shared, timed
from service_science.text import HotIssues, near_duplicates, train

FOLDS = 5


def tell() -> None:
    part("text: citizens' letters in seven classes, five folds")
    path = shared("citizen_letters/classified_letters.txt.gz")
    if path is not None:
        _classes(path)
    part("near-duplicates among 100,000 texts of 108 signs")
    _copies()
    part("hot issues in a stream of letters of about 400 signs")
    votes = shared("citizen_letters/letters_with_votes.csv.gz")
    if votes is not None:
        _issues(votes)


def _classes(path: Path) -> None:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        pairs = [text.rstrip("\n").split("\t") for text in lines]
    texts, labels = [text for text, _label in pairs], [label for _text, label in pairs]
    fold = np.random.default_rng(0).permutation(len(texts)) % FOLDS
    right, sure, said = np.zeros(len(texts), dtype=bool), np.zeros(len(texts)), [""] * len(texts)
    model = None
    for k in range(FOLDS):
        learned = np.flatnonzero(fold != k)
        model = train([texts[i] for i in learned], [labels[i] for i in learned])
        for i in np.flatnonzero(fold == k).tolist():
            found = model.classify(texts[i])
            said[i], right[i], sure[i] = found.label, found.label == labels[i], found.confidence
    scores = []
    for name in sorted(set(labels)):
        hits = sum(s == t == name for s, t in zip(said, labels, strict=True))
        scores.append(2 * hits / (said.count(name) + labels.count(name)))
    line("macro-F1", f"{np.mean(scores):.3f} of {len(texts):,} letters", "0.88")
    line("right among the more confident half", f"{right[np.argsort(-sure)[: len(texts) // 2]].mean():.3f}", "0.97")
    line("mean confidence, share right", f"{sure.mean():.3f}, {right.mean():.3f}")
    assert model is not None
    judge = model.classify
    seconds, _found = timed(lambda: [judge(text) for text in texts[:500]], 5)
    line("one letter", f"{seconds / 500 * 1e6:.0f} µs", "100 µs")


def _copies() -> None:
    rng = random.Random(1)
    signs = [chr(0x4E00 + i) for i in range(3000)]
    weights = [1 / (i + 10) for i in range(3000)]
    texts = ["".join(rng.choices(signs, weights, k=108)) for _text in range(94_000)]
    rates = (0.03, 0.08, 0.15)
    copies = [(i, rate, _edited(texts[i], rate, rng, signs)) for rate in rates for i in range(2000)]
    every = texts + [copy for _i, _rate, copy in copies]
    near_duplicates(every[:50])
    seconds, found = timed(lambda: near_duplicates(every), 3)
    pairs = set(map(tuple, found.pairs.tolist()))
    line("100,000 texts, end to end", f"{seconds:.2f} s", "3 s")
    for rate in rates:
        hits = [(i, len(texts) + k) in pairs for k, (i, own, _text) in enumerate(copies) if own == rate]
        line(f"  found with {rate:.0%} of the signs edited", f"{np.mean(hits):.3f}")
    theirs, _other = timed(lambda: _datasketch(every[:2000]), 1)
    line(
        "datasketch 1.10, 2,000 of the texts",
        f"{theirs:.2f} s: {theirs / 2000 / (seconds / 100_000):.0f} × as long a text",
    )


def _edited(text: str, rate: float, rng: random.Random, signs: list[str]) -> str:
    done = []
    for sign in text:
        chance = rng.random()
        if chance < rate / 3:
            continue
        done.append(rng.choice(signs) if chance < 2 * rate / 3 else sign)
        if 2 * rate / 3 <= chance < rate:
            done.append(rng.choice(signs))
    return "".join(done)


def _datasketch(texts: list[str]) -> int:
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=0.4, num_perm=128)
    for number, text in enumerate(texts):
        sketch = MinHash(num_perm=128)
        sketch.update_batch([text[i : i + 3].encode() for i in range(len(text) - 2)])
        index.insert(str(number), sketch)
    return len(texts)


def _issues(path: Path) -> None:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        letters = sorted(
            (_day(row["留言时间"]), i, row["留言主题"] + " " + row["留言详情"])
            for i, row in enumerate(csv.DictReader(lines))
        )
    letters = [letter for letter in letters if letter[0] > 0]

    def stream() -> HotIssues:
        issues = HotIssues(window=30.0, half_life=90.0)
        for day, number, text in letters:
            issues.add(number, text, at=day)
        return issues

    seconds, issues = timed(stream, 1)
    line("letters read", f"{len(letters):,} in {seconds:.1f} s: {len(letters) / seconds:,.0f}/s")
    seconds, found = timed(lambda: issues.top(now=letters[-1][0]), 3)
    line("a look at the last 30 days", f"{seconds * 1e3:.0f} ms, {len(found)} issues")


def _day(moment: str) -> float:
    for form in ("%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M:%S"):
        try:
            return datetime.strptime(moment, form).timestamp() / 86400  # noqa: DTZ007  only differences count
        except ValueError:
            continue
    return 0.0
