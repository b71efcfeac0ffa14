"""What a person does in the browser."""

from playwright.sync_api import Page, expect

from tests.factories import PASSWORD


def log_in(page: Page, username: str, password: str = PASSWORD) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("User name or email address").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("main").get_by_role("button", name="Log in").click()
    expect(page.locator("summary", has_text=f"@{username}")).to_be_visible()


def keys_on_page(page: Page) -> list[str]:
    """Keys of the papers of a listing, in order."""
    keys: list[str] = page.locator("article[data-paper]").evaluate_all(
        "rows => rows.map(row => row.dataset.paper)"
    )
    return keys


def upvotes_of(page: Page, key: str) -> int:
    count = page.locator(f'[data-paper="{key}"] [data-upvotes]')
    return int(count.get_attribute("data-upvotes") or "-1")
