"""The root of all addresses."""

from django.contrib import admin
from django.urls import include, path

handler400 = "papers.views.errors.bad_request"
handler403 = "papers.views.errors.permission_denied"
handler404 = "papers.views.errors.not_found"
# Django does not know this one: allauth calls it when a rate limit is exceeded.
handler429 = "accounts.views.errors.rate_limited"
handler500 = "papers.views.errors.server_error"

urlpatterns = [
    path("", include("papers.urls")),
    # Before allauth's: some of its pages are replaced.
    path("", include("accounts.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("admin/", admin.site.urls),
]
