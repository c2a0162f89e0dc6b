"""The wires to customers: what came in over each and what is to go out, before anybody makes sense of it.

One folder per channel; `mail` is the first. Owns mailboxes, letters in and out. Knows customers only: what a letter
means for a case is decided by `cases`.
"""
