"""Key changes, officers' own keys, and the agency's identity sealed to each of them."""

from datetime import UTC, datetime
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PROTECT = django.db.models.deletion.PROTECT
ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def to(model: str, related: str) -> Any:
    """A reference that keeps what it points to."""
    return models.ForeignKey(on_delete=PROTECT, related_name=related, to=model)


def one(model: str, related: str, **more: Any) -> Any:
    """The same, at most once."""
    return models.OneToOneField(on_delete=PROTECT, related_name=related, to=model, **more)


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0001_initial"),
        ("ledger", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "AgencyKey",
            "from_at",
            models.DateTimeField(default=datetime(2026, 1, 1, tzinfo=UTC)),
            preserve_default=False,
        ),
        migrations.AddField("AgencyKey", "recovery", models.BinaryField(null=True)),
        migrations.CreateModel(
            name="OfficerKey",
            fields=[
                (
                    "user",
                    one(settings.AUTH_USER_MODEL, "officer_key", primary_key=True, serialize=False),
                ),
                ("recipient", models.CharField(max_length=100, unique=True)),
                ("recovery", models.BinaryField()),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="KeyRevocation",
            fields=[
                ("id", ID),
                ("reason", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("entry", one("ledger.entry", "+")),
                ("key", one("agencies.agencykey", "revocation")),
            ],
        ),
        migrations.CreateModel(
            name="KeyShare",
            fields=[
                ("id", ID.clone()),
                ("sealed", models.BinaryField()),
                ("given_at", models.DateTimeField()),
                ("given_by", to(settings.AUTH_USER_MODEL, "+")),
                ("key", to("agencies.agencykey", "shares")),
                ("officer", to("agencies.officer", "shares")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("key", "officer"), name="one_share_per_officer")
                ],
            },
        ),
    ]
