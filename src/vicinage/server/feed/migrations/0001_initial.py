"""Published requests and posts, cells, resolutions."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("agencies", "0001_initial"),
        ("ledger", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublishedPost",
            fields=[
                ("published_at", models.DateTimeField()),
                ("id", models.CharField(max_length=16, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("tip", "Safety tip"), ("update", "Update"), ("event", "Community event")],
                        max_length=10,
                    ),
                ),
                ("starts_at", models.DateTimeField(null=True)),
                ("ends_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="agencies.agency",
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.entry"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PublishedRfa",
            fields=[
                ("published_at", models.DateTimeField()),
                ("id", models.CharField(max_length=16, primary_key=True, serialize=False)),
                ("reference", models.CharField(max_length=200)),
                ("offence", models.CharField(max_length=100)),
                ("area", models.JSONField()),
                ("area_m2", models.FloatField()),
                ("window_from", models.DateTimeField()),
                ("window_to", models.DateTimeField()),
                ("number", models.PositiveSmallIntegerField()),
                ("first", models.CharField(blank=True, db_index=True, max_length=16)),
                ("regime", models.CharField(max_length=50)),
                ("submitted_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField()),
                ("closes_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rfas", to="agencies.agency"
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.entry"
                    ),
                ),
                (
                    "mediated_entry",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.entry",
                    ),
                ),
            ],
            options={
                "verbose_name": "published Request for Assistance",
            },
        ),
        migrations.CreateModel(
            name="Resolution",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.entry"
                    ),
                ),
                (
                    "rfa",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resolution",
                        to="feed.publishedrfa",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RfaCell",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("cell", models.CharField(db_index=True, max_length=16)),
                (
                    "rfa",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cells",
                        to="feed.publishedrfa",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("rfa", "cell"), name="one_row_per_cell")],
            },
        ),
    ]
