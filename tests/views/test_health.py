"""GET /healthz and /readyz"""

import pytest
from django.test import Client


def test_healthz_asks_no_other_part(client: Client) -> None:
    response = client.get("/healthz")  # without the mark for it, a query would be an error
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_readyz_names_its_parts(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert set(response.json().values()) == {True}
    assert "database" in response.json()
