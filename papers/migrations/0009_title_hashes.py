from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("papers", "0008_biorxiv_categories")]

    operations: ClassVar = []
