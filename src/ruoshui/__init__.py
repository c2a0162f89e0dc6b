"""Ruoshui 若水: closed-loop customer service. See docs/architecture.md for the map."""

__version__ = "0.1.0"
