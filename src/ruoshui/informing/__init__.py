"""Customers are told things: at which moment, in which words, by the way each of them wants, and what came of it.

Owns notice templates and the record of every notice. Reacts to what happens to cases, promises, surveys and
appointments; what is told goes out by `channels`. Staff are told by `notices`.
"""
