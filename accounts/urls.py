"""Addresses of this room. They come before allauth's, which some of them replace."""

from django.urls import path, re_path

from accounts.views import dev_mail, sessions, settings, verification

settings_urls = [
    path("settings/", settings.index, name="settings"),
    path("settings/profile/", settings.profile, name="settings_profile"),
    path("settings/preferences/", settings.preferences, name="settings_preferences"),
    path("settings/username/", settings.username, name="settings_username"),
    path("settings/votes/", settings.votes_public, name="settings_votes"),
    # The name is allauth's, as below.
    path("settings/sessions/", sessions.sessions, name="usersessions_list"),
]

urlpatterns = [
    # The names are allauth's: its own links and redirects lead here.
    path(
        "accounts/confirm-email/", verification.check_mail, name="account_email_verification_sent"
    ),
    re_path(
        r"^accounts/confirm-email/(?P<key>[-:\w]+)/$",
        verification.ConfirmEmailView.as_view(),
        name="account_confirm_email",
    ),
    *settings_urls,
    # Only on development machines.
    path("dev/mail/", dev_mail.mail_list, name="mail_list"),
    path("dev/mail/<str:name>/", dev_mail.mail_detail, name="mail_detail"),
]
