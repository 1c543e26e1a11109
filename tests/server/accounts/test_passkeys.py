"""The passkey pages name only scripts that the server really answers."""

import re

import pytest
from django.test import Client

from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db


def test_each_script_of_the_passkey_page_is_there(cast: Cast) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": cast.alice.user.email, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": cast.alice.code()})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    html = client.get("/accounts/2fa/webauthn/add/").content.decode()
    scripts = re.findall(r'src="(/accounts/script/[^"]+)"', html)
    assert len(scripts) >= 3
    for script in scripts:
        answer = client.get(script)
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/javascript; charset=utf-8")


@pytest.mark.parametrize("path", ["admin/core.js", "mfa/none.js", "mfa/..%2f.js", "mfa/webauthn.css"])
def test_no_other_script_is_given_out(path: str) -> None:
    assert Client().get(f"/accounts/script/{path}").status_code == 404
