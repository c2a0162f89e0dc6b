"""Core: what every domain stands on, and nothing that only one of them needs.

Owns the append-only event table, the keys that make repeated requests harmless, and the
words actor, refusal, reaction, verb. Records `Configured`.
"""
