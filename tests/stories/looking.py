"""A look at a page in its four looks, 1280 and 390 px, light and dark: by axe-core, and by its width."""

from pathlib import Path

from playwright.sync_api import Page

from tests.stories.browsing import PHONE, WIDE

AXE = (Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js").read_text()
RUN_AXE = """async () => {
  const found = await axe.run(document, { resultTypes: ['violations'] });
  return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' | ')}`);
}"""
LOOKS = [(size, scheme) for size in (WIDE, PHONE) for scheme in ("light", "dark")]


def wrong_in(page: Page) -> list[str]:
    """What is wrong in each of the four looks of this page, by axe and by its width."""
    page.evaluate(AXE)
    found: list[str] = []
    for size, scheme in LOOKS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        found += [f"{size['width']} px, {scheme}: {said}" for said in page.evaluate(RUN_AXE)]
        over = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        if over > 0:
            found.append(f"{size['width']} px, {scheme}: {over} px too wide")
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")
    return found
