"""The ids that providers were asked for."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("papers", "0010_harvests")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="AskedId",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "provider",
                    models.CharField(
                        choices=[
                            ("arxiv", "arXiv"),
                            ("biorxiv", "bioRxiv and medRxiv"),
                            ("crossref", "Crossref"),
                        ],
                        max_length=10,
                    ),
                ),
                ("value", models.CharField(max_length=255)),
                ("asked_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "value"), name="askedid_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("provider__in", ["arxiv", "biorxiv", "crossref"])),
                        name="askedid_provider",
                    ),
                ],
            },
        ),
    ]
