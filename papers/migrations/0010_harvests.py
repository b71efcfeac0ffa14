from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("papers", "0009_title_hashes")]

    operations: ClassVar = []
