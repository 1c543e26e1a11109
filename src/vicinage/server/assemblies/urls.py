"""Routes of assemblies."""

from django.urls import path

from vicinage.server.assemblies import views

urlpatterns = [
    path("assemblies/", views.listing, name="assemblies"),
    path("assemblies/new/", views.new, name="assembly-new"),
    path("assemblies/<record:assembly_id>/", views.one, name="assembly"),
    path("assemblies/<record:assembly_id>/withdraw/", views.withdraw, name="assembly-withdraw"),
]
