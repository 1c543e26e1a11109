"""Cameras by cell: whom a mediated rfa reaches is found without reading them all."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]

    operations = [
        migrations.AlterField("Camera", "cell", models.CharField(db_index=True, max_length=16)),
    ]
