"""Faults brought on real processes of Vigie, and checks of what they kept.

`installation` makes a Vigie of its own (directory, database, port), `zygote` starts and kills its processes in
milliseconds, `scene` fills it and reads it back, `witness` is a client that keeps what it was promised, `checks`
judges, and each other module brings one kind of trouble.
"""
