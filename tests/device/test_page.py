"""A device reads forms, errors, links and island data out of a page as a browser would."""

from vicinage.device.page import read_page

PAGE = """<!doctype html><main>
<form method="post" action="/accounts/logout/">
<input type="hidden" name="csrfmiddlewaretoken" value="a"></form>
<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="b">
<input name="title" value="Bins &amp; more"><textarea name="text">As
typed</textarea>
<select name="offence"><option value=""></option><option value="theft" selected>Theft</option></select>
<input type="checkbox" name="may_ask"><input type="checkbox" name="may_collect" checked value="on">
<input name="off" disabled value="x"><button name="submit" value="yes">Send</button></form>
<ul class="errorlist"><li>The <b>window</b> is too long.</li></ul>
<a href="/agency/handovers/abcdefghijklmnop/">One</a>
<script type="application/json" id="island-data">{"rfa": {"id": "x"}}</script></main>"""


def test_a_form_is_found_by_its_fields_and_its_button() -> None:
    page = read_page("/agency/rfas/new/", 200, PAGE)
    form = page.form("title", "submit")
    assert form is not None
    assert form.method == "post"
    assert form.action == ""
    assert page.form("title", "approve") is None


def test_fields_keep_the_values_that_a_browser_would_send() -> None:
    form = read_page("/", 200, PAGE).form("title")
    assert form is not None
    assert form.fields == {
        "csrfmiddlewaretoken": "b",
        "title": "Bins & more",
        "text": "As\ntyped",
        "offence": "theft",
        "may_collect": "on",
    }


def test_errors_links_and_island_data_are_read() -> None:
    page = read_page("/", 200, PAGE)
    assert page.errors == ["The window is too long."]
    assert page.links == ["/agency/handovers/abcdefghijklmnop/"]
    assert page.island == {"rfa": {"id": "x"}}


def test_broken_html_gives_fewer_forms_and_no_error() -> None:
    assert read_page("/", 200, "<form><input name=a><p>").forms == []
