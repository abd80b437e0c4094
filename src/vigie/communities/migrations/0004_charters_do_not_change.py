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
#: A consent is a line of a log: whoever changes their mind writes another one.
CONSENTS_SQLITE = """
CREATE TRIGGER consents_do_not_change BEFORE UPDATE ON communities_consent
BEGIN SELECT RAISE(ABORT, 'a consent that was given does not change'); END
"""
CONSENTS_POSTGRESQL = (
    """
CREATE FUNCTION consents_do_not_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a consent that was given does not change' USING ERRCODE = 'integrity_constraint_violation'; END
$$
""",
    """
CREATE TRIGGER consents_do_not_change BEFORE UPDATE ON communities_consent
FOR EACH ROW EXECUTE FUNCTION consents_do_not_change()
""",
)


def forbid(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(SQLITE)
        schema_editor.execute(CONSENTS_SQLITE)
    else:
        for statement in (*POSTGRESQL, *CONSENTS_POSTGRESQL):
            schema_editor.execute(statement)


def allow(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER charters_do_not_change")
        schema_editor.execute("DROP TRIGGER consents_do_not_change")
    else:
        schema_editor.execute("DROP TRIGGER charters_do_not_change ON communities_charterversion")
        schema_editor.execute("DROP FUNCTION charters_do_not_change()")
        schema_editor.execute("DROP TRIGGER consents_do_not_change ON communities_consent")
        schema_editor.execute("DROP FUNCTION consents_do_not_change()")


class Migration(migrations.Migration):
    dependencies = [("communities", "0003_open_what_was_open")]

    operations = [migrations.RunPython(forbid, allow)]
