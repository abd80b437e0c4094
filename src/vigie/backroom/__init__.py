"""The confidential plane of a live session, between moderator and client: remarks, questions, probes.

Lives here: own tables, own socket, own numbers. No participant can observe any of it, by any route.
May import: live, communities, accounts, facts, shell, core. Emits: nothing. Listens to: live.SessionClosed.
"""
