"""Policies: which checkpoints are believed, and which files are no policy."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tlog.small_log import AT, ORIGIN, SmallLog
from vicinage.tlog import policy
from vicinage.tlog.checkpoint import Checkpoint
from vicinage.tlog.errors import PolicyError
from vicinage.tlog.note import Signer
from vicinage.tlog.signing import CosignatureSigner, Ed25519Signer

LOG = SmallLog(Path("/nowhere"), witnesses=6, k=4)
X1, X2, X3, Y1, Y2, Y3 = LOG.witnesses
HEAD = Checkpoint(ORIGIN, 5, bytes(range(32)))
TWO_LEVELS = f"""
# two organisations, as in the specification's example
  log {LOG.log.vkey}   https://log.example/
witness X1 {X1.vkey}
witness X2 {X2.vkey} https://x2.example/
witness\tX3\t{X3.vkey}
group X-witnesses 2 X1 X2 X3
witness Y1 {Y1.vkey}
witness Y2 {Y2.vkey}
witness Y3 {Y3.vkey}
group Y-witnesses any Y1 Y2 Y3
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
""".encode()


@pytest.mark.parametrize(
    ("cosigners", "holds"),
    [
        ([X1, X2, Y1], True),
        ([X2, X3, Y3], True),
        ([X1, X2, X3, Y1, Y2, Y3], True),
        ([X1, Y1, Y2, Y3], False),
        ([X1, X2, X3], False),
        ([X1, X1, Y1], False),
        ([], False),
    ],
)
def test_two_of_one_house_and_one_of_the_other_make_the_quorum(
    cosigners: list[CosignatureSigner], holds: bool
) -> None:
    rules = policy.parse(TWO_LEVELS)
    signed = HEAD.sign([LOG.log, *cosigners], AT)
    if holds:
        checked = rules.check(signed)
        assert checked.checkpoint == HEAD
        assert checked.cosigned_at == AT
        assert len(checked.witnesses) == len(cosigners)
    else:
        with pytest.raises(PolicyError) as refused:
            rules.check(signed)
        assert refused.value.code == "policy-quorum"


def test_the_least_number_of_witnesses_is_known() -> None:
    assert policy.parse(TWO_LEVELS).weight() == 3
    assert LOG.policy.weight() == 4
    assert policy.make(LOG.log.vkey, [], 0).weight() == 0


@pytest.mark.parametrize(("n", "f", "k"), [(1, 0, 1), (2, 0, 2), (3, 0, 2), (3, 1, 3), (4, 1, 3), (7, 2, 5)])
def test_two_quorums_share_a_witness_that_is_not_faulty(n: int, f: int, k: int) -> None:
    assert policy.quorum_size(n, f) == k
    assert 2 * k - n > f


def test_a_policy_reads_back_what_it_writes() -> None:
    rules = policy.parse(TWO_LEVELS)
    assert policy.parse(rules.encode()) == rules


@pytest.mark.parametrize(
    ("signers", "code"),
    [
        ([X1, X2, X3, Y1], "policy-log"),
        ([Ed25519Signer(ORIGIN, bytes([77]) * 32), X1, X2, X3, Y1], "policy-log"),
        ([Ed25519Signer("other.example", bytes([1]) * 32), X1, X2, X3, Y1], "policy-log"),
    ],
)
def test_a_checkpoint_without_the_logs_own_signature_is_refused(signers: list[Signer], code: str) -> None:
    with pytest.raises(PolicyError) as refused:
        LOG.policy.check(HEAD.sign(signers, AT))
    assert refused.value.code == code


def test_a_log_may_not_sign_for_another_origin() -> None:
    other = Checkpoint("other.example/log", 5, HEAD.root).sign([LOG.log, X1, X2, X3, Y1], AT)
    with pytest.raises(PolicyError) as refused:
        LOG.policy.check(other)
    assert refused.value.code == "policy-log"


def test_one_false_line_of_a_known_key_spoils_the_note() -> None:
    signed = HEAD.sign([LOG.log, X1, X2, X3, Y1], AT)
    false = Y2.sign("another text\n", AT)
    with pytest.raises(PolicyError) as refused:
        LOG.policy.check(signed.with_signatures([false]))
    assert refused.value.code == "policy-signature"


def test_a_note_that_is_no_checkpoint_is_refused() -> None:
    with pytest.raises(PolicyError) as refused:
        LOG.policy.check(Checkpoint("only an origin", 1, b"").sign([LOG.log], AT))
    assert refused.value.code == "policy-checkpoint"


WITNESS = f"witness X1 {X1.vkey}\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "quorum none",
        "quorum none\nquorum none\n",
        "quorum nobody\n",
        "quorum\n",
        f"quorum X1\n{WITNESS}",
        f"{WITNESS}{WITNESS}quorum X1\n",
        f"{WITNESS}witness X2 {X1.vkey}\nquorum X1\n",
        f"{WITNESS}witness X1 {X2.vkey}\nquorum X1\n",
        f"witness none {X1.vkey}\nquorum none\n",
        f"witness X1 {LOG.log.vkey}\nquorum X1\n",
        f"log {X1.vkey}\nquorum none\n",
        f"log {LOG.log.vkey}\nlog {LOG.log.vkey}\nquorum none\n",
        f"log {LOG.log.vkey} url more\nquorum none\n",
        f"{WITNESS}group g 2 X1\nquorum g\n",
        f"{WITNESS}group g 0 X1\nquorum g\n",
        f"{WITNESS}group g 01 X1\nquorum g\n",
        f"{WITNESS}group g any\nquorum g\n",
        f"{WITNESS}group g any X1 X1\nquorum g\n",
        f"{WITNESS}group g any X1\ngroup h any X1\nquorum h\n",
        f"{WITNESS}group g any none\nquorum g\n",
        f"group g any X1\n{WITNESS}quorum g\n",
        "trust everyone\nquorum none\n",
        "quorum none\r\n",
        "quorum none\x7f\n",
        "#\n" * 600 + "quorum none\n",
    ],
)
def test_a_malformed_policy_is_refused(text: str) -> None:
    with pytest.raises(PolicyError) as refused:
        policy.parse(text.encode("latin-1"))
    assert refused.value.code == "policy-format"


def test_thirty_two_logs_witnesses_and_groups_fit() -> None:
    lines = [f"log {Ed25519Signer(f'log{n}.example', bytes([n]) * 32).vkey}" for n in range(32)]
    lines += [f"witness w{n} {CosignatureSigner('w', bytes([99 + n]) * 32).vkey}" for n in range(32)]
    lines += [f"group g{n} any w{n}" for n in range(31)]
    lines += ["group all-of-them all " + " ".join(f"g{n}" for n in range(31)), "quorum all-of-them"]
    assert policy.parse(("\n".join(lines) + "\n").encode()).weight() == 31


def test_names_are_opaque_octets() -> None:
    kelvin = f"witness \u212a {X1.vkey}\nwitness K {X2.vkey}\nquorum \u212a\n".encode()
    rules = policy.parse(kelvin)
    assert rules.quorum != "K"
    assert rules.encode().endswith("quorum \u212a\n".encode())


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from([b"log", b"witness", b"group", b"quorum", b"none", b"1", b"any", b" ", b"\n", b"#"])
    )
)
def test_any_mixture_of_words_is_a_policy_or_a_named_error(words: list[bytes]) -> None:
    try:
        parsed = policy.parse(b" ".join(words))
    except PolicyError:
        return
    assert parsed.quorum == "none"
