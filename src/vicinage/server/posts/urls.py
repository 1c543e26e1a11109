"""Routes of agencies' posts."""

from django.urls import path

from vicinage.server.posts import views

urlpatterns = [
    path("agency/posts/", views.listing, name="agency-posts"),
    path("agency/posts/new/", views.new, name="agency-post-new"),
    path("moderation/posts/", views.queue, name="moderation-posts"),
    path("moderation/posts/<record:post_id>/", views.review, name="moderation-post"),
    path("posts/<record:post_id>/", views.one, name="post"),
]
