"""How an id stands in an address: `<record:rfa_id>`."""

from django.urls import register_converter


class RecordId:
    """Sixteen characters of lower-case base32, as core.ids makes them."""

    regex = "[a-z2-7]{16}"

    def to_python(self, value: str) -> str:
        """The id itself."""
        return value

    def to_url(self, value: str) -> str:
        """The id itself."""
        return value


def register() -> None:
    """Make `record` known to Django's routes. Called once, by the lowest app that needs it."""
    register_converter(RecordId, "record")
