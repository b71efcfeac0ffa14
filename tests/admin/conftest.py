"""Who looks at the admin: root, who may do everything, and Carol, who moderates."""

import pytest
from django.test import Client

from accounts.models import User
from tests.factories import make_moderator


@pytest.fixture
def carol(db: None) -> User:
    return make_moderator("carol")


@pytest.fixture
def moderator(carol: User) -> Client:
    client = Client()
    client.force_login(carol)
    return client


@pytest.fixture
def root(db: None) -> Client:
    client = Client()
    client.force_login(make_moderator("root", is_superuser=True))
    return client
