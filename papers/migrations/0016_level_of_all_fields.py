import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("papers", "0014_rankings"),
    ]

    operations = [
        migrations.AlterField(
            model_name="fieldlevel",
            name="tag",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="papers.tag",
            ),
        ),
        migrations.AddConstraint(
            model_name="fieldlevel",
            constraint=models.UniqueConstraint(
                condition=models.Q(("tag__isnull", True)),
                fields=("window",),
                name="fieldlevel_one_of_all",
            ),
        ),
    ]
