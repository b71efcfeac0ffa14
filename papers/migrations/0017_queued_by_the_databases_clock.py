from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [
        ("papers", "0016_level_of_all_fields"),
    ]

    operations = [
        migrations.AlterField(
            model_name="voteoutbox",
            name="queued_at",
            field=models.DateTimeField(db_default=Now()),
        ),
    ]
