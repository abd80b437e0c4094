"""Communities and the personas of their members: pseudonym, public id, role, rights.

Lives here: `Community`, `Membership`, `Owned`, the middleware that opens the scope, and `access.py`: who may do what.
May import: accounts, facts, shell, core. Emits: membership facts. Listens to: nothing.
"""
