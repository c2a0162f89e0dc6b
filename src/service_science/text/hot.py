"""Hot issues: phrases that many write now and few wrote before."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from service_science.arrays import Floats, Ints
from service_science.checks import WrongInput, count, number, positive
from service_science.text.pieces import one_form, pieces

LONGEST = 4
SHORTEST = 2
MOST_SIGNS = 1000  # of a text; what it is about stands there
ROOM = 2_000_000  # phrases remembered before the rarest are forgotten
LOOKED_AT = 300
WHOLE, MOSTLY = 16, 0.8  # signs a shown phrase may grow to, while this share of its texts agrees


@dataclass(frozen=True, slots=True)
class Issue:
    """`texts`: keys of the texts in the window that have the phrase, oldest first; `expected`: how many would be usual;
    `strength`: how surprising that is (twice the logarithm of the likelihood ratio, Poisson).
    """

    phrase: str
    texts: tuple[Hashable, ...]
    expected: float
    strength: float


class HotIssues:
    """A stream of texts in order of time. `window` and `half_life` (of what was usual) in the unit of `at`.

    >>> stream = HotIssues(window=1.0, half_life=30.0, least=3)
    >>> for day in range(40):
    ...     stream.add(("a", day), "咨询社保卡办理", at=float(day))
    ...     stream.add(("b", day), "小区噪音扰民", at=float(day))
    >>> for i in range(4):
    ...     stream.add(("c", i), "自来水发黄有异味", at=40.0)
    >>> [(issue.phrase, len(issue.texts)) for issue in stream.top(now=40.5)]
    [('自来水发黄有异味', 4)]
    """

    def __init__(self, *, window: float, half_life: float, least: int = 5) -> None:
        self.window, self.half_life = positive("window", window), positive("half_life", half_life)
        self.least = count("least", least, least=2)
        self._ids: dict[str, int] = {}
        self._phrases: list[str] = []
        self._now = np.zeros(1024)
        self._past = np.zeros(1024)
        self._recent: deque[tuple[Hashable, float, Ints, str]] = deque()
        self._texts_past = 0.0
        self._origin: float | None = None
        self._at = -float("inf")

    def add(self, key: Hashable, text: str, *, at: float) -> None:
        """The next text; time must not run back."""
        if number("at", at) < self._at:
            raise WrongInput("at", f"must not run back: {at} after {self._at}")
        self._at = at
        self._origin = at if self._origin is None else self._origin
        self._move(at)
        head = one_form(text[:MOST_SIGNS])
        found = {p for p in pieces(head, longest=LONGEST) if len(p) >= SHORTEST and not p.replace(" ", "").isdigit()}
        ids = np.array([self._id(phrase) for phrase in found], dtype=np.int64)
        self._now[ids] += 1
        self._recent.append((key, at, ids, head))

    def top(self, *, now: float, number_of: int = 10, surprise: float = 20.0) -> list[Issue]:
        """The window's most surprising phrases, none below `surprise`, each of other texts than those above."""
        self._move(max(now, self._at))
        often = np.flatnonzero(self._now[: len(self._phrases)] >= self.least)
        if not often.size:
            return []
        usual = (self._past[often] + 0.5) / (self._texts_past + 1) * len(self._recent)
        seen = self._now[often]
        strength = np.where(seen > usual, 2 * (seen * np.log(seen / usual) - (seen - usual)), 0.0)
        # Among phrases of the same texts the longest says most.
        lengths = np.array([len(self._phrases[i].strip()) for i in often])
        order = np.lexsort((-lengths, -strength))[:LOOKED_AT]
        order = order[strength[order] >= surprise]
        return self._distinct(often[order], usual[order], strength[order], number_of)

    def _distinct(self, phrases: Ints, usual: Floats, strength: Floats, most: int) -> list[Issue]:
        place = np.full(len(self._phrases), -1)
        place[phrases] = np.arange(phrases.size)
        has = np.zeros((phrases.size, len(self._recent)), dtype=bool)
        for column, (_key, _at, ids, _head) in enumerate(self._recent):
            rows = place[ids]
            has[rows[rows >= 0], column] = True
        recent = list(self._recent)
        found: list[Issue] = []
        covered: list[np.ndarray] = []
        for row in range(phrases.size):
            if len(found) == most:
                break
            mine = has[row]
            if any((mine & other).sum() > 0.5 * min(mine.sum(), other.sum()) for other in covered):
                continue
            covered.append(mine)
            those = [recent[i] for i in np.flatnonzero(mine)]
            phrase = _whole(self._phrases[phrases[row]].strip(), [head for _key, _at, _ids, head in those])
            found.append(Issue(phrase, tuple(key for key, *_rest in those), float(usual[row]), float(strength[row])))
        return found

    def _id(self, phrase: str) -> int:
        found = self._ids.get(phrase)
        if found is None:
            found = self._ids[phrase] = len(self._phrases)
            self._phrases.append(phrase)
            if found >= self._now.size:
                self._now = np.append(self._now, np.zeros(self._now.size))
                self._past = np.append(self._past, np.zeros(self._past.size))
        return found

    def _move(self, now: float) -> None:
        """What is older than the window becomes the past, which is kept by growing weights, not fading numbers."""
        while self._recent and self._recent[0][1] <= now - self.window:
            _key, at, ids, _head = self._recent.popleft()
            weight = self._weight(at)
            self._now[ids] -= 1
            self._past[ids] += weight
            self._texts_past += weight
        if len(self._phrases) > ROOM:
            self._forget()

    def _weight(self, at: float) -> float:
        origin = at if self._origin is None else self._origin
        if at - origin > 200 * self.half_life:  # before the weights outgrow floats
            scale = 0.5 ** ((at - origin) / self.half_life)
            self._past *= scale
            self._texts_past *= scale
            self._origin = origin = at
        return float(2.0 ** ((at - origin) / self.half_life))

    def _forget(self) -> None:
        """Keep the half of the phrases with the largest past, and all in the window."""
        size = len(self._phrases)
        keep = (self._now[:size] > 0) | (self._past[:size] > np.median(self._past[:size]))
        place = np.cumsum(keep) - 1
        self._recent = deque((key, at, place[ids], head) for key, at, ids, head in self._recent)
        self._phrases = [phrase for phrase, kept in zip(self._phrases, keep, strict=True) if kept]
        self._ids = {phrase: i for i, phrase in enumerate(self._phrases)}
        self._now, self._past = (np.append(values[:size][keep], np.zeros(1024)) for values in (self._now, self._past))


def _whole(phrase: str, texts: list[str]) -> str:
    """The phrase with what stands before and after it in nearly all of its texts."""
    for side in (-1, 1):
        while len(phrase) < WHOLE:
            beside = Counter(_beside(phrase, text, side) for text in texts if phrase in text)
            sign, often = beside.most_common(1)[0] if beside else ("", 0)
            if not sign or often < MOSTLY * len(texts):
                break
            phrase = phrase + sign if side > 0 else sign + phrase
    return phrase


def _beside(phrase: str, text: str, side: int) -> str:
    at = text.find(phrase) + (len(phrase) if side > 0 else -1)
    return text[at] if 0 <= at < len(text) and text[at].isalnum() else ""
