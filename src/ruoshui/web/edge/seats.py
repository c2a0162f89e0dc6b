"""How many of a kind one address may hold at the same time, and all together. Counted in each process by itself."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from ruoshui.web.addresses import NetworkPlace, place_of, who_of


@dataclass(slots=True)
class Seats:
    """`each`: so many for one address of that place; the own machine is limited by `most` only."""

    most: int
    each: Mapping[NetworkPlace, int]
    taken: int = 0
    by_address: Counter[str] = field(default_factory=Counter)

    def take(self, address: str, *, known: bool = True) -> bool:
        """False: none is free. Who took one gives it back. `known`: the address is that of who asks, not a proxy's."""
        who = who_of(address) if known else None
        if self.taken >= self.most or (who and self.by_address[who] >= self.each[place_of(address)]):
            return False
        self.taken += 1
        if who:
            self.by_address[who] += 1
        return True

    def give(self, address: str, *, known: bool = True) -> None:
        self.taken -= 1
        who = who_of(address) if known else None
        if who:
            self.by_address[who] -= 1
            if self.by_address[who] <= 0:
                del self.by_address[who]


@dataclass(slots=True)
class Room:
    """Bytes of which so many may be in use, and so many by one address; the own machine is limited by `most` only."""

    most: int
    each: int
    used: int = 0
    by_address: Counter[str] = field(default_factory=Counter)

    def take(self, size: int, address: str) -> bool:
        who = who_of(address)
        if self.used + size > self.most or (who and self.by_address[who] + size > self.each):
            return False
        self._change(size, who)
        return True

    def give(self, size: int, address: str) -> None:
        self._change(-size, who_of(address))

    def _change(self, size: int, who: str | None) -> None:
        self.used += size
        if who:
            self.by_address[who] += size
            if self.by_address[who] <= 0:
                del self.by_address[who]
