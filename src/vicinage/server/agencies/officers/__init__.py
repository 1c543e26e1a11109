"""An agency's admin and its officers: invitations, roles, the review of the list, the history of acts."""
