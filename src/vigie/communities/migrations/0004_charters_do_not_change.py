from django.db import migrations

#: Who published may be forgotten with their membership; the words, the number and the date stay.
KEPT = (
    "community_id", "number", "published_at", "sponsor", "readers", "data_use", "members_get", "brand_conventions",
    "member_conventions", "independence", "privacy_notice",
)  # fmt: skip
SQLITE = f"""
CREATE TRIGGER charters_do_not_change BEFORE UPDATE OF {", ".join(KEPT)} ON communities_charterversion
BEGIN SELECT RAISE(ABORT, 'a published charter does not change'); END
"""
POSTGRESQL = (
    """
CREATE FUNCTION charters_do_not_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a published charter does not change' USING ERRCODE = 'integrity_constraint_violation'; END $$
""",
    f"""
CREATE TRIGGER charters_do_not_change BEFORE UPDATE OF {", ".join(KEPT)} ON communities_charterversion
FOR EACH ROW EXECUTE FUNCTION charters_do_not_change()
""",
)


def forbid(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(SQLITE)
    else:
        for statement in POSTGRESQL:
            schema_editor.execute(statement)


def allow(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER charters_do_not_change")
    else:
        schema_editor.execute("DROP TRIGGER charters_do_not_change ON communities_charterversion")
        schema_editor.execute("DROP FUNCTION charters_do_not_change()")


class Migration(migrations.Migration):
    dependencies = [("communities", "0003_open_what_was_open")]

    operations = [migrations.RunPython(forbid, allow)]
