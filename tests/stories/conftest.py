"""One town that really runs, one chromium, and the people of the town, for all browser stories.

They live as long as this package's tests: chromium's loop must be gone before other tests use the
database in this thread. A story fails at its end if the console of anyone's browser complained.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.stories.browsing import WIDE, Person, Town, known_person, launch, stranger
from vicinage.run.platform import free_port

HERE = Path(__file__).parent

Meet = Callable[[str], Person]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Stories without a browser come first: some measure time, and the town would keep them company."""
    here = [number for number, item in enumerate(items) if item.path.parent == HERE]
    told = sorted((items[number] for number in here), key=lambda item: "browser" in item.path.name)
    for number, item in zip(here, told, strict=True):
        items[number] = item


@pytest.fixture(scope="package")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The demo town with its camera and hub. It goes on being made while the first stories are told."""
    made = Town(tmp_path_factory.mktemp("town"), free_port())
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's chromium."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def met() -> dict[str, Person]:
    """Who has been met so far, by name."""
    return {}


@pytest.fixture
def meet(town: Town, chromium: Browser, met: dict[str, Person]) -> Iterator[Meet]:
    """Someone of the town by name, logged in; "anyone", "newcomer", "chief" and "rosa" have no account
    there yet.

    At the end of the story nobody's console may have complained.
    """

    def person(name: str) -> Person:
        if name not in met:
            is_stranger = name in ("anyone", "newcomer", "chief", "rosa")
            met[name] = stranger(town, chromium) if is_stranger else known_person(town, chromium, name)
        return met[name]

    yield person
    complaints = {name: list(someone.errors) for name, someone in met.items() if someone.errors}
    for someone in met.values():
        someone.errors.clear()
        someone.page.unroute_all()
        someone.page.set_viewport_size(WIDE)
    assert not complaints


@pytest.fixture
def alice(meet: Meet, town: Town) -> Person:
    """Alice with her household key in her browser, brought there with her ten words."""
    someone = meet("alice")
    if not someone.has_key:
        page = someone.open("/home/key/")
        page.get_by_label("Your ten words").fill(town.kept("alice-recovery-code.txt").replace("-", " "))
        page.get_by_role("button", name="Open the key").click()
        page.get_by_role("heading", name="Your key is in this browser").wait_for()
        someone.has_key = True
    return someone
