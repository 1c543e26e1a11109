"""For benches that publish requests: an agency with an officer, a moderator, and their lawful requests."""

import secrets
import time
from datetime import datetime, timedelta

from vicinage.server import manage  # first: it sets Django up

AREA = "39.280, -76.600\n39.280, -76.592\n39.286, -76.592\n39.286, -76.600"
DOMAIN = "police.bench.gov"


class Desk:
    """Makes the state folder of the environment ready, with one agency that may ask."""

    def __init__(self) -> None:
        manage.migrate_and_prepare()
        from vicinage.server import clock
        from vicinage.server.accounts.actions import create_person
        from vicinage.server.agencies.actions import add_officer

        self.at = clock.now()
        password = secrets.token_urlsafe(24)
        self.moderator, _ = create_person("moderator@bench.example", password, is_moderator=True)
        self.officer, _ = create_person(f"officer@{DOMAIN}", password)
        add_officer(_agency(self.at), self.officer, may_ask=True, may_collect=True, at=self.at)

    def submit(self, number: int) -> str:
        """A lawful request, on an incident of its own, waits for review. Its id."""
        from vicinage.server.rfas import actions
        from vicinage.wire.judge import RfaDraft

        draft = RfaDraft(
            title=f"Parcel taken from a porch, number {number}",
            text="A parcel was taken from a porch. We ask for clips that show who carried it away.",
            offence="theft",
            reference=f"BENCH-{number}",
            contact=f"desk@{DOMAIN}",
            window_from=(self.at - timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M"),
            window_to=(self.at - timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M"),
            area_text=AREA,
        )
        submitted, findings = actions.submit(self.officer, draft, self.at)
        assert submitted is not None, findings
        return str(submitted.pk)

    def approve(self, rfa: str) -> None:
        """The moderator answers every question as it passes, and approves."""
        from vicinage.core.rfa import Answer
        from vicinage.server.regime import queries as rules
        from vicinage.server.rfas import actions

        answers = {
            q.id: Answer(q.passes, "Read by the moderator of this bench.") for q in rules.in_force().review
        }
        published, findings = actions.approve(rfa, self.moderator, answers, self.at)
        assert published is not None, findings

    def publish(self, number: int) -> float:
        """Seconds from the approval of a request to its last static file; the log's publishing is in it."""
        from vicinage.server.ledger import publish, queries
        from vicinage.server.public.actions import refresh

        rfa = self.submit(number)
        began = time.perf_counter()
        self.approve(rfa)
        publish.publish_pending()
        while refresh():
            pass
        took = time.perf_counter() - began
        assert queries.pending() == 0
        return took


def cells() -> list[str]:
    """The cells that the requests touch."""
    from vicinage.core.place import Area, Point, cells_of

    corners = [tuple(map(float, line.split(", "))) for line in AREA.split("\n")]
    return sorted(cells_of(Area(tuple(Point(lat, lon) for lat, lon in corners))))


def _agency(at: datetime):  # type: ignore[no-untyped-def] # its type needs Django set up
    """An agency as the log and the tables hold one, without the two operators of its verification."""
    from django.db import transaction

    from vicinage.core import agency as law
    from vicinage.server.agencies.actions import new_id
    from vicinage.server.agencies.models import Agency
    from vicinage.server.ledger.actions import record
    from vicinage.server.regime import queries as rules

    facts = law.Agency(
        id=new_id(),
        name="Bench Police",
        kind="police",
        level="local",
        domain=DOMAIN,
        region="Bench",
        retention_days=90,
        phone="+1 555 010 0100",
        email=f"desk@{DOMAIN}",
        state="MD",
        seat=(-76.6, 39.28),
        evidence=("acknowledgement", "call-back", "gov-domain", "mail"),
        approvals=2,
    )
    regime = rules.in_force()
    event = law.verify(regime, facts, at).event
    assert event is not None
    names = ("id", "name", "kind", "level", "domain", "state", "region", "retention_days", "phone", "email")
    with transaction.atomic():
        return Agency.objects.create(
            **{name: getattr(facts, name) for name in names},
            lon=-76.6,
            lat=39.28,
            evidence=" ".join(facts.evidence),
            approvals=2,
            until=at + timedelta(days=regime.conduct.renewal_days),
            created_at=at,
            verified_at=at,
            verified_entry=record(event),
        )
