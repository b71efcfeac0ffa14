"""Addresses of this room. They come before allauth's, which some of them replace."""

from django.urls import path, re_path

from accounts import views

urlpatterns = [
    # The names are allauth's: its own links and redirects lead here.
    path("accounts/confirm-email/", views.check_mail, name="account_email_verification_sent"),
    re_path(
        r"^accounts/confirm-email/(?P<key>[-:\w]+)/$",
        views.ConfirmEmailView.as_view(),
        name="account_confirm_email",
    ),
    # Only on development machines.
    path("dev/mail/", views.mail_list, name="mail_list"),
    path("dev/mail/<str:name>/", views.mail_detail, name="mail_detail"),
]
