import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="community",
            name="logo",
            field=models.CharField(blank=True, max_length=12),
        ),
        migrations.AddField(
            model_name="community",
            name="charter_number",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="community",
            name="kind",
            field=models.CharField(
                choices=[("brand", "Brand"), ("public_service", "Public Service")], default="brand", max_length=14
            ),
        ),
        migrations.AddField(
            model_name="community",
            name="opened_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="community",
            name="wording",
            field=models.CharField(
                choices=[("customers", "Customers"), ("users", "Users")], default="customers", max_length=9
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="charter_accepted",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.CreateModel(
            name="CharterVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sponsor", models.CharField(blank=True, max_length=200)),
                ("readers", models.TextField(blank=True, max_length=2000)),
                ("data_use", models.TextField(blank=True, max_length=4000)),
                ("members_get", models.TextField(blank=True, max_length=2000)),
                ("brand_conventions", models.TextField(blank=True, max_length=4000)),
                ("member_conventions", models.TextField(blank=True, max_length=4000)),
                (
                    "independence",
                    models.CharField(
                        choices=[("brand", "brand"), ("shared", "shared"), ("members", "members")],
                        default="brand",
                        max_length=10,
                    ),
                ),
                ("privacy_notice", models.TextField(blank=True, max_length=20000)),
                ("number", models.PositiveIntegerField()),
                ("published_at", models.DateTimeField()),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="communities.community"
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="communities.membership",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Acceptance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("accepted_at", models.DateTimeField()),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="communities.community"
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="acceptances",
                        to="communities.membership",
                    ),
                ),
                (
                    "charter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acceptances",
                        to="communities.charterversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Objective",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("create", "create"),
                            ("understand", "understand"),
                            ("help", "help"),
                            ("spread", "spread"),
                        ],
                        max_length=10,
                    ),
                ),
                ("indicator", models.CharField(max_length=120)),
                ("baseline", models.IntegerField(default=0)),
                ("target", models.IntegerField()),
                ("due", models.DateField()),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="communities.community"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Preparation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sponsor", models.CharField(blank=True, max_length=200)),
                ("readers", models.TextField(blank=True, max_length=2000)),
                ("data_use", models.TextField(blank=True, max_length=4000)),
                ("members_get", models.TextField(blank=True, max_length=2000)),
                ("brand_conventions", models.TextField(blank=True, max_length=4000)),
                ("member_conventions", models.TextField(blank=True, max_length=4000)),
                (
                    "independence",
                    models.CharField(
                        choices=[("brand", "brand"), ("shared", "shared"), ("members", "members")],
                        default="brand",
                        max_length=10,
                    ),
                ),
                ("privacy_notice", models.TextField(blank=True, max_length=20000)),
                ("target", models.PositiveIntegerField(default=300)),
                ("regular", models.PositiveIntegerField(default=62)),
                ("ramp_up", models.CharField(blank=True, max_length=120)),
                ("starts_on", models.DateField(blank=True, null=True)),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("renews_on", models.DateField(blank=True, null=True)),
                ("kept", models.JSONField(default=list)),
                ("saved_at", models.DateTimeField(auto_now=True)),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="communities.community"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SizeReason",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cap", models.PositiveIntegerField()),
                ("reason", models.TextField(max_length=2000)),
                ("given_at", models.DateTimeField()),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="communities.community"
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="communities.membership",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Teammate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("candidate", "candidate"),
                            ("member", "member"),
                            ("expert", "expert"),
                            ("moderator", "moderator"),
                            ("observer", "observer"),
                            ("manager", "manager"),
                        ],
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=60)),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="communities.community"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="charterversion",
            constraint=models.UniqueConstraint(
                models.F("community"), models.F("number"), name="one_charter_of_each_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="acceptance",
            constraint=models.UniqueConstraint(models.F("charter"), models.F("membership"), name="one_acceptance_each"),
        ),
        migrations.AddConstraint(
            model_name="objective",
            constraint=models.UniqueConstraint(
                models.F("community"), models.F("kind"), name="one_objective_of_each_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="preparation",
            constraint=models.UniqueConstraint(models.F("community"), name="one_preparation_per_community"),
        ),
        migrations.AddConstraint(
            model_name="teammate",
            constraint=models.UniqueConstraint(
                models.F("community"),
                django.db.models.functions.text.Lower("email"),
                name="one_wanted_role_per_address",
            ),
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("participation", "participation"),
                            ("email", "email"),
                            ("phone", "phone"),
                            ("profile", "profile"),
                            ("sensitive", "sensitive"),
                            ("image", "image"),
                        ],
                        max_length=13,
                    ),
                ),
                ("given", models.BooleanField()),
                ("charter", models.PositiveIntegerField()),
                ("notice", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="communities.community"
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="communities.membership",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=12, unique=True)),
                ("email", models.EmailField(max_length=254)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("candidate", "candidate"),
                            ("member", "member"),
                            ("expert", "expert"),
                            ("moderator", "moderator"),
                            ("observer", "observer"),
                            ("manager", "manager"),
                        ],
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=60)),
                (
                    "language",
                    models.CharField(choices=[("fr", "Français"), ("en", "English")], default="fr", max_length=5),
                ),
                ("key_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("mailed_at", models.DateTimeField(blank=True, null=True)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ended",
                    models.CharField(
                        blank=True,
                        choices=[("accepted", "accepted"), ("revoked", "revoked"), ("replaced", "replaced")],
                        max_length=8,
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="communities.community"
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="communities.membership",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("community"),
                        django.db.models.functions.text.Lower("email"),
                        condition=models.Q(("ended", "")),
                        name="one_standing_invitation_per_address",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PseudonymClaim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("pseudonym", models.CharField(max_length=40)),
                ("skeleton", models.CharField(max_length=200)),
                ("since", models.DateTimeField()),
                ("freed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="communities.community"
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="claims", to="communities.membership"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("community"), models.F("skeleton"), name="one_claim_per_likeness")
                ],
            },
        ),
    ]
