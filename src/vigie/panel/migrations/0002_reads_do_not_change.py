from django.db import migrations

SQLITE = """
CREATE TRIGGER identity_reads_do_not_change BEFORE UPDATE ON panel_identityread
BEGIN SELECT RAISE(ABORT, 'a look at an identity stays as it was written'); END
"""
POSTGRESQL = (
    """
CREATE FUNCTION identity_reads_do_not_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a look at an identity stays as it was written' USING ERRCODE = 'integrity_constraint_violation';
END $$
""",
    """
CREATE TRIGGER identity_reads_do_not_change BEFORE UPDATE ON panel_identityread
FOR EACH ROW EXECUTE FUNCTION identity_reads_do_not_change()
""",
)


def forbid(apps, schema_editor):
    for statement in (SQLITE,) if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def allow(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER identity_reads_do_not_change")
    else:
        schema_editor.execute("DROP TRIGGER identity_reads_do_not_change ON panel_identityread")
        schema_editor.execute("DROP FUNCTION identity_reads_do_not_change()")


class Migration(migrations.Migration):
    dependencies = [("panel", "0001_initial")]

    operations = [migrations.RunPython(forbid, allow)]
