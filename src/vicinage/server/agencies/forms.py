"""Forms of the operator's pages and of the agency's key page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vicinage.core import agency as law
from vicinage.errors import VicinageError
from vicinage.seal.keys import parse_recipient
from vicinage.server.agencies.models import KINDS, LEVELS


class AgencyForm(forms.Form):
    """A new agency's facts. Whether the regime admits it is the law's answer, not the form's."""

    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    level = forms.ChoiceField(label=_("Level of government"), choices=LEVELS)
    domain = forms.RegexField(
        r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$",
        label=_("Official e-mail domain"),
        max_length=200,
        help_text=_("Such as police.example.gov. Officers must have an address on it."),
    )
    region = forms.CharField(label=_("Region it serves"), max_length=120)
    retention_days = forms.IntegerField(
        label=_("Days it keeps what it is given"),
        min_value=1,
        max_value=36500,
        help_text=_("The agency's promise; residents see it before they agree."),
    )
    phone = forms.CharField(label=_("Desk phone, known independently"), max_length=40)
    email = forms.EmailField(label=_("Desk e-mail"))

    def facts(self) -> law.Agency:
        """The cleaned facts as a core value; its id is made on creation."""
        values: dict[str, Any] = dict(self.cleaned_data)
        return law.Agency(id="", **values)


class InviteForm(forms.Form):
    """Whom to invite, and with what authority."""

    email = forms.EmailField(label=_("Official e-mail address"))
    may_ask = forms.BooleanField(label=_("May post Requests for Assistance"), required=False)
    may_collect = forms.BooleanField(label=_("May open what residents hand over"), required=False)


class KeyForm(forms.Form):
    """The agency's public age key, typed by hand where there is no script."""

    recipient = forms.RegexField(
        r"^age1[02-9ac-hj-np-z]{58}$",
        label=_("Public key (age recipient)"),
        max_length=62,
        strip=True,
        help_text=_("The line that begins with age1 and has 62 characters. Never the secret key."),
    )

    def clean_recipient(self) -> str:
        """The key, its checksum right."""
        recipient = str(self.cleaned_data["recipient"])
        try:
            parse_recipient(recipient)
        except VicinageError as error:
            raise forms.ValidationError(str(error)) from error
        return recipient
