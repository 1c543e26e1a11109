"""Routes of applications, of the operator's pages, of officers and invitations, and of the agency's key."""

from django.urls import path

from vicinage.server.agencies import views
from vicinage.server.agencies.applying import views as applying
from vicinage.server.agencies.keys.urls import urlpatterns as keys
from vicinage.server.agencies.officers import views as officers

urlpatterns = [
    path("agencies/apply/", applying.apply, name="agency-apply"),
    path("agencies/apply/<str:token>/", applying.application, name="agency-application"),
    path("operation/", views.operation, name="operation"),
    path("operation/applications/<record:application_id>/", applying.evidence, name="operation-application"),
    path("operation/agencies/<record:agency_id>/", views.one_agency, name="operation-agency"),
    path("agency/join/<str:token>/", officers.join, name="agency-join"),
    path("agency/officers/", officers.officers, name="agency-officers"),
    path("agency/officers/invite/", officers.invite, name="agency-officers-invite"),
    path("agency/history/", officers.history, name="agency-history"),
    path("agency/renewal/", applying.renewal, name="agency-renewal"),
    *keys,
]
