"""Somebody who looks at the page and uses it, and notes whatever is wrong about it."""

import re
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from attrs import define, field
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Locator, Page, expect

PATIENCE_MS: Final = 120_000
SERIOUS: Final = ("serious", "critical")
WIDE: Final = 1100
HEIGHT: Final = 860
VIEWS: Final = ("chat", "outside", "inside", "trouble")


@define
class Visit:
    """One visit."""

    page: Page
    language: str
    width: int
    screens: Path
    pictures: Path | None
    """Where those of the tutorial are, when they are to be renewed."""
    taken: int = field(default=0, init=False)

    def see(self, name: str) -> None:
        """Look at one of the views, where only one is seen at a time."""
        where = "below" if self.width < WIDE else "beside"
        link = self.page.locator(f".tabs.{where} a[data-view={name}]")
        if link.count():
            link.click()

    def become(self, name: str) -> None:
        """Use the chat of somebody else."""
        self.see("chat")
        self.page.locator(".person", has_text=name).click()
        expect(self.page.locator(".person[aria-current]")).to_contain_text(name)

    def say(self, text: str) -> None:
        """Write to the bot."""
        self.see("chat")
        box = self.page.locator("#text")
        box.fill(text)
        box.press("Enter")

    def key(self, words: str | re.Pattern[str]) -> Locator:
        """The newest button of the bot that says that."""
        return self.page.locator(".key", has_text=words).last

    def press(self, words: str | re.Pattern[str]) -> None:
        """Tap it."""
        self.see("chat")
        self.key(words).click()

    def reads(self, words: str | re.Pattern[str], within: str = "#chat") -> None:
        """Wait until it says that."""
        expect(self.page.locator(within)).to_contain_text(words)

    def photo(self, name: str) -> None:
        """Keep how it looks."""
        self.taken += 1
        self.page.screenshot(path=self.screens / f"{self.taken:02}_{name}.png")

    def picture(self, name: str) -> None:
        """Keep how it looks; and where pictures are renewed, that of the tutorial as well."""
        self.photo(name)
        if self.pictures is None or self.language != "en" or self.width < WIDE:
            return
        told = self.page.context.new_cdp_session(self.page).send(
            "Page.captureScreenshot",
            {
                "format": "webp",
                "quality": 50,
                "clip": {"x": 0, "y": 0, "width": self.width, "height": HEIGHT, "scale": 0.75},
            },
        )
        self.pictures.joinpath(f"{name}.webp").write_bytes(b64decode(told["data"]))

    def examine(self) -> None:
        """Nothing is wider than the screen, and axe finds nothing serious."""
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= self.width
        found = Axe().run(self.page).response["violations"]
        serious = [
            (each["id"], [node["html"] for node in each["nodes"]])
            for each in found
            if each["impact"] in SERIOUS
        ]
        assert serious == []


@contextmanager
def visiting(
    browser: Browser,
    address: str,
    language: str,
    width: int,
    screens: Path,
    pictures: Path | None,
) -> Iterator[Visit]:
    """
    A visit; on a phone it is dark.

    At its end nothing was complained about in the console, and nothing asked in vain.
    """
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT},
        color_scheme="light" if width >= WIDE else "dark",
        locale="ru-RU" if language == "ru" else "en-GB",
        timezone_id="Europe/Moscow",
    )
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    page, wrong = context.new_page(), list[str]()
    page.on("console", lambda said: wrong.append(said.text) if said.type != "log" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("requestfailed", lambda asked: wrong.append(f"{asked.url}: {asked.failure}"))
    page.on("response", lambda told: wrong.append(told.url) if told.status >= 400 else None)
    page.goto(address)
    yield Visit(page, language, width, screens, pictures)
    # What is asked for while somebody goes to another page is left by themselves.
    assert [each for each in wrong if "ERR_ABORTED" not in each] == []
    context.close()
