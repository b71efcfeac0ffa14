"""Members in the admin. Suspending and erasing have rules of their own and are not done here."""

from typing import Any

from allauth.account import admin as allauth_account_admin  # noqa: F401  # registers, see below
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from allauth.mfa import admin as allauth_mfa_admin  # noqa: F401
from allauth.mfa.models import Authenticator
from allauth.usersessions import admin as allauth_usersessions_admin  # noqa: F401
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.forms import UserChangeForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import FormerUsername, Profile, User
from accounts.services import rename
from config import admin_generics as generics
from config.admin_base import LongTableAdmin, ReadOnlyInline

# allauth's own pages look for substrings in every address, show the secrets of second factors, and
# from where each member reads: that is the member's own business.
admin.site.unregister([EmailAddress, Authenticator, UserSession])

# What decides over what others may do: only a superuser may give it away.
POWERS = ("is_staff", "is_superuser", "groups", "user_permissions")
# With these an account could be taken over, or its owner shut out, and no public log would say so.
ACCESS = ("username", "is_active")


class SuspendedFilter(admin.SimpleListFilter):
    title = _("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: generics.ModelAdmin[Any]) -> Any:
        return [("suspended", _("Suspended now")), ("quarantined", _("Quarantined"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "suspended":
            return queryset.filter(suspended_until__gt=timezone.now())
        if self.value() == "quarantined":
            return queryset.filter(quarantined_at__isnull=False)
        return queryset


class RenamingForm(UserChangeForm):  # type: ignore[type-arg]  # generic for stubs only
    """A member's form, which refuses a name that another member once had."""

    def clean_username(self) -> str:
        name = str(self.cleaned_data["username"])
        former = FormerUsername.objects.filter(username=name).exclude(user=self.instance)
        if former.exists():
            raise ValidationError(_("Another member had this name; it stays theirs."), code="taken")
        return name


class EmailAddressInline(ReadOnlyInline[EmailAddress, User]):
    """The member's addresses: they change and verify them themselves."""

    model = EmailAddress
    fields = readonly_fields = ("email", "primary", "verified")


class ProfileInline(ReadOnlyInline[Profile, User]):
    """What the member says of themselves. A suspension hides it, and the public log says why."""

    model = Profile
    fields = readonly_fields = ("display_name", "affiliation", "homepage", "about")


class FormerUsernameInline(ReadOnlyInline[FormerUsername, User]):
    """Names that the member gave up; they lead here and stay theirs."""

    model = FormerUsername
    fields = readonly_fields = ("username", "given_up_at")


@admin.register(User)
class UserAdmin(LongTableAdmin[User], generics.UserAdmin[User]):
    list_display = (
        "username",
        "email",
        "email_verified",
        "date_joined",
        "is_active",
        "is_staff",
        "suspended_until",
        "quarantined_at",
    )
    list_only = tuple(column for column in list_display if column != "email_verified")
    list_filter = (
        SuspendedFilter,
        "is_active",
        "is_staff",
        "is_superuser",
        "groups",
        "date_joined",
        "last_login",
    )
    sortable_by = ("username",)
    ordering = ("-id",)
    search_help_text = _("How the user name begins, or a whole e-mail address.")
    fieldsets = (
        (None, {"fields": ("username", "password", "is_active")}),
        (_("Personal info"), {"fields": ("first_name", "last_name", "email", "email_verified")}),
        (_("Standing"), {"fields": ("suspended_until", "quarantined_at")}),
        (_("Permissions"), {"fields": POWERS}),
        (_("Important dates"), {"fields": ("last_login", "date_joined")}),
    )
    # An address counts only with its verification, and a suspension only through its service.
    readonly_fields = (
        "email",
        "email_verified",
        "suspended_until",
        "quarantined_at",
        "last_login",
        "date_joined",
    )
    inlines = (EmailAddressInline, ProfileInline, FormerUsernameInline)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Erasing a member also recounts their votes: that is not what a deletion here would do."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Only a superuser may change staff."""
        if obj is not None and obj.is_staff and not _is_superuser(request):
            return False
        return super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        fields = tuple(super().get_readonly_fields(request, obj))
        if _is_superuser(request):
            return fields
        # A new member needs a name; the form that adds one asks for nothing else of these.
        return (*fields, *POWERS, *ACCESS) if obj else (*fields, *POWERS)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Leave out the password for all but superusers: read-only it would be shown as its hash."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or _is_superuser(request):
            return fieldsets
        return [
            (title, {**options, "fields": [f for f in options["fields"] if f != "password"]})
            for title, options in fieldsets
        ]

    def user_change_password(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not _is_superuser(request):
            raise PermissionDenied
        return super().user_change_password(request, *args, **kwargs)

    form = RenamingForm

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save; under another name the member keeps the old one, as when they change it."""
        if not change or "username" not in form.changed_data:
            return super().save_model(request, obj, form, change)
        wanted, obj.username = obj.username, form.initial["username"]
        super().save_model(request, obj, form, change)
        rename(member=obj, username=wanted, now=timezone.now())
        return None

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        return self.inlines if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        # One row at a time: for Exists PostgreSQL would read the addresses of all members first.
        verified = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
        first = Subquery(verified.values("verified")[:1])
        return super().get_queryset(request).annotate(email_verified=first)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        term = _cleaned(search_term)
        if "@" in term:
            addresses = EmailAddress.objects.filter(email=term)
            queryset = queryset.filter(pk__in=list(addresses.values_list("user", flat=True)))
        elif term:
            queryset = queryset.filter(username__startswith=term)
        return queryset, False

    @admin.display(description=_("e-mail verified"), boolean=True)
    def email_verified(self, member: User) -> bool:
        return bool(member.email_verified)  # type: ignore[attr-defined]  # annotated


@admin.register(EmailAddress)
class EmailAddressAdmin(LongTableAdmin[EmailAddress]):
    """Addresses, and what helps a member whom the mail does not reach: verifying one by hand."""

    list_display = ("email", "user", "primary", "verified")
    list_only = ("email", "user__username", "primary", "verified")
    list_select_related = ("user",)
    list_filter = ("verified",)
    sortable_by = ()
    ordering = ("-id",)
    search_fields = ("email",)
    search_help_text = _("A whole address, or a user name.")
    fields = ("email", "user", "primary", "verified")
    actions = ("verify",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: EmailAddress | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: EmailAddress | None = None) -> bool:
        return False

    def has_verify_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("account.change_emailaddress")

    @admin.action(description=_("Mark as verified"), permissions=["verify"])
    def verify(self, request: HttpRequest, queryset: QuerySet[EmailAddress]) -> None:
        """As if the member had followed the link in the mail: their upvotes count from now on."""
        for address in queryset.filter(verified=False):
            if address.set_verified():
                email_confirmed.send(sender=EmailAddress, request=request, email_address=address)
                text, level = _("Verified: %(email)s."), messages.SUCCESS
            else:
                text, level = _("Another member has verified %(email)s."), messages.ERROR
            self.message_user(request, text % {"email": address.email}, level)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[EmailAddress], bool]:
        if term := _cleaned(search_term):
            field = "email" if "@" in term else "user__username"
            queryset = queryset.filter(**{field: term})
        return queryset, False


@admin.register(Authenticator)
class AuthenticatorAdmin(LongTableAdmin[Authenticator]):
    """Second factors. Deleting one lets in a member who lost it; their secrets stay unseen."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_only = ("user__username", "type", "created_at", "last_used_at")
    list_select_related = ("user",)
    list_filter = ("type",)
    sortable_by = ()
    ordering = ("-id",)
    search_fields = ("user",)
    search_help_text = _("A user name.")
    fields = ("user", "type", "created_at", "last_used_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Authenticator | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Authenticator | None = None) -> bool:
        """Only a superuser may take a second factor from staff."""
        if obj is not None and obj.user.is_staff and not _is_superuser(request):
            return False
        return super().has_delete_permission(request, obj)

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: Authenticator) -> None:
        obj.delete()
        # Recovery codes without a factor to recover would still be asked for at the log-in.
        others = Authenticator.objects.filter(user=obj.user)
        if not others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
            others.delete()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Authenticator]) -> None:
        for authenticator in queryset.select_related("user"):
            self.delete_model(request, authenticator)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Authenticator], bool]:
        if term := _cleaned(search_term):
            queryset = queryset.filter(user__username=term)
        return queryset, False


def _is_superuser(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.is_superuser


def _cleaned(term: str) -> str:
    """A search term as names and addresses are stored: lower case, without the @ of a mention."""
    return term.replace("\x00", "").strip().lower().removeprefix("@")
