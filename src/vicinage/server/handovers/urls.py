"""Routes of hand-overs: the owner's side, the agency's side."""

from django.urls import path

from vicinage.server.handovers import agency, api, views

_AGENCY = "agency/handovers/<record:handover_id>/"

urlpatterns = [
    path("home/rfas/<record:rfa_id>/answer/", views.answer, name="answer"),
    path("home/handovers/", views.listing, name="handovers"),
    path("home/handovers/<record:handover_id>/", views.one, name="handover"),
    path("home/handovers/<record:handover_id>/consent.json", views.opening, name="handover-opening"),
    path("home/handovers/<record:handover_id>/withdraw/", views.withdraw, name="handover-withdraw"),
    path("api/handovers", api.hand_over, name="api-handovers"),
    path("api/handovers/<record:handover_id>/consent.leaf", api.leaf, name="api-handover-leaf"),
    path("api/handovers/<record:handover_id>/consent.tlog-proof", api.proof, name="api-handover-proof"),
    path("agency/handovers/", agency.listing, name="agency-handovers"),
    path(_AGENCY, agency.one, name="agency-handover"),
    path(_AGENCY + "clips/<record:clip>.age", agency.clip, name="agency-handover-clip"),
    path(_AGENCY + "package.zip", agency.package, name="agency-handover-package"),
    path(_AGENCY + "deleted/", agency.deleted, name="agency-handover-deleted"),
]
