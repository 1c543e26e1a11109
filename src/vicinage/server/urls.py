"""Every route of the server. Each app's urls hold whole paths, so a grep finds any page."""

from django.urls import include, path

from vicinage.server import assets

urlpatterns = [
    path("sw.js", assets.service_worker, name="service_worker"),
    path("accounts/script/<slug:app>/<slug:name>.js", assets.account_script, name="account_script"),
    path("", include("vicinage.server.ledger.urls")),
    path("", include("vicinage.server.accounts.urls")),
    path("", include("vicinage.server.library.urls")),
    path("", include("vicinage.server.notices.urls")),
    path("", include("vicinage.server.regime.urls")),
    path("", include("vicinage.server.assemblies.urls")),
    path("", include("vicinage.server.posts.urls")),
    path("", include("vicinage.server.mediation.urls")),
    path("", include("vicinage.server.agencies.urls")),
    path("", include("vicinage.server.rfas.urls")),
    path("", include("vicinage.server.feed.urls")),
    path("", include("vicinage.server.handovers.urls")),
    path("", include("vicinage.server.public.urls")),
]
handler404 = "vicinage.server.errors.not_found"
handler500 = "vicinage.server.errors.broken"
handler403 = "vicinage.server.errors.forbidden"
handler400 = "vicinage.server.errors.bad_request"
