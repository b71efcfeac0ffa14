"""The pages for what went wrong."""

import logging

import pytest
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, path

from config import urls
from config.urls import handler400, handler403, handler404, handler500


def break_down(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("something of ours is wrong")


def lose_the_database(request: HttpRequest) -> HttpResponse:
    raise OperationalError("connection refused")


def ask_for_too_much(request: HttpRequest) -> HttpResponse:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "select to_tsvector('simple', string_agg(number::text, ' '))"
            " from generate_series(1, 200000) as number"
        )
    raise AssertionError("PostgreSQL makes search vectors of 1 MB at most")


# The site's addresses and some that fail; the handlers are read from this module.
urlpatterns: list[URLPattern | URLResolver] = [
    *urls.urlpatterns,
    path("break-down/", break_down),
    path("lose-the-database/", lose_the_database),
    path("ask-for-too-much/", ask_for_too_much),
]
__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture
def failing(client: Client) -> Client:
    client.raise_request_exception = False
    return client


def test_a_fault_of_ours_says_so_and_is_logged(
    failing: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "django.request"):
        response = failing.get("/break-down/")
    assert response.status_code == 500
    assert "Something broke" in response.content.decode()
    assert "something of ours is wrong" in caplog.text
    assert "something of ours is wrong" not in response.content.decode()


def test_what_the_database_can_never_do_is_a_fault_of_ours(
    failing: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "django.request"):
        response = failing.get("/ask-for-too-much/")
    assert response.status_code == 500
    assert "Retry-After" not in response
    assert "string is too long for tsvector" in caplog.text


@pytest.mark.parametrize("address", ["/?window=x", "/?after=%00", "/?balance=x"])
def test_nonsense_of_strangers_is_no_error_in_the_log(
    failing: Client, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    assert failing.get(address).status_code == 400
    assert caplog.text == ""


def test_a_host_that_is_not_ours_is_still_logged(
    failing: Client, caplog: pytest.LogCaptureFixture
) -> None:
    assert failing.get("/", headers={"host": "elsewhere.example.org"}).status_code == 400
    assert "Invalid HTTP_HOST header" in caplog.text


def test_a_database_that_is_away_is_a_503_that_says_when_to_try_again(failing: Client) -> None:
    response = failing.get("/lose-the-database/")
    assert response.status_code == 503
    assert response["Retry-After"] == "60"
    assert "Nothing is lost" in response.content.decode()
