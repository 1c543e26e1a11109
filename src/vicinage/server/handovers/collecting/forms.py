"""What an officer must state to download, and to attest a deletion."""

from django import forms
from django.utils.translation import gettext_lazy as _

REASON_LEAST, REASON_MOST = 8, 120


class ReasonForm(forms.Form):
    """Why something is downloaded."""

    reason = forms.CharField(
        label=_("Why you download it"),
        min_length=REASON_LEAST,
        max_length=REASON_MOST,
        help_text=_("Kept with your name and the time, for your agency and its auditors."),
    )

    @property
    def reason_given(self) -> str:
        """The reason, once the form is valid."""
        return str(self.cleaned_data["reason"])


class DeletedForm(forms.Form):
    """The attestation itself."""

    is_deleted = forms.BooleanField(
        label=_("Every copy that my agency made of these clips and of the package is deleted."),
    )
