"""Routes of what anyone may read."""

from django.urls import path, re_path

from vicinage.server.public import files, regimes, views

urlpatterns = [
    path("rfas/<record:rfa_id>/", views.rfa, name="rfa"),
    path("rfas/<record:rfa_id>.json", files.rfa, name="rfa-json"),
    path("rfas.geojson", files.listed, {"name": "rfas.geojson"}, name="rfas-geojson"),
    path("rfas.csv", files.listed, {"name": "rfas.csv"}, name="rfas-csv"),
    path("rfas.atom", files.listed, {"name": "rfas.atom"}, name="rfas-atom"),
    path("agencies/", views.agencies, name="agencies"),
    path("agencies/<record:agency_id>/", views.agency, name="agency"),
    path("agencies/<record:agency_id>.json", files.agency, name="agency-json"),
    path("agencies/points.json", files.listed, {"name": "agencies/points.json"}, name="agency-points"),
    re_path(r"^agencies/state/(?P<state>[A-Z]{2}|none)\.json$", files.state, name="agencies-state"),
    path("agencies.geojson", files.listed, {"name": "agencies.geojson"}, name="agencies-geojson"),
    path("agencies.csv", files.listed, {"name": "agencies.csv"}, name="agencies-csv"),
    path("agencies.atom", files.listed, {"name": "agencies.atom"}, name="agencies-atom"),
    path("agencies/changes/", views.changes, name="agencies-changes"),
    path("regime/", regimes.current, name="regime"),
    path("regime/changes/", regimes.changes, name="regime-changes"),
    path("regime/<slug:name>/<int:index>/", regimes.one, name="regime-one"),
    path("verify/", views.verify, name="verify"),
    path("public/api/", views.api, name="public-api"),
    path("public/openapi.json", files.listed, {"name": "openapi.json"}, name="openapi"),
    path("public/map.json", files.maps, name="map-sources"),
    path("public/map.pmtiles", files.tiles, name="map-tiles"),
    path("public/town.geojson", files.town, name="town"),
    re_path(r"^public/rfas/cell/(?P<cell>8[0-9a-f]{14})\.json$", files.cell, name="cell"),
]
