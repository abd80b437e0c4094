import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("communities", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Session",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=12, unique=True)),
                ("number", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=80)),
                ("agenda", models.TextField(blank=True, max_length=2000)),
                ("starts_at", models.DateTimeField()),
                ("time_zone", models.CharField(max_length=64)),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        default=75,
                        validators=[
                            django.core.validators.MinValueValidator(5),
                            django.core.validators.MaxValueValidator(480),
                        ],
                    ),
                ),
                (
                    "doors_minutes",
                    models.PositiveSmallIntegerField(
                        default=10, validators=[django.core.validators.MaxValueValidator(30)]
                    ),
                ),
                ("min_seats", models.PositiveSmallIntegerField(default=8)),
                (
                    "max_seats",
                    models.PositiveSmallIntegerField(
                        default=16, validators=[django.core.validators.MinValueValidator(1)]
                    ),
                ),
                ("answer_limit", models.PositiveIntegerField(default=2000)),
                ("pace_seconds", models.FloatField(default=1.0)),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("planned", "planned"),
                            ("waiting", "waiting"),
                            ("live", "live"),
                            ("closing", "closing"),
                            ("closed", "closed"),
                        ],
                        default="planned",
                        max_length=8,
                    ),
                ),
                ("opened_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("last_seq", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="communities.community"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=12, unique=True)),
                ("alias", models.CharField(max_length=40)),
                ("flag_seed", models.CharField(max_length=32)),
                (
                    "state",
                    models.CharField(
                        choices=[("invited", "Invited"), ("admitted", "Admitted"), ("removed", "Removed")],
                        default="invited",
                        max_length=8,
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="seats", to="communities.membership"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="seats", to="live.session"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=12)),
                ("author", models.CharField(default="", max_length=12)),
                ("client_id", models.CharField(default="", max_length=36)),
                ("text", models.TextField(default="")),
                ("item", models.CharField(default="", max_length=12)),
                ("target", models.PositiveIntegerField(null=True)),
                ("mark", models.CharField(default="", max_length=12)),
                ("at", models.DateTimeField()),
                (
                    "session",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="live.session",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GuideItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=12, unique=True)),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("message", "message"), ("question", "question"), ("instruction", "instruction")],
                        max_length=11,
                    ),
                ),
                ("text", models.TextField(max_length=2000)),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        default=0, validators=[django.core.validators.MaxValueValidator(240)]
                    ),
                ),
                ("must_ask", models.BooleanField(default=False)),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="guide", to="live.session"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=12, unique=True)),
                (
                    "duty",
                    models.CharField(choices=[("moderator", "moderator"), ("observer", "observer")], max_length=9),
                ),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="communities.membership",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="live.session"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SideLog",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=12)),
                ("last_seq", models.PositiveIntegerField(default=0)),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="side_logs", to="live.session"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SideLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=12)),
                ("author", models.CharField(default="", max_length=12)),
                ("client_id", models.CharField(default="", max_length=36)),
                ("text", models.TextField(default="")),
                ("item", models.CharField(default="", max_length=12)),
                ("target", models.PositiveIntegerField(null=True)),
                ("mark", models.CharField(default="", max_length=12)),
                ("at", models.DateTimeField()),
                (
                    "log",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="live.sidelog",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TranscriptFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=32, unique=True)),
                ("format", models.CharField(choices=[("html", "Html"), ("json", "Json")], max_length=4)),
                (
                    "identity",
                    models.CharField(
                        choices=[("alias", "Alias"), ("pseudonym", "Pseudonym"), ("id", "Id")], max_length=9
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("ready", "Ready"), ("failed", "Failed")],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("sha256", models.CharField(default="", max_length=64)),
                ("size", models.PositiveIntegerField(default=0)),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("made_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField()),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="communities.membership"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="transcript_files", to="live.session"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="session",
            index=models.Index(models.F("community"), models.F("starts_at"), name="sessions_of_a_community"),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.UniqueConstraint(
                models.F("community"), models.F("number"), name="one_session_per_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.UniqueConstraint(models.F("session"), models.F("membership"), name="one_seat_per_member"),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.UniqueConstraint(models.F("session"), models.F("alias"), name="one_alias_per_session"),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.UniqueConstraint(models.F("session"), models.F("seq"), name="one_line_per_number"),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.UniqueConstraint(
                models.F("session"),
                models.F("author"),
                models.F("client_id"),
                condition=models.Q(("client_id", ""), _negated=True),
                name="one_line_per_client_id",
            ),
        ),
        migrations.AddIndex(
            model_name="guideitem",
            index=models.Index(models.F("session"), models.F("position"), name="guide_of_a_session"),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                models.F("session"), models.F("membership"), name="one_duty_per_session"
            ),
        ),
        migrations.AddConstraint(
            model_name="sidelog",
            constraint=models.UniqueConstraint(models.F("session"), models.F("name"), name="one_side_log_per_name"),
        ),
        migrations.AddConstraint(
            model_name="sideline",
            constraint=models.UniqueConstraint(models.F("log"), models.F("seq"), name="one_side_line_per_number"),
        ),
        migrations.AddConstraint(
            model_name="sideline",
            constraint=models.UniqueConstraint(
                models.F("log"),
                models.F("author"),
                models.F("client_id"),
                condition=models.Q(("client_id", ""), _negated=True),
                name="one_side_line_per_client_id",
            ),
        ),
        migrations.AddIndex(
            model_name="transcriptfile",
            index=models.Index(models.F("session"), models.F("requested_by"), name="transcripts_of_a_reader"),
        ),
        migrations.AddIndex(
            model_name="transcriptfile",
            index=models.Index(models.F("expires_at"), name="transcripts_by_expiry"),
        ),
    ]
