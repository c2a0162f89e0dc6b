"""Customers: persons and organisations, how to reach them, what they are to us.

Records `CustomerRegistered`, `CustomerRevised`, `ContactAdded`, `CustomerNoted`,
`CustomersMerged`. Reacts to nothing.
"""
