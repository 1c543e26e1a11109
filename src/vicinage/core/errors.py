"""Broken input to the law.

    VicinageError
      CoreError
        IdError        an id that is not one
        CanonicalError bytes that are not the JSON they should be
        PlaceError     a point or polygon that cannot be read
        SpanError      an instant or span that cannot be read
        RegimeError    a regime file that cannot be read
        AgencyError    an agency record that cannot be read
        RfaError       a Request for Assistance that cannot be read back
        ConsentError   a consent statement, commitment or opening that does not hold
        ClipError      a clip statement that cannot be read

A refusal by rule is not here: that is an `event.Finding`.
"""

from vicinage.errors import VicinageError


class CoreError(VicinageError):
    """Base of the errors of this floor."""


class IdError(CoreError):
    """The text is not an id."""


class CanonicalError(CoreError):
    """The bytes are not JSON, or not in canonical form, or a member is missing or of the wrong kind."""


class PlaceError(CoreError):
    """The point or polygon cannot be read."""


class SpanError(CoreError):
    """The instant or span cannot be read."""


class RegimeError(CoreError):
    """The regime cannot be read."""


class AgencyError(CoreError):
    """The agency record cannot be read."""


class RfaError(CoreError):
    """The Request for Assistance cannot be read back from the record."""


class ConsentError(CoreError):
    """The consent statement, commitment or opening does not hold."""


class ClipError(CoreError):
    """The clip statement cannot be read."""
