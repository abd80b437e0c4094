"""Who is behind a pseudonym: one person at a time, for a reason that the person reads.

Lives here: `IdentityRead` and the door that writes it. With accounts, the only app that shows identities.
May import: communities, accounts, facts, shell, core. Emits: identity facts. Listens to: nothing.
"""
