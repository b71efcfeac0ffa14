"""config/settings.py: what is missing stops the start, with a sentence that says what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PRODUCTION = {
    "OFFPRINT_IGNORE_DOTENV": "1",
    "SECRET_KEY": "k" * 60 + "0123456789",
    "ALLOWED_HOSTS": "papers.example.org,papers.example.com",
    "DATABASE_URL": "postgresql://offprint:secret@db.example.org:5433/papers",
    "REDIS_URL": "redis://:secret@redis.example.org:6379",
    "PATH": os.environ["PATH"],
}


def run_python(code: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("SECRET_KEY", "Put a long random string into the environment"),
        ("ALLOWED_HOSTS", "List the host names"),
        ("DATABASE_URL", "Name your PostgreSQL"),
        ("REDIS_URL", "Name your Redis or Valkey"),
    ],
)
@pytest.mark.parametrize("value", [None, ""], ids=["missing", "empty"])
def test_what_production_needs_is_asked_for(name: str, advice: str, value: str | None) -> None:
    env = {key: text for key, text in PRODUCTION.items() if key != name}
    if value is not None:
        env[name] = value
    done = run_python("import config.settings", env)
    assert done.returncode != 0
    assert f"{name} is not set. {advice}" in done.stderr


def test_categories_of_arxiv_are_taken_without_blanks() -> None:
    env = {**PRODUCTION, "ARXIV_CATEGORIES": "cs.LG, stat.ML,,cs.NA ,hep-th"}
    code = "import config.settings as s; print(s.ARXIV_CATEGORIES)"
    assert run_python(code, env).stdout.strip() == "['cs.LG', 'stat.ML', 'cs.NA', 'hep-th']"


@pytest.mark.parametrize("code", ["cs.TYPO", "cs.lg", "grp_physics", "2603.00001"])
def test_what_is_no_category_of_arxiv_is_named_at_the_start(code: str) -> None:
    done = run_python("import config.settings", {**PRODUCTION, "ARXIV_CATEGORIES": f"cs.LG,{code}"})
    assert done.returncode != 0
    assert f"ARXIV_CATEGORIES names what is no archive or category of arXiv: {code}." in done.stderr


@pytest.mark.parametrize("contact", ["papers@münchen.de", "papers@example.org\nX: y"])
def test_a_contact_that_no_header_may_have_is_refused_at_the_start(contact: str) -> None:
    done = run_python("import config.settings", {**PRODUCTION, "HARVEST_CONTACT": contact})
    assert done.returncode != 0
    assert "HARVEST_CONTACT may have ASCII characters only." in done.stderr


def test_production_passes_djangos_own_deployment_checks() -> None:
    code = (
        "import django; django.setup()\n"
        "from django.core.management import call_command\n"
        "call_command('check', deploy=True, fail_level='WARNING')"
    )
    env = {
        **PRODUCTION,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        # A decision of the operator, who knows whether every subdomain speaks TLS.
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": "on",
        "SECURE_HSTS_PRELOAD": "on",
    }
    done = run_python(code, env)
    assert done.returncode == 0, done.stderr


def test_production_reads_its_addresses_and_trusts_no_convenience() -> None:
    code = (
        "from config import settings as s\n"
        "d = s.DATABASES['default']\n"
        "print(s.DEBUG, s.DEVELOPMENT, s.ADMIN_REQUIRES_MFA, s.ALLOWED_HOSTS)\n"
        "print(d['HOST'], d['PORT'], d['NAME'], d['USER'], d['PASSWORD'])\n"
        "print(s.CELERY_BROKER_URL, s.CACHES['default']['LOCATION'])\n"
    )
    done = run_python(code, PRODUCTION)
    assert done.stdout.splitlines() == [
        "False False True ['papers.example.org', 'papers.example.com']",
        "db.example.org 5433 papers offprint secret",
        "redis://:secret@redis.example.org:6379/0 redis://:secret@redis.example.org:6379/1",
    ]


def test_a_socket_folder_is_the_host() -> None:
    code = "from config import settings as s\nprint(s.DATABASES['default']['HOST'])"
    url = "postgresql://offprint@/papers?host=/run/a%20folder"
    done = run_python(code, {**PRODUCTION, "DATABASE_URL": url})
    assert done.stdout == "/run/a folder\n"
