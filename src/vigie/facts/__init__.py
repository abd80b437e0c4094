"""What happened: frozen typed facts, their delivery to the apps above, and each community's sealed chain.

Lives here: `Fact`, `emit()`, `@on(...)`, the tables of entries and deliveries, the deliverer and its sweep.
May import: core. Emits: nothing of its own. Listens to: nothing.
"""
