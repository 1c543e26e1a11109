"""Forms of an application, its promise, its renewal, and what operators find out about it."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vicinage.server.agencies.models import KINDS, LEVELS, Agency

STATES = (
    "AL AK AS AZ AR CA CO CT DE DC FL GA GU HI ID IL IN IA KS KY LA ME MD MA MI MN MP MS MO MT NE NV NH "
    "NJ NM NY NC ND OH OK OR PA PR RI SC SD TN TX UT VT VA VI WA WV WI WY"
)
DOMAIN = r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$"


UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
LETTERS = frozenset(("Lu", "Ll", "Lt", "Lo"))  # not Lm, such as the mark that Hawaiian names have
LONGEST_EMAIL = 254


def one_line(text: str) -> None:
    """Refuses line ends and signs that cannot be seen: they stand in subjects of mail and in the promise.

    Raises ValidationError.
    """
    if any(unicodedata.category(sign) in UNSEEN for sign in text):
        raise forms.ValidationError(
            _("This should be one line, without signs that cannot be seen."), code="line"
        )


def latin(text: str) -> None:
    """Refuses letters of other scripts, which look like Latin ones and are not. Raises ValidationError."""
    for sign in text:
        if unicodedata.category(sign) in LETTERS and not unicodedata.name(sign, "").startswith("LATIN "):
            raise forms.ValidationError(
                _("This should have Latin letters alone: others look like them."), code="script"
            )


class DeskForm(forms.Form):
    """What a renewal may change."""

    region = forms.CharField(label=_("Region it serves"), max_length=120, validators=[one_line, latin])
    retention_days = forms.IntegerField(
        label=_("For how many days it keeps what residents hand over"),
        min_value=1,
        max_value=36500,
        help_text=_("The agency's promise; residents see it before they agree."),
    )
    phone = forms.CharField(label=_("Desk phone"), max_length=40, validators=[one_line])
    email = forms.EmailField(
        label=_("Desk e-mail"),
        max_length=LONGEST_EMAIL,
        help_text=_("At the agency's own domain. Public."),
    )
    applicant_email = forms.EmailField(
        max_length=LONGEST_EMAIL,
        label=_("Your own official e-mail address"),
        help_text=_("The link to go on with is mailed there. It is not shown in public."),
    )


class ApplyForm(DeskForm):
    """An agency's facts. Whether the rules admit it is the law's answer, not the form's."""

    name = forms.CharField(label=_("Name of the agency"), max_length=120, validators=[one_line, latin])
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    level = forms.ChoiceField(label=_("Level of government"), choices=LEVELS)
    domain = forms.RegexField(
        DOMAIN,
        label=_("Official e-mail domain"),
        max_length=200,
        help_text=_(
            "Such as police.example.gov, and no provider's such as gmail.com. Officers have addresses on it."
        ),
    )
    state = forms.ChoiceField(
        label=_("State or territory"), choices=[("", "-"), *((code, code) for code in STATES.split())]
    )
    field_order = (
        *("name", "kind", "level", "state", "region", "domain", "email", "phone", "retention_days"),
        "applicant_email",
    )

    def clean(self) -> dict[str, Any]:
        """Addresses in small letters, as domains are compared."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name in ("email", "applicant_email"):
            if name in cleaned:
                cleaned[name] = cleaned[name].lower()
        return cleaned


class SignForm(forms.Form):
    """The signature: who signs, as what, and the hash of the text that was shown."""

    signed_name = forms.CharField(label=_("Your full name"), max_length=120, validators=[one_line])
    signed_title = forms.CharField(
        label=_("Your rank or title"),
        max_length=120,
        validators=[one_line],
        help_text=_("You must be one who may speak for it."),
    )
    agrees = forms.BooleanField(label=_("I have read this and sign it for the agency"))
    text_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)


class CallForm(forms.Form):
    """A call back: on which number, where that was found, and who confirmed."""

    person = forms.CharField(label=_("Who confirmed it there"), max_length=120)
    number = forms.CharField(label=_("Number that you called"), max_length=40)
    source = forms.CharField(
        label=_("Where you found this number"),
        max_length=300,
        help_text=_("Such as the town's own site. Not from the applicant."),
    )


class ListedCallForm(forms.Form):
    """A call back on the number of the directory."""

    person = forms.CharField(label=_("Who confirmed it there"), max_length=120)


class RefusalForm(forms.Form):
    """Why an application is turned down; the applicant reads it."""

    reason = forms.CharField(
        label=_("Reason, for the applicant"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


def renewal_of(agency: Agency) -> dict[str, Any]:
    """What a renewal takes over from the agency as it was verified."""
    return {name: getattr(agency, name) for name in ("name", "kind", "level", "domain", "state")}
