from django.db import migrations


class Migration(migrations.Migration):
    """Communities of before were open from their first day."""

    dependencies = [("communities", "0002_opening")]

    operations = [
        migrations.RunSQL(
            "UPDATE communities_community SET opened_at = created_at WHERE opened_at IS NULL", migrations.RunSQL.noop
        ),
    ]
