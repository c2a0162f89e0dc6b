from ruoshui.web.addresses import NetworkPlace
from ruoshui.web.edge.seats import Room, Seats

EACH = {NetworkPlace.OUTSIDE: 2, NetworkPlace.INSIDE: 3}


def taken(seats: Seats, address: str, number: int, **more) -> list[bool]:
    return [seats.take(address, **more) for _n in range(number)]


def test_each_address_has_as_many_as_its_place_allows_and_the_own_machine_as_many_as_there_are():
    seats = Seats(20, EACH)
    assert taken(seats, "81.2.69.5", 3) == [True, True, False]
    assert taken(seats, "::ffff:81.2.69.5", 1) == [False]
    assert taken(seats, "2001:db9::1", 1) + taken(seats, "2001:db9::2", 2) == [True, True, False]
    assert taken(seats, "10.0.0.7", 4) == [True, True, True, False]
    assert taken(seats, "127.0.0.1", 14) == [True] * 13 + [False]


def test_a_proxy_is_not_taken_for_a_person():
    assert taken(Seats(20, EACH), "10.0.0.7", 9, known=False) == [True] * 9


def test_what_is_given_back_is_free_again_and_nothing_is_remembered():
    seats = Seats(2, EACH)
    taken(seats, "81.2.69.5", 2)
    seats.give("81.2.69.5")
    assert taken(seats, "81.2.69.6", 2) == [True, False]
    seats.give("81.2.69.5")
    seats.give("81.2.69.6")
    assert (seats.taken, seats.by_address) == (0, {})


def test_bytes_are_bounded_for_all_and_for_each():
    room = Room(100, 60)
    assert [room.take(60, "81.2.69.5"), room.take(1, "81.2.69.5"), room.take(41, "81.2.69.6")] == [True, False, False]
    assert [room.take(40, "127.0.0.1"), room.take(1, "127.0.0.1")] == [True, False]
    room.give(60, "81.2.69.5")
    room.give(40, "127.0.0.1")
    assert (room.used, room.by_address) == (0, {})
