"""Several agencies may share a domain, one of each kind: a town's police and its fire department."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agencies", "0003_applications")]

    operations = [
        migrations.RemoveConstraint(model_name="agency", name="one_agency_per_domain"),
        migrations.AddConstraint(
            model_name="agency",
            constraint=models.UniqueConstraint(
                condition=models.Q(("left_at", None)),
                fields=("domain", "kind"),
                name="one_agency_of_a_kind_per_domain",
            ),
        ),
    ]
