"""Bringing people into a server: staff by the console command, everyone else through the pages."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from vicinage.demo.letters import newest_link
from vicinage.demo.people import DemoError, LogIns
from vicinage.demo.town import AGENCIES, APPLICANTS, DIRECTORY, OFFICERS, PEOPLE, Person
from vicinage.device import account, desk, officer
from vicinage.device import applicant as applying
from vicinage.device.account import Account
from vicinage.device.session import Session

BY_NAME = {person.name: person for person in PEOPLE}


class Cast:
    """The people of one server, each with a session of their own once they are needed.

    origin: of the server. home: its state folder, where staff is made. kept: where log-ins are kept.
    """

    def __init__(self, origin: str, home: Path, kept: Path) -> None:
        self.origin = origin
        self.home = home
        self.log_ins = LogIns(kept)
        self._sessions: dict[str, Session] = {}
        self._accounts: dict[str, Account] = {}

    def session(self, name: str) -> Session:
        """This person's logged-in session; signs them up, or makes them staff, the first time."""
        if name not in self._sessions:
            session = Session(self.origin)
            self._accounts[name] = self._enter(BY_NAME[name], session)
            self._sessions[name] = session
        return self._sessions[name]

    def account(self, name: str) -> Account:
        """This person's account; they are logged in by then."""
        self.session(name)
        return self._accounts[name]

    def make_agency(self, kind: str) -> str:
        """An agency of AGENCIES comes in: its chief applies, Olga calls back, Olga and Otto approve.

        Its applicant is then its admin. Gives its id. Ended anywhere and called again, it goes on from what
        the server has.
        """
        facts, applicant = AGENCIES[kind], BY_NAME[APPLICANTS[kind]]
        olga, otto = self.session("olga"), self.session("otto")
        agency = desk.find_agency(olga, facts["name"])
        if agency is None:
            self._import_directory()
            agency = desk.find_application(olga, facts["name"]) or self._apply(facts, applicant)
            # Called anew, approvals of before are void; so both approve what they see now.
            desk.call_back(olga, agency, "The desk")
            for operator in (olga, otto):
                desk.approve_agency(operator, agency)
        self._join(applicant)
        return agency

    def _apply(self, facts: Mapping[str, str], applicant: Person) -> str:
        """The application, signed by the mailed link: its id."""
        outside = Session(self.origin)
        applying.apply(outside, {**facts, "applicant_email": applicant.email})
        link = newest_link(self.home, applicant.email, "/agencies/apply/")
        applying.sign(outside, link, applicant.name.title(), "Chief")
        return desk.waiting_application(self.session("olga"), facts["name"])

    def make_officers(self, kind: str, agency: str) -> None:
        """The agency's admin invites its other officers, and they accept; who is in office already stays."""
        admin = self.session(APPLICANTS[kind])
        for role in OFFICERS:
            if role.agency == kind:
                person = BY_NAME[role.person]
                if officer.is_in_office(self.session(person.name)):
                    continue
                officer.invite(admin, person.email, may_ask=role.may_ask, may_collect=role.may_collect)
                self._join(person)

    def _join(self, person: Person) -> None:
        session = self.session(person.name)
        if officer.is_in_office(session):
            return
        officer.join(session, newest_link(self.home, person.email, "/agency/join/"))

    def _import_directory(self) -> None:
        """The operators' list, as they bring it in: by the console command, which skips what it has."""
        path = self.log_ins.path.with_name("directory.csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(DIRECTORY, encoding="utf-8")
        _console("agencies", "import-directory", str(path), "--may-shrink", "--home", str(self.home))

    def _enter(self, person: Person, session: Session) -> Account:
        log_in = self.log_ins.of(person.name, person.email)

        def keep(secret: str) -> None:
            log_in.secret = secret
            self.log_ins.save()

        if not log_in.secret and not person.staff:
            return account.sign_up(session, log_in.email, log_in.password, keep)
        if not log_in.secret:
            keep(self._make_staff(person, log_in.password))
        known = log_in.account()
        account.log_in(session, known)
        return known

    def _make_staff(self, person: Person, password: str) -> str:
        options = ["--role", person.staff, "--home", str(self.home), "--json"]
        said = _console("operator", "create", person.email, *options, env={"VICINAGE_NEW_PASSWORD": password})
        return str(json.loads(said)["secret"])


def pair_hub(hub_home: Path, code: str, source: str) -> None:
    """Pair a hub with a camera, as a person does at the hub. The code goes by standard input."""
    _console("hub", "pair", "-", "--source", source, "--home", str(hub_home), text=code + "\n")


def _console(*command: str, text: str = "", env: Mapping[str, str] | None = None) -> str:
    """Run the console command; gives what it printed. Raises DemoError with what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "vicinage.cli", *command],
        input=text,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DemoError(
            "demo-command-failed",
            f"`vicinage {command[0]} {command[1]}` should succeed; it said: {done.stderr.strip()[-400:]}",
        )
    return done.stdout
