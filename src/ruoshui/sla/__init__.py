"""Service levels: what we promise, by when, and whether it was kept.

Owns levels, the rules that choose one, promises and their clocks. Records `PromiseMade`,
`PromiseKept`, `PromiseBroken`. Reacts at once to the events of cases; writes a case's next due
time through `cases.actions.date_case`. A clock is never accumulated: it is recomputed from the
events so far.
"""
