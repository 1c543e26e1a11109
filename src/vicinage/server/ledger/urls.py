"""Routes of the log: public, static in effect, cacheable."""

from django.urls import path

from vicinage.server.ledger import views

urlpatterns = [
    path("log/proof/<int:index>", views.proof, name="log_proof"),
    path("log/leaf/<int:index>", views.leaf, name="log_leaf"),
    path("log/<path:path>", views.file, name="log_file"),
]
