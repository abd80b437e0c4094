"""`docs/reference/settings.md`, from the settings themselves."""

HEAD = """# Settings

Every setting is a variable of the environment. This page is made by `vigie settings`; nobody writes it by hand.

A value that cannot be right stops the start with one sentence that names the variable. A secret is never written to a
log or into a backup.

| variable | kind | default | meaning |
|---|---|---|---|
"""
KINDS = {"str": "text", "int": "number", "bool": "0 or 1"}


def settings_page() -> str:
    from vigie.settings import VARIABLES

    rows = []
    for one in sorted(VARIABLES.values()):
        kind = "secret" if one.secret else KINDS[one.kind]
        default = f"`{one.default}`" if " " not in one.default and one.default else one.default
        rows.append(f"| `{one.name}` | {kind} | {default} | {one.meaning} |")
    return HEAD + "\n".join(rows) + "\n"
