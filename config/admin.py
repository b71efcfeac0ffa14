"""The admin site: behind the site's own log-in, with a second factor for staff."""

from django.contrib.admin.apps import AdminConfig


class OffprintAdminConfig(AdminConfig):
    default_site = "config.admin_site.OffprintAdminSite"
