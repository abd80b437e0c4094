"""Technical words that every app may use: errors, codes, clock, registries, text rules, group commit, sockets.

No table, no word of the field. Imports nothing of Vigie. Emits nothing, listens to nothing.
"""
