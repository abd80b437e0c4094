"""Demo mode: a living community of invented people, doors without keys, and the mails that would have left.

Lives here: the seed and its stories, the front door, the outbox page. Installed only with VIGIE_DEMO, on loopback.
May import: everything below. Emits: nothing. Listens to: nothing.
"""
