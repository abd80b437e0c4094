from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Mail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=32, unique=True)),
                ("kind", models.CharField(max_length=80)),
                ("recipient", models.CharField(max_length=64)),
                ("sealed", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("sent", "Sent"), ("dead", "Dead"), ("dropped", "Dropped")],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("useful_until", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("error", models.CharField(default="", max_length=120)),
            ],
            options={
                "indexes": [
                    models.Index(models.F("due_at"), condition=models.Q(("state", "waiting")), name="mails_due"),
                    models.Index(models.F("state"), models.F("asked_at"), name="mails_by_state"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Bounce",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recipient", models.CharField(max_length=64)),
                ("report", models.CharField(max_length=64)),
                (
                    "kind",
                    models.CharField(
                        choices=[("hard", "Hard"), ("soft", "Soft"), ("complaint", "Complaint")], max_length=9
                    ),
                ),
                ("status", models.CharField(default="", max_length=12)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("recipient"), models.F("report"), name="one_bounce_per_report")
                ],
            },
        ),
    ]
