import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Community",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "slug",
                    models.SlugField(
                        max_length=40,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^[a-z0-9][a-z0-9-]*$")],
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("brand", models.CharField(max_length=60)),
                (
                    "language",
                    models.CharField(choices=[("fr", "Français"), ("en", "English")], default="fr", max_length=5),
                ),
                ("time_zone", models.CharField(default="Europe/Paris", max_length=64)),
                ("contact_phone", models.CharField(blank=True, max_length=30)),
                ("contact_email", models.EmailField(blank=True, max_length=254)),
                ("cap", models.PositiveIntegerField(default=400)),
                ("seats_taken", models.PositiveIntegerField(default=0)),
                (
                    "brand_hue",
                    models.FloatField(
                        default=192,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(360),
                        ],
                    ),
                ),
                (
                    "brand_chroma",
                    models.FloatField(
                        default=0.095,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(0.17),
                        ],
                    ),
                ),
                (
                    "accent_hue",
                    models.FloatField(
                        default=88,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(360),
                        ],
                    ),
                ),
                (
                    "accent_chroma",
                    models.FloatField(
                        default=0.165,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(0.18),
                        ],
                    ),
                ),
                (
                    "ground_hue",
                    models.FloatField(
                        default=200,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(360),
                        ],
                    ),
                ),
                (
                    "corner",
                    models.FloatField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1.5),
                        ],
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(max_length=32, unique=True)),
                ("pseudonym", models.CharField(max_length=40)),
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
                    "status",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("suspended", "Suspended"),
                            ("removed", "Removed"),
                            ("waiting", "Waiting"),
                            ("left", "Left"),
                        ],
                        default="active",
                        max_length=9,
                    ),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("flag_seed", models.CharField(max_length=32)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="communities.community"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("community"), models.F("person"), name="one_role_per_person"),
                    models.UniqueConstraint(
                        models.F("community"),
                        django.db.models.functions.text.Lower("pseudonym"),
                        condition=models.Q(("erased_at", None)),
                        name="one_pseudonym_per_community",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FreedPseudonym",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64)),
                ("until", models.DateTimeField()),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="communities.community"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("community"), models.F("key"), name="one_row_per_freed_pseudonym")
                ],
            },
        ),
    ]
