"""The retention clock, reasons for downloads, attested deletions."""

from datetime import UTC, datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PROTECT = django.db.models.deletion.PROTECT
ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [
        ("handovers", "0001_initial"),
        ("ledger", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "Handover",
            "delete_by",
            models.DateTimeField(db_index=True, default=datetime(2027, 1, 1, tzinfo=UTC)),
            preserve_default=False,
        ),
        migrations.AddField("Handover", "dropped_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "Collection", "reason", models.CharField(default="", max_length=120), preserve_default=False
        ),
        migrations.CreateModel(
            name="Deletion",
            fields=[
                ("id", ID),
                ("commitment", models.CharField(max_length=64)),
                ("opening", models.JSONField()),
                ("at", models.DateTimeField()),
                ("entry", models.OneToOneField(on_delete=PROTECT, related_name="+", to="ledger.entry")),
                (
                    "handover",
                    models.OneToOneField(on_delete=PROTECT, related_name="deletion", to="handovers.handover"),
                ),
                (
                    "officer",
                    models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RetentionReminder",
            fields=[
                ("id", ID.clone()),
                ("about", models.CharField(max_length=10)),
                ("at", models.DateTimeField()),
                (
                    "handover",
                    models.ForeignKey(on_delete=PROTECT, related_name="reminders", to="handovers.handover"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("handover", "about"), name="one_retention_reminder")
                ]
            },
        ),
    ]
