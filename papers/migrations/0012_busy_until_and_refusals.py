"""Until when a request to a provider may last, and how often in a row a run was refused."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("papers", "0011_asked_ids")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="sourcestate",
            name="busy_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="harvestrun",
            name="refusals",
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
