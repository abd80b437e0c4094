"""Sign-ins of before have no row that their person could read and end: everybody comes in once more."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_sign_ins")]

    operations = [migrations.RunSQL("DELETE FROM django_session", migrations.RunSQL.noop)]
