"""Routing: who does it. Which team a case goes to, and who of the team gets it.

Owns the duties of teams and the turns of their members; assigns through `cases.actions`. Reacts at
once to `CaseOpened` and `CasePassed` by choosing a team. The backlog itself is not a queue of
jobs: it is swept, oldest promise first, by any number of assigners.
"""
