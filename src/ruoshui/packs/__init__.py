"""Packs: an industry as data. Read and checked with line numbers, installed, upgraded without losing local edits,
exported.

Owns what was installed (`Pack`, `Installed`); everything else it writes through the domains' own verbs. Records
`PackInstalled`.
"""
