import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("live", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="BackRoom",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("last_seq", models.PositiveIntegerField(default=0)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "session",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="live.session"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Remark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("remark", "Remark"), ("question", "Question"), ("probe", "Probe")], max_length=8
                    ),
                ),
                ("client_id", models.CharField(max_length=36)),
                ("text", models.TextField()),
                ("quote", models.PositiveIntegerField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="live.assignment"
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="remarks",
                        to="backroom.backroom",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("room"), models.F("seq"), name="one_remark_per_number"),
                    models.UniqueConstraint(
                        models.F("room"), models.F("author"), models.F("client_id"), name="one_remark_per_client_id"
                    ),
                ],
            },
        ),
    ]
