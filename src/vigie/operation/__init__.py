"""What keeps an installation alive: backup, restore, move, upgrade, health, metrics, and what is deleted when.

Lives here: mechanics that know every app only through Django's registry of models and the registries of `core`.
May import: everything. Emits: nothing. Listens to: nothing. Owns no table.
"""
