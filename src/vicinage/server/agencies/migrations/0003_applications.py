"""Applications and approvals, the two lists, renewals and suspensions, officers' acts and reviews."""

import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_vault"),
        ("ledger", "0002_redaction"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Application",
            fields=[
                ("id", models.CharField(max_length=16, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("police", "Police"),
                            ("fire", "Fire"),
                            ("emergency", "Emergency management"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("local", "Local"),
                            ("county", "County"),
                            ("state", "State"),
                            ("tribal", "Tribal"),
                            ("campus", "Campus"),
                            ("federal", "Federal"),
                        ],
                        max_length=20,
                    ),
                ),
                ("domain", models.CharField(max_length=200)),
                ("state", models.CharField(max_length=2)),
                ("region", models.CharField(max_length=120)),
                ("retention_days", models.PositiveIntegerField()),
                ("phone", models.CharField(max_length=40)),
                ("email", models.EmailField(max_length=254)),
                ("applicant_email", models.EmailField(max_length=254)),
                ("applied_at", models.DateTimeField()),
                ("token_sha256", models.CharField(max_length=64, unique=True)),
                ("signed_name", models.CharField(max_length=120)),
                ("signed_title", models.CharField(max_length=120)),
                ("signed_at", models.DateTimeField(null=True)),
                ("signed_text", models.TextField()),
                ("signed_sha256", models.CharField(max_length=64)),
                ("challenge", models.CharField(max_length=64)),
                ("challenge_met_at", models.DateTimeField(null=True)),
                ("called_number", models.CharField(max_length=40)),
                ("called_source", models.CharField(max_length=300)),
                ("called_person", models.CharField(max_length=120)),
                ("called_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("refused_for", models.CharField(max_length=500)),
            ],
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("approved_at", models.DateTimeField()),
                ("shown_sha256", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="DirectoryListing",
            fields=[
                ("id", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=200)),
                ("phone", models.CharField(max_length=20)),
                ("address", models.CharField(max_length=200)),
                ("city", models.CharField(max_length=100)),
                ("state", models.CharField(db_index=True, max_length=2)),
                ("county", models.CharField(max_length=100)),
                ("lon", models.FloatField(null=True)),
                ("lat", models.FloatField(null=True)),
                ("is_listed", models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name="DomainListing",
            fields=[
                ("domain", models.CharField(max_length=253, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=60)),
                ("organisation", models.CharField(max_length=200)),
                ("suborganisation", models.CharField(max_length=200)),
                ("city", models.CharField(max_length=100)),
                ("state", models.CharField(db_index=True, max_length=2)),
                ("likeness", models.CharField(db_index=True, max_length=253)),
                ("is_listed", models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name="ListReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reviewed_at", models.DateTimeField()),
                ("officers", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="ListRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "which",
                    models.CharField(
                        choices=[("domains", "domains"), ("directory", "directory")], max_length=20
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("rows_done", models.PositiveIntegerField(default=0)),
                ("rows_kept", models.PositiveIntegerField(default=0)),
                ("problem_count", models.PositiveIntegerField(default=0)),
                ("problems", models.JSONField(default=list)),
            ],
        ),
        migrations.CreateModel(
            name="OfficerAct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=40)),
                ("subject", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("opening", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("about", models.CharField(max_length=60)),
                ("sent_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Suspension",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                ("suspended_at", models.DateTimeField()),
                ("reinstated_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Verification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("verified_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="agency",
            name="approvals",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="agency",
            name="evidence",
            field=models.CharField(default="", max_length=200),
        ),
        migrations.AddField(
            model_name="agency",
            name="lat",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="agency",
            name="left_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="agency",
            name="left_entry",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.entry"
            ),
        ),
        migrations.AddField(
            model_name="agency",
            name="lon",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="agency",
            name="state",
            field=models.CharField(default="", max_length=2),
        ),
        migrations.AddField(
            model_name="agency",
            name="suspended_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="agency",
            name="until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="invitation",
            name="cancelled_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="invitation",
            name="inviter",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.officer",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="is_admin",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="officer",
            name="active_at",
            field=models.DateTimeField(default=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="officer",
            name="is_admin",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="officer",
            name="removed_for",
            field=models.CharField(
                choices=[
                    ("removed", "ended by the agency's admin"),
                    ("operator", "ended by the operator"),
                    ("idle", "closed after 180 days without use"),
                    ("agency-left", "the agency left"),
                ],
                default="",
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="agency",
            name="domain",
            field=models.CharField(max_length=200),
        ),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.UniqueConstraint(
                condition=models.Q(("left_at", None)), fields=("domain",), name="one_agency_per_domain"
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="agency",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="called_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="renews",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="renewals",
                to="agencies.agency",
            ),
        ),
        migrations.AddField(
            model_name="approval",
            name="application",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="approvals",
                to="agencies.application",
            ),
        ),
        migrations.AddField(
            model_name="approval",
            name="operator",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="directory_listing",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.directorylisting",
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="domain_listing",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.domainlisting",
            ),
        ),
        migrations.AddField(
            model_name="listreview",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="list_reviews", to="agencies.agency"
            ),
        ),
        migrations.AddField(
            model_name="listreview",
            name="officer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.officer"
            ),
        ),
        migrations.AddField(
            model_name="domainlisting",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.listrun"
            ),
        ),
        migrations.AddField(
            model_name="directorylisting",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.listrun"
            ),
        ),
        migrations.AddField(
            model_name="officeract",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="acts", to="agencies.agency"
            ),
        ),
        migrations.AddField(
            model_name="officeract",
            name="entry",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.entry"
            ),
        ),
        migrations.AddField(
            model_name="officeract",
            name="officer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="acts", to="agencies.officer"
            ),
        ),
        migrations.AddField(
            model_name="reminder",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="agencies.agency"
            ),
        ),
        migrations.AddField(
            model_name="suspension",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="suspensions", to="agencies.agency"
            ),
        ),
        migrations.AddField(
            model_name="suspension",
            name="entry",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.entry"
            ),
        ),
        migrations.AddField(
            model_name="suspension",
            name="operator",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="suspension",
            name="reinstated_entry",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.entry"
            ),
        ),
        migrations.AddField(
            model_name="verification",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="verifications",
                to="agencies.agency",
            ),
        ),
        migrations.AddField(
            model_name="verification",
            name="entry",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.entry"
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.UniqueConstraint(
                fields=("application", "operator", "shown_sha256"), name="one_approval_per_operator"
            ),
        ),
        migrations.AddIndex(
            model_name="officeract",
            index=models.Index(fields=["agency", "-at"], name="agencies_act_of_agency"),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(fields=("agency", "about"), name="one_reminder_each"),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reinstated_at", None)),
                fields=("agency",),
                name="one_suspension_at_a_time",
            ),
        ),
    ]
