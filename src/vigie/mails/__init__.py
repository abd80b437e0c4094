"""Mail that is kept and sent for sure: each one is a row before it is a mail, and says what became of it.

Lives here: the table of outgoing mail, its deliverer, the addresses that bounce, the reading of bounces.
May import: facts (the queue), shell, core. Emits: nothing. Knows neither persons nor communities.
"""
