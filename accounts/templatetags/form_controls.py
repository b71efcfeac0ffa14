"""What the fragment `partials/_form_fields.html` needs to render any Django form."""

from django import template
from django.forms import BaseForm, BoundField
from django.forms.widgets import CheckboxInput
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def control(field: BoundField, autofocus: bool = False) -> SafeString:
    """The control of `field`, without a placeholder: the label says it, and stays."""
    attributes: dict[str, str | bool] = {"placeholder": False}
    if autofocus:
        attributes["autofocus"] = True
    return field.as_widget(attrs=attributes)


@register.filter
def first_invalid(form: BaseForm) -> str:
    """The name of the first field with an error, in the order of the page; "" if there is none."""
    return next((field.html_name for field in form.visible_fields() if field.errors), "")


@register.filter
def is_check_box(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)
