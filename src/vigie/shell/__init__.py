"""What every page is made of: base templates, components, flags, themes, navigation, dates, error pages.

May import: core. No table. Emits nothing, listens to nothing. Upper apps add navigation entries in their `ready()`.
"""
