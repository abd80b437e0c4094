import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("communities", "0004_charters_do_not_change"),
        ("live", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("told", models.CharField(max_length=64)),
                ("told_at", models.DateTimeField()),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="communities.membership"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="live.session"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("session"), models.F("membership"), name="one_notice_per_session")
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("day", "Day"), ("hour", "Hour")], max_length=4)),
                ("starts_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="communities.membership"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="live.session"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("session"),
                        models.F("membership"),
                        models.F("kind"),
                        models.F("starts_at"),
                        name="one_reminder_per_date",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Silence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("sessions", "Sessions")], max_length=8)),
                ("since", models.DateTimeField()),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="communities.membership"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("membership"), models.F("kind"), name="one_silence_per_kind")
                ],
            },
        ),
    ]
