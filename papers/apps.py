from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PapersConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "papers"
    verbose_name = _("Papers")

    def ready(self) -> None:
        from papers import account_events  # connects to what happens to accounts

        account_events.connect()
