"""Bringing people into a server: staff by the console command, everyone else through the pages."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from vicinage.demo.people import DemoError, LogIns
from vicinage.demo.town import AGENCIES, OFFICERS, PEOPLE, Person
from vicinage.device import account, desk, officer
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
        """Olga enters and verifies an agency of AGENCIES. Gives its id."""
        olga = self.session("olga")
        agency = desk.create_agency(olga, AGENCIES[kind])
        desk.verify_agency(olga, agency)
        return agency

    def make_officers(self, kind: str, agency: str) -> None:
        """Olga invites the officers of this agency, and they accept."""
        for role in OFFICERS:
            if role.agency == kind:
                person = BY_NAME[role.person]
                link = desk.invite_officer(
                    self.session("olga"),
                    agency,
                    person.email,
                    may_ask=role.may_ask,
                    may_collect=role.may_collect,
                )
                officer.join(self.session(role.person), link)

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
