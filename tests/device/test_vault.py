"""Carol gives Dave access to the agency's key; a server that names a key of its own gets none of it."""

import base64
import json
from typing import Any

import pytest

from tests.device.lying import Lies, page, told
from vicinage.device import vault
from vicinage.device.errors import RefusedError, UntrustedError
from vicinage.seal import box, unseal
from vicinage.seal.keys import Household, Identity
from vicinage.wire import encode
from vicinage.wire import vault as wire

CAROL, DAVE, MALLORY = Household.generate(), Household.generate(), Household.generate()
AGENCY, SLIPPED = Identity.generate(), Identity.generate()
DAVES = "dave@police.example"
WORDS = "material clip snowless frayed uproar"


def share(identity: Identity, to: Household) -> bytes:
    """An identity sealed to somebody."""
    return box.seal_bytes(f"{identity.text}\n".encode(), [to.identity.recipient])


def server(held: bytes | None, colleague: str | None, keys: list[str] | None = None) -> Lies:
    """A server whose vault has this share for the agency's key, and one colleague."""
    key = wire.VaultKey(AGENCY.recipient, 3, False, held, None)
    kept = wire.Vault(None, [key], [wire.Colleague(7, DAVES, colleague, keys or [])])
    answers = {"GET /api/agency/vault": told(json.loads(encode(kept))), "GET /home/": page("")}
    return Lies({**answers, "POST /api/agency/vault/shares": told({}, 201)})


def posted(lies: Lies) -> list[dict[str, Any]]:
    """The shares that reached the server."""
    bodies = [json.loads(sent.content) for sent in lies.sent if sent.method == "POST"]
    return [one for body in bodies for one in body["shares"]]


def test_a_colleague_whose_words_were_said_can_open_what_the_giver_can() -> None:
    lies = server(share(AGENCY, CAROL), DAVE.identity.recipient)
    said = " ".join(vault.check_words(DAVE.identity.recipient))
    assert vault.give_access(lies.session, CAROL, DAVES, said) == 1
    (given,) = posted(lies)
    assert (given["officer"], given["key"], given["to"]) == (7, AGENCY.recipient, DAVE.identity.recipient)
    sealed = base64.b64decode(given["sealed_b64"])
    assert AGENCY.text in unseal.open_bytes(sealed, DAVE.identity).decode()


def test_a_server_that_names_its_own_key_as_the_colleagues_gets_nothing() -> None:
    lies = server(share(AGENCY, CAROL), MALLORY.identity.recipient)
    with pytest.raises(UntrustedError, match="device-other-words"):
        vault.give_access(lies.session, CAROL, DAVES, " ".join(vault.check_words(DAVE.identity.recipient)))
    assert posted(lies) == []


def test_nothing_is_given_to_who_has_it_or_has_no_key_or_is_not_there() -> None:
    said = " ".join(vault.check_words(DAVE.identity.recipient))
    has_it = server(share(AGENCY, CAROL), DAVE.identity.recipient, [AGENCY.recipient])
    assert vault.give_access(has_it.session, CAROL, DAVES, said) == 0
    assert posted(has_it) == []
    for lies, email in ((server(None, None), DAVES), (server(None, DAVE.identity.recipient), "x@y.example")):
        with pytest.raises(RefusedError, match="device-no-colleague"):
            vault.give_access(lies.session, CAROL, email, said)


def test_an_identity_slipped_in_under_the_name_of_the_agencys_key_is_refused() -> None:
    assert vault.open_vault(server(share(AGENCY, CAROL), None).session, CAROL) == [AGENCY]
    assert vault.open_vault(server(None, None).session, CAROL) == []
    with pytest.raises(UntrustedError, match="device-other-share"):
        vault.open_vault(server(share(SLIPPED, CAROL), None).session, CAROL)


def test_the_five_words_are_the_browsers() -> None:
    """The same words stand in web/lib/vault.test.ts."""
    assert (
        " ".join(vault.check_words("age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq")) == WORDS
    )
