"""Routes of the operator's pages, of invitations, and of the agency's key."""

from django.urls import path

from vicinage.server.agencies import views
from vicinage.server.agencies.keys.urls import urlpatterns as keys

urlpatterns = [
    path("operation/", views.operation, name="operation"),
    path("operation/agencies/new/", views.new_agency, name="operation-agency-new"),
    path("operation/agencies/<record:agency_id>/", views.one_agency, name="operation-agency"),
    path("agency/join/<str:token>/", views.join, name="agency-join"),
    *keys,
]
