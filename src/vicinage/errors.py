"""The root of the error tree.

    VicinageError
      core.errors  tlog.errors  seal.errors      broken input to the lower floors
      wire, evidence, hub, server                 broken input and broken worlds above

An error says what was, what should be, and what to do next; its code is stable and documented
in docs/errors.md. A refusal by rule is not an error: it is a `core.event.Finding`.
"""


class VicinageError(Exception):
    """Base of all errors a person may see.

    code: stable, kebab-case, unique per cause. sentence: what was and what should be.
    hint: what to do next, or empty.
    """

    def __init__(self, code: str, sentence: str, hint: str = "") -> None:
        super().__init__(code, sentence, hint)
        self.code = code
        self.sentence = sentence
        self.hint = hint

    def __str__(self) -> str:
        return " ".join(part for part in (self.sentence, self.hint, f"[{self.code}]") if part)
