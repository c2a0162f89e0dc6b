"""Service levels: what we promise, by when, whether it was kept, and whose hands it passed through.

Owns levels and their versions, the strategy that chooses one, promises and their clocks, internal
requests between departments, and what supervisors do to clocks: urge, extend, correct, note a
violation. Records the events of `sla.events`. Reacts at once to the events of cases; writes a
case's next due time and place in the queue through `cases.actions.date_case`. A clock is never
accumulated: it is recomputed from the events so far.
"""
