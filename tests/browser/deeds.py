"""What people do on the pages, as they do it."""

from __future__ import annotations

from playwright.sync_api import Locator

from tests.browser.tab import Tab


def act_as(tab: Tab, name: str, id: str, team: str) -> None:
    """Say who one is, on the page for it."""
    tab.open("/you")
    tab.page.fill("#name", name)
    tab.page.fill("#id", id)
    tab.page.select_option("#team", team)
    tab.page.click('form[action="/you"] button.primary')
    tab.page.wait_for_load_state()


def button(tab: Tab, action: str) -> Locator:
    """Return the button that sends an action of a handoff's page."""
    return tab.page.locator(f'form[data-deed="{action}"] button[type="submit"]').first


def panel(tab: Tab, action: str) -> Locator:
    """Return what opens the form of an action."""
    return tab.page.locator(f"#deed-{action} > summary")
