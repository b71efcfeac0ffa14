"""A page of the admin that says what is, and has buttons for what a person can do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from config.admin_base import ReadOnlyAdmin
from papers.admin.base import SeenByModerators

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Button:
    """What a button sends, what it says, and its class, which shows its weight."""

    name: str
    label: str
    kind: str = ""


class ActingAdmin(SeenByModerators, ReadOnlyAdmin[Row]):
    """Rows that the site writes; moderators look, and who may change them presses buttons.

    Nothing happens on GET, and Django's log of the admin keeps who pressed what.
    """

    sortable_by = ()
    heading: Any

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": self.heading, **(extra_context or {})})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404(_("There is no such row."))
        may_act = self.has_act_permission(request)
        if request.method == "POST":
            if not may_act:
                raise PermissionDenied
            return self._act(request, row)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": row,
            "media": self.media,
            "may_act": may_act,
            "buttons": self.buttons(row),
            **self.page_of(row),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/papers/acts.html", context)

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Django's permission to change the row, of which the page itself changes nothing."""
        name = f"{self.opts.app_label}.change_{self.opts.model_name}"
        return bool(request.user.has_perm(name))

    def page_of(self, row: Row) -> dict[str, Any]:
        """What the page says of the row: `title`, `facts` (pairs of label and text), `notes`."""
        raise NotImplementedError

    def buttons(self, row: Row) -> Sequence[Button]:
        """What can be done now."""
        raise NotImplementedError

    def do(self, row: Row, name: str) -> str:
        """Do what the button says; return the sentence that says that it is done."""
        raise NotImplementedError

    def _act(self, request: HttpRequest, row: Row) -> HttpResponse:
        button = next((each for each in self.buttons(row) if each.name in request.POST), None)
        if button is None:
            text = _("That cannot be done any more: see below how things are now.")
            self.message_user(request, text, messages.WARNING)
        else:
            self.message_user(request, self.do(row, button.name), messages.SUCCESS)
            self.log_change(request, row, button.label)
        return HttpResponseRedirect(request.path)
