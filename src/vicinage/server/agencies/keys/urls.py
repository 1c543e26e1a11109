"""Routes of the agency's key and its vault."""

from django.urls import path

from vicinage.server.agencies.keys import views

urlpatterns = [
    path("agency/key/", views.key, name="agency-key"),
    path("agency/key/revoke/", views.revoke, name="agency-key-revoke"),
    path("api/agency/key", views.post_key, name="api-agency-key"),
    path("api/agency/vault", views.vault, name="api-agency-vault"),
    path("api/agency/vault/own", views.post_own, name="api-agency-vault-own"),
    path("api/agency/vault/shares", views.post_shares, name="api-agency-vault-shares"),
]
