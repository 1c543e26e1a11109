"""Random persons take random steps on a real database, beside a small model of what may come of it.

No path skips the log, none edits, none publishes what nobody reviewed, and the counts agree with the log.
"""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.cast import Cast
from tests.server import civic
from tests.server.conftest import Held
from vicinage.core.rfa import incident
from vicinage.server.errors import ServerError
from vicinage.server.feed import queries as feed
from vicinage.server.feed.models import PublishedRfa, Resolution
from vicinage.server.ledger.models import Entry
from vicinage.server.regime import queries as rules
from vicinage.server.rfas import actions, forms
from vicinage.server.rfas.models import Draft, MediatedRfa, Review, Submission

PEOPLE = ("alice", "bob", "carol", "dave", "erin", "olga", "mallory")
# Who may act comes up more often, so that paths are long.
ANYONE = st.sampled_from([*["carol", "erin"] * 5, *PEOPLE])
MODERATORS, ASKERS = {"erin"}, {"carol"}
REFERENCES = ("26-1", "26 1", "26-2", "26-3", "26-4", "26-5")
STEPS = (
    *("draft", *["submit"] * 5, *["approve"] * 5, "reject", *["resolve"] * 2),
    *("discard", "change_the_rules", "let_time_pass"),
)


class Paths(RuleBasedStateMachine):
    """Every action of the app as a step that anybody may try at any time."""

    cast: Cast
    held: Held
    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.drafts: list[str] = []
        self.submitted: dict[str, bytes] = {}  # id -> what it said
        self.verdicts: dict[str, str] = {}
        self.resolved: set[str] = set()
        self.leaves: dict[int, bytes] = {}

    @initialize(route=st.sampled_from(["public", "mediated"]))
    def begin(self, route: str) -> None:
        """A verified agency and people; each machine begins with an empty database."""
        TransactionTestCase._fixture_teardown(TransactionTestCase())  # type: ignore[attr-defined]
        fresh_log(self.folder)
        type(self).cast = Cast()
        assert self.cast.agency
        for name in PEOPLE:
            getattr(self.cast, name)
        if route == "mediated":
            self.held.go_to(civic.announce("mediated-2019", 15))

    def _try(self, call: Any) -> Any:
        """What comes of it; None for a refusal, after which nothing may have been written."""
        before = (civic.counts(), MediatedRfa.objects.count(), Resolution.objects.count())
        try:
            made = call()
        except (ServerError, Submission.DoesNotExist):
            made = None
        is_refused = made is None or (isinstance(made, tuple) and len(made) == 2 and made[0] is None)
        if is_refused:
            assert (civic.counts(), MediatedRfa.objects.count(), Resolution.objects.count()) == before
        return made

    def _one_of(self, data: st.DataObject, fitting: set[str]) -> str:
        """A request: mostly one that the step fits, at times any other, or none that there is."""
        others = [*self.submitted, "a" * 16]
        return str(data.draw(st.sampled_from([*sorted(fitting) * 4, *others])))

    def _user(self, who: str) -> Any:
        return getattr(self.cast, who).user

    @rule(what=st.sampled_from(STEPS), who=ANYONE, data=st.data())
    def step(self, what: str, who: str, data: st.DataObject) -> None:
        """Anybody tries anything. One rule for all, so that no run leaves a kind of step out."""
        getattr(self, what)(who, data)

    def draft(self, who: str, data: st.DataObject) -> None:
        """Somebody saves a draft."""
        reference = data.draw(st.sampled_from(REFERENCES))
        typed = forms.typed(civic.form(reference=reference))
        row = self._try(lambda: actions.save_draft(self._user(who), typed, self.held.at))
        assert (row is not None) == (who in ASKERS)
        if row is not None:
            self.drafts.append(row.id)

    def submit(self, who: str, data: st.DataObject) -> None:
        """Somebody submits something new, a draft, or over what was submitted before."""
        reference = data.draw(st.sampled_from(REFERENCES))
        known = [None, None, None, *self.drafts, *self.submitted]
        draft_id = data.draw(st.sampled_from(known))
        typed = forms.typed(civic.form(reference=reference))
        answer = self._try(lambda: actions.submit(self._user(who), typed, self.held.at, draft_id))
        row = answer[0] if answer else None
        if row is None:
            return
        assert who in ASKERS
        assert draft_id not in self.submitted, "what was submitted was submitted again"
        assert rules.in_force().conduct.route != "closed"
        if draft_id in self.drafts:
            self.drafts.remove(str(draft_id))
        self.submitted[row.id] = said(row)

    def approve(self, who: str, data: st.DataObject) -> None:
        """Somebody approves something, with answers or without."""
        answered = data.draw(st.sampled_from([True, True, True, False]))
        rfa = self._one_of(data, self.submitted.keys() - self.verdicts.keys())
        answers = civic.answers(rfa) if answered and rfa in self.submitted else {}
        made = self._try(lambda: actions.approve(rfa, self._user(who), answers, self.held.at))
        if made is not None and made[0] is not None:
            assert who in MODERATORS
            assert answered
            assert rfa not in self.verdicts
            self.verdicts[rfa] = "approved"

    def reject(self, who: str, data: st.DataObject) -> None:
        """Somebody rejects something."""
        reason = data.draw(st.sampled_from(["", "It is about a march."]))
        rfa = self._one_of(data, self.submitted.keys() - self.verdicts.keys())
        findings = self._try(lambda: actions.reject(rfa, self._user(who), reason, self.held.at))
        if findings == ():
            assert who in MODERATORS
            assert reason
            assert rfa not in self.verdicts
            self.verdicts[rfa] = "rejected"

    def resolve(self, who: str, data: st.DataObject) -> None:
        """Somebody marks something resolved."""
        approved = {id for id, verdict in self.verdicts.items() if verdict == "approved"}
        rfa = self._one_of(data, approved - self.resolved)
        if self._try(lambda: done(lambda: actions.resolve(rfa, self._user(who), self.held.at))):
            assert who in ASKERS
            assert self.verdicts.get(rfa) == "approved"
            assert rfa not in self.resolved
            self.resolved.add(rfa)

    def discard(self, who: str, data: st.DataObject) -> None:
        """Somebody throws something away: a draft at most."""
        rfa = data.draw(st.sampled_from([*self.drafts, *self.submitted, "a" * 16]))
        if self._try(lambda: done(lambda: actions.discard_draft(self._user(who), rfa))):
            assert who in ASKERS
            self.drafts.remove(rfa)

    def change_the_rules(self, who: str, data: st.DataObject) -> None:
        """Other rules are announced, once enough has happened under these."""
        if len(self.verdicts) < 2 * len(rules.schedule().changes):
            return
        name = data.draw(st.sampled_from(["mediated-2019", "public-2021", "closed-2024"]))
        civic.announce(name, 14)

    def let_time_pass(self, who: str, data: st.DataObject) -> None:
        """Days go by; the jobs run."""
        days = data.draw(st.sampled_from([0.01, 1, 7, 20]))
        self.held.go_on(days=days)
        actions.disclose_due()
        civic.log()

    @invariant()
    def what_is_public_was_reviewed_and_is_logged(self) -> None:
        """Rows, reviews and entries agree, one to one."""
        approved = {rfa for rfa, verdict in self.verdicts.items() if verdict == "approved"}
        public = set(PublishedRfa.objects.values_list("id", flat=True))
        passed_on = set(MediatedRfa.objects.values_list("pk", flat=True))
        assert public | passed_on == approved
        assert set(Review.objects.values_list("submission_id", flat=True)) == set(self.verdicts)
        told = Counter(Entry.objects.filter(kind__startswith="rfa.").values_list("kind", "subject"))
        expected = Counter({("rfa.published", rfa): 1 for rfa in public})
        expected += Counter({("rfa.mediated", rfa): 1 for rfa in passed_on})
        expected += Counter({("rfa.resolved", rfa): 1 for rfa in self.resolved})
        assert told == expected
        assert set(Resolution.objects.values_list("rfa_id", flat=True)) == self.resolved
        assert {row.id for row in feed.published()} <= approved
        assert Draft.objects.count() == len(self.drafts)

    @invariant()
    def nothing_that_was_said_has_changed(self) -> None:
        """Submissions and entries are what they were; of what is public the log says the same."""
        assert {row.id: said(row) for row in Submission.objects.all()} == self.submitted
        leaves = {entry.pk: bytes(entry.leaf) for entry in Entry.objects.all()}
        assert {pk: leaves.get(pk) for pk in self.leaves} == self.leaves
        self.leaves = leaves
        numbers: dict[str, set[int]] = {}
        for row in PublishedRfa.objects.select_related("entry"):
            leaf = json.loads(bytes(row.entry.leaf))
            assert (leaf["rfa"], leaf["post"], leaf["first"] or "") == (row.id, row.number, row.first)
            assert row.told["title"].encode() in self.submitted[row.id]
            assert row.number not in numbers.setdefault(incident(row.reference), set())
            numbers[incident(row.reference)].add(row.number)
            assert row.number <= 2


def done(call: Callable[[], None]) -> str:
    """Make a call that gives nothing back, and say that it was made."""
    call()
    return "done"


def said(row: Submission) -> bytes:
    """Everything that a submission says."""
    kept = {name: str(value) for name, value in vars(row).items() if name != "_state"}
    return json.dumps(kept, sort_keys=True).encode()


def fresh_log(folder: Any) -> None:
    """A state folder of its own, with keys, for each run of the machine."""
    import secrets

    from django.conf import settings as django_settings

    from vicinage.server.ledger import keys, publish

    django_settings.VICINAGE_HOME = folder / secrets.token_hex(4)
    publish._quiet_until = 0.0
    keys.write_public(keys.make_if_none())


@pytest.mark.django_db(transaction=True)
def test_no_path_of_any_person_skips_the_log_edits_or_publishes_unreviewed(held: Held, home: Any) -> None:
    class Run(Paths):
        folder = home.parent

    Run.held = held
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        Run,
        settings=settings(
            max_examples=12, stateful_step_count=50, deadline=None, suppress_health_check=quiet
        ),
    )
