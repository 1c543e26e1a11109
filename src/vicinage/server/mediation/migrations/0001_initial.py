"""Where mediated rfas reach, and the mails that are owed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    initial = True

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Reach",
            fields=[
                ("id", ID),
                ("rfa", models.CharField(max_length=16)),
                ("cell", models.CharField(db_index=True, max_length=16)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("rfa", "cell"), name="mediation_cell_once")]
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", ID.clone()),
                ("rfa", models.CharField(max_length=16)),
                ("due_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("held_until", models.DateTimeField(null=True)),
                ("is_done", models.BooleanField(default=False)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["is_done", "due_at"], name="mediation_due")],
                "constraints": [
                    models.UniqueConstraint(fields=("rfa", "user"), name="mediation_one_mail_each")
                ],
            },
        ),
    ]
