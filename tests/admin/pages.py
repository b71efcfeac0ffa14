"""Reading the admin's pages in tests."""

import re
from html import unescape
from typing import Any

from django.test import Client


def rows_of(client: Client, path: str) -> list[str]:
    """What each row of a list says, spaces single; fails when the list does not open."""
    response = client.get(path)
    assert response.status_code == 200, response.status_code
    table = re.search(r'<table id="result_list">.*?</table>', response.content.decode(), re.DOTALL)
    if table is None:
        return []
    rows = re.findall(r"<tr>(.*?)</tr>", table[0].split("<tbody>")[1], re.DOTALL)
    return [text_of(row) for row in rows]


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def messages_of(response: Any) -> list[str]:
    """What the page says happened, each with its level first."""
    page = response.content.decode()
    told = re.search(r'<ul class="messagelist">(.*?)</ul>', page, re.DOTALL)
    found = re.findall(r'<li class="(\w+)">(.*?)</li>', told[1], re.DOTALL) if told else []
    return [f"{level}: {text_of(text)}" for level, text in found]


def form_of(client: Client, path: str) -> dict[str, Any]:
    """What the form of a change page would send if nothing were changed."""
    context = client.get(path).context
    forms = [context["adminform"].form]
    forms += [inline.formset.management_form for inline in context["inline_admin_formsets"]]
    values = {field.html_name: field.value() for form in forms for field in form}
    return {name: "" if value is None else value for name, value in values.items()}


def errors_of(response: Any) -> dict[str, list[str]]:
    """The errors of the form that the page shows again, by field; fails when it was saved."""
    assert response.status_code == 200, "saved"
    return dict(response.context["adminform"].form.errors)
