"""The Celery application. Tasks live beside the rooms that they serve (`papers/tasks.py`)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("offprint")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
