import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("community_id", models.BigIntegerField()),
                ("actor_id", models.BigIntegerField(null=True)),
                ("name", models.CharField(max_length=80)),
                ("version", models.PositiveSmallIntegerField()),
                ("data", models.JSONField()),
                ("at", models.DateTimeField()),
                ("position", models.PositiveBigIntegerField(null=True)),
                ("seal", models.CharField(default="", max_length=64)),
            ],
            options={
                "indexes": [
                    models.Index(models.F("community_id"), models.F("id"), name="history_of_a_community"),
                    models.Index(
                        models.F("community_id"), condition=models.Q(("position", None)), name="entries_to_seal"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("community_id"), models.F("position"), name="one_entry_per_position"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Chain",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("community_id", models.BigIntegerField(unique=True)),
                ("length", models.PositiveBigIntegerField()),
                ("seal", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("listener", models.CharField(max_length=160)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("done", "Done"), ("dead", "Dead")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField()),
                ("error", models.CharField(default="", max_length=200)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="facts.entry"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(models.F("due_at"), condition=models.Q(("state", "waiting")), name="deliveries_due")
                ],
                "constraints": [
                    models.UniqueConstraint(models.F("entry"), models.F("listener"), name="one_turn_per_listener")
                ],
            },
        ),
    ]
