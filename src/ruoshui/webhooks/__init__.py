"""Other systems are told what happens: signed calls to addresses that an administrator set up.

Owns subscriptions and their deliveries. Reacts to what happens to cases, promises and surveys; knows all of them, and
is known by none.
"""
