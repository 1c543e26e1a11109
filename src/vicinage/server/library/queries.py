"""Reads of the library. `visible_clips` and `visible_cameras` are the one gate to private rows."""

import hashlib
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.http import Http404

from vicinage.core.span import format_instant
from vicinage.server.library.models import Camera, Clip, DeletedClip, Household, HubToken
from vicinage.wire.household import Camera as CameraMessage
from vicinage.wire.household import Clip as ClipMessage
from vicinage.wire.household import HouseholdKeys


def household_of(user: Any) -> Household | None:
    """The household of a person, or None before its key was made."""
    return Household.objects.filter(user=user).first()


def visible_cameras(user: Any) -> QuerySet[Camera]:
    """The cameras that this person may see: those of their own household. Oldest first."""
    return Camera.objects.filter(household__user=user).order_by("added_at", "pk")


def visible_clips(user: Any) -> QuerySet[Clip]:
    """The clips that this person may see: complete ones of their own cameras. Newest first."""
    clips = Clip.objects.filter(camera__household__user=user, completed_at__isnull=False)
    return clips.order_by("-start", "-pk")


def own_clip(user: Any, clip: str) -> Clip:
    """One visible clip. Raises Http404, the same for a clip of another and for none at all."""
    found = visible_clips(user).filter(pk=clip).first()
    if found is None:
        raise Http404
    return found


def page(user: Any, before: str | None, limit: int) -> tuple[list[Clip], str | None]:
    """Up to `limit` visible clips older than the clip `before`, and the `before` of the next page.

    Raises Http404 when `before` is no visible clip.
    """
    clips = visible_clips(user)
    if before:
        edge = own_clip(user, before)
        clips = clips.filter(Q(start__lt=edge.start) | Q(start=edge.start, pk__lt=edge.pk))
    found = list(clips[: limit + 1])
    more = len(found) > limit
    return found[:limit], found[limit - 1].pk if more else None


def arrivals(user: Any, since: datetime) -> list[tuple[datetime, str, dict[str, str]]]:
    """What the notices tell of the library: clips completed at or after `since`, oldest first.

    Each: when it was completed, the event's name, its data.
    """
    clips = visible_clips(user).filter(completed_at__gte=since).order_by("completed_at", "pk")[:100]
    return [
        (
            clip.completed_at,
            "clip",
            {"id": clip.pk, "camera": clip.camera_id, "start": format_instant(clip.start, milliseconds=True)},
        )
        for clip in clips
        if clip.completed_at is not None
    ]


def camera_of_token(token: str) -> Camera | None:
    """The camera whose hub holds this token."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    found = HubToken.objects.select_related("camera").filter(digest=digest).first()
    return found.camera if found else None


def offered(camera: Camera, clip: str) -> Clip | None:
    """A clip that this camera's hub has offered."""
    return Clip.objects.filter(pk=clip, camera=camera).first()


def is_deleted(camera: Camera, clip: str) -> bool:
    """Was this clip of this camera deleted by its owner?"""
    return DeletedClip.objects.filter(pk=clip, camera=camera).exists()


def stored_bytes(household: int) -> int:
    """Bytes of all payloads that a household has here or has announced."""
    total = Clip.objects.filter(camera__household_id=household).aggregate(total=Sum("payload_size"))
    return int(total["total"] or 0)


def keys_message(household: Household) -> HouseholdKeys:
    """The household's keys as GET /api/household tells them."""
    return HouseholdKeys(
        recipient=household.recipient,
        signing_key=bytes(household.signing_key),
        recovery=bytes(household.recovery),
    )


def camera_message(camera: Camera) -> CameraMessage:
    """A camera as GET /api/cameras tells it."""
    return CameraMessage(id=camera.pk, cell=camera.cell, label=bytes(camera.label))


def clip_message(clip: Clip) -> ClipMessage:
    """A clip as GET /api/clips tells it."""
    return ClipMessage(
        id=clip.pk,
        camera=clip.camera_id,
        start=format_instant(clip.start, milliseconds=True),
        end=format_instant(clip.end, milliseconds=True),
        payload_size=clip.payload_size,
        payload_sha256=clip.payload_sha256,
        header=bytes(clip.header),
        label=bytes(clip.label),
        thumbnail=bytes(clip.thumbnail),
    )
