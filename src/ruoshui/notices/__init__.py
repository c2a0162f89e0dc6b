"""Notices: what staff must be told, when it may disturb them, and whether they have seen it.

Owns notices to staff. Records nothing: a notice is always about an event that another domain
recorded. Nothing is shown at night: `show_at` is the reader's next working time, unless urgent.
"""
