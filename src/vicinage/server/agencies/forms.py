"""Forms of the operator's pages, of an agency's admin, and of the agency's key page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from vicinage.errors import VicinageError
from vicinage.seal.keys import parse_recipient


class RolesForm(forms.Form):
    """What an officer may do."""

    may_ask = forms.BooleanField(label=_("May post Requests for Assistance"), required=False)
    may_collect = forms.BooleanField(label=_("May open what residents hand over"), required=False)
    is_admin = forms.BooleanField(
        label=_("Is an admin: invites officers and ends their authority"), required=False
    )


class InviteForm(RolesForm):
    """Whom to invite, and with what authority."""

    email = forms.EmailField(label=_("Official e-mail address"))
    field_order = ("email", "may_ask", "may_collect", "is_admin")


class AdminInviteForm(forms.Form):
    """Whom the operator invites where an agency has no admin any more."""

    email = forms.EmailField(label=_("Official e-mail address"))


class ReasonForm(forms.Form):
    """A public reason."""

    reason = forms.CharField(
        label=_("Reason, in public"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class LeaveForm(forms.Form):
    """The agency's name, typed again."""

    name = forms.CharField(label=_("The agency's name, typed again"), max_length=120)


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
