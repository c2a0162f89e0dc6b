"""Replay: history from elsewhere, brought in through the same verbs at its original times.

Owns only the note of what was already brought in. A mapping file says which column is what.
"""
