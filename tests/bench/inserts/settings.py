"""The settings of the site, with the view that only inserts."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.bench.inserts"]
ROOT_URLCONF = "tests.bench.inserts.urls"
# Members vote more often here than anywhere.
UPVOTES_PER_HOUR = 1_000_000
