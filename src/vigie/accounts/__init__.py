"""Persons and their keys: sign-in by e-mailed code, second factor, language and time zone, revocations.

Lives here: `Person` (real identity), the person's own pages, the clock of revocations.
May import: facts, shell, core. Emits: sign-ins ended, keys changed, account closed. Listens to: nothing.
Knows nothing of communities.
"""
