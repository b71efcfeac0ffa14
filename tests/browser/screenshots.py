"""Takes the pictures of docs/screenshots/ anew: `make screenshots`.

The pages are those of a demo community with a fixed seed and a fixed end, in a database that is
made for this and dropped afterwards, so the pictures change only when the pages do. Nothing of the
developer's own database is seen or touched.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Literal
from wsgiref.simple_server import make_server

import django
from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from tests.conftest import CHROMIUM, CHROMIUM_FLAGS
from tests.environment import ENVIRONMENT

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
DATABASE = "offprint_screenshots"
SEED = 1
UNTIL = datetime(2026, 6, 1, 18, 0, tzinfo=UTC)

# Width and height of the window, in CSS pixels.
SIZES = ((1280, 800), (390, 844))
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PATIENCE = 60_000  # milliseconds, for a busy machine
# Without it edges come out a shade lighter or darker, depending on what was painted when.
SAME_EACH_TIME = ["--disable-partial-raster"]


@dataclass(frozen=True)
class Shot:
    """A page to take, and who looks at it: a demo member, or a visitor when that is empty."""

    name: str
    path: str
    member: str = "reader"


SHOTS = (
    Shot("front", "/"),
    Shot("daily", f"/daily/{UNTIL:%Y-%m-%d}/"),
    Shot("paper", "/papers/0704.0054/"),  # its title has mathematics
    Shot("search", "/search/?q=neural+networks", member=""),
    Shot("library", "/library/"),
    Shot("list", "/@curator/how-sequence-models-got-here/"),
    Shot("log-in", "/accounts/login/", member=""),
)


def main() -> None:
    """Serve a demo community and photograph it; prints what was written."""
    if shutil.which(CHROMIUM) is None:
        sys.exit(f"No Chromium at {CHROMIUM}: apt-get install chromium, or set CHROMIUM.")
    with tempfile.TemporaryDirectory() as static_root:
        os.environ.update(
            {
                **ENVIRONMENT,
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "OFFPRINT_REDIS_PREFIX": "screenshots:",
                "STATIC_ROOT": static_root,
                "LOG_LEVEL": "WARNING",
            }
        )
        django.setup()
        from config.embedded import joined_if_configured

        with joined_if_configured(), demo_database(), served() as site:
            take_all(site)


@contextmanager
def demo_database() -> Iterator[None]:
    """Make a database with the demo community, and drop it at the end."""
    from django.db import connection

    from papers.demo.build import build

    connection.settings_dict["TEST"]["NAME"] = DATABASE
    own_name = connection.settings_dict["NAME"]
    # One that a killed run has left is replaced.
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        build(SEED, UNTIL, UNTIL, fresh=False, step=lambda what: None)
        yield
    finally:
        connection.creation.destroy_test_db(own_name, verbosity=0)


@contextmanager
def served() -> Iterator[str]:
    """Serve the site on a free port of this machine; yields its address."""
    from django.core.management import call_command
    from django.core.servers.basehttp import ThreadedWSGIServer
    from django.core.wsgi import get_wsgi_application
    from django.test.testcases import QuietWSGIRequestHandler

    call_command("collectstatic", interactive=False, verbosity=0)
    with make_server(
        "127.0.0.1", 0, get_wsgi_application(), ThreadedWSGIServer, QuietWSGIRequestHandler
    ) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def take_all(site: str) -> None:
    """Take every page in every size and theme."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=CHROMIUM_FLAGS + SAME_EACH_TIME
        )
        states = {
            member: session_of(browser, site, member) for member in {shot.member for shot in SHOTS}
        }
        for width, height in SIZES:
            for theme in THEMES:
                for shot in SHOTS:
                    context = browser.new_context(
                        base_url=site,
                        viewport={"width": width, "height": height},
                        color_scheme=theme,
                        locale="en-GB",
                        timezone_id="UTC",
                        reduced_motion="reduce",
                        storage_state=states[shot.member],
                    )
                    context.set_default_timeout(PATIENCE)
                    file = FOLDER / f"{shot.name}-{width}-{theme}.png"
                    take(context.new_page(), shot.path, file)
                    context.close()
        browser.close()


def session_of(browser: Browser, site: str, member: str) -> StorageState:
    """Log a demo member in and return what the browser then keeps; nothing for a visitor."""
    from accounts.demo_logins import DEMO_PASSWORD
    from tests.browser.steps import log_in

    context = browser.new_context(base_url=site)
    context.set_default_timeout(PATIENCE)
    if member:
        log_in(context.new_page(), member, DEMO_PASSWORD)
    state = context.storage_state()
    context.close()
    return state


def take(page: Page, path: str, file: Path) -> None:
    """Write what the window shows of a page. Exits where the page is not there."""
    response = page.goto(path, wait_until="networkidle")
    if response is None or not response.ok:
        sys.exit(f"{path} answers {response.status if response else 'nothing'}, not a page.")
    # The first page with mathematics does not wait for its font; the second one has it.
    page.reload(wait_until="networkidle")
    page.screenshot(path=file, animations="disabled")
    sys.stdout.write(f"{file.relative_to(FOLDER.parents[1])}  {file.stat().st_size // 1024} KB\n")


if __name__ == "__main__":
    main()
