"""The science of service: pure functions and frozen results.

Nothing here reads a clock, a database or a global random state: time and random
generators are arguments. Never imports Django or `ruoshui`.
"""
