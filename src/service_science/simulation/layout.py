"""Where everything lies: all integers of a run in one array `i`, all floats in another, `f` (in lists without a
compiler).

At the front of `i` stand counters, sizes and where each table begins: `i[i[KIND_OF] + who]` is the kind of customer
`who`, `f[i[JOINED] + who]` when they joined. Handing two arrays from function to function costs nothing; forty would.
"""

from __future__ import annotations

# Events of a code, and how many bits say of whom, and that and the event.
END, LEAVE, SHIFT, REDIAL, CLOSE = range(5)
WHOM_BITS, EVENT_BITS = 24, 27
MOST_ROOM = 2**WHOM_BITS

# What became of a visit.
SERVED, ABANDONED, BALKED, SENT_AWAY = range(4)

# Measures of a kind at a station, side by side.
(
    ARRIVED,
    N_SERVED,
    N_ABANDONED,
    N_BALKED,
    N_SENT,
    N_WAITED,
    N_WITHIN,
    N_CALLED,
    WAIT,
    WAIT_SQUARED,
    WAIT_SERVED,
    WORK,
) = range(12)
MEASURES = 12

# Streams of random numbers of each kind.
S_ARRIVAL, S_SERVICE, S_PATIENCE, S_CHOICE = range(4)
STREAMS = 4

# The front of `i`: counters and sizes.
SPARE, HEAP, SEQUENCE, INSIDE, AWAY, EVENTS, RECORDS, FULL = range(8)
KINDS, STATIONS, TEAMS, MIRROR, EVENT_ROOM, R_ROOM, CLOSINGS = range(8, 15)

# The front of `f`.
UNTIL, OVERTIME, WARM_UP, WITHIN = range(4)
FLOATS_AT_FRONT = 4

# Where the tables of integers begin. Queue q holds kind q // stations at station q % stations.
(
    LAW_FORM, LAW_FROM, SERVICE, PATIENCE, RATE_FROM, RATE_SIZE, ENTERS, PRIORITY, BALKS_AT, CALL_BEHIND, REDIAL_LAW,
    ROUTE_FROM, ROUTE_TO, COUNT_FROM, COUNT_SIZE, COUNTS, HANDS_OVER, TEAM_FROM, TEAM_QUEUE, QUEUE_FROM, QUEUE_TEAM,
    SEEDS, CODE, TEAM_KIND, KIND_OF, PLACE_OF, VALID, AFTER, BEFORE, TEAM_OF, CALLED, STACK, HEAD, TAIL,
    WAITING, IDLE, STAFF, LEAVING, BUSY_HEAD, BUSY_TAIL, SHIFTED, PIECE, R_KIND, R_PLACE, R_TEAM, R_OUTCOME,
) = range(15, 61)  # fmt: skip

# Where the tables of floats begin.
(
    LAW_A, LAW_B, TABLE, RATE_STEP, RATES, BONUS, AGEING, CALL_ACCEPTS, REDIAL_SHARE, ROUTE_PART, COUNT_STEP, CLOSING,
    TIME, JOINED, BEGAN, NEED, ENDS, TALLY, R_JOINED, R_BEGAN, R_ENDED, NEXT,
) = range(61, 83)  # fmt: skip
FRONT = 83
