"""The only writes of the library."""

import hashlib
import secrets
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import Http404

from vicinage.core.place import is_coarse_cell
from vicinage.core.span import parse_instant
from vicinage.seal.keys import parse_recipient
from vicinage.server import clock
from vicinage.server.library import payloads, queries
from vicinage.server.library.errors import LibraryError
from vicinage.server.library.models import Camera, Clip, DeletedClip, Household, HubToken
from vicinage.wire.household import Camera as CameraMessage
from vicinage.wire.household import HouseholdKeys
from vicinage.wire.hub import ClipOffer, UploadState

CAMERAS = 100


def make_household(user: Any, keys: HouseholdKeys) -> Household:
    """Keep the public keys and the sealed recovery copy. Raises LibraryError (household-set), SealError."""
    parse_recipient(keys.recipient)
    try:
        with transaction.atomic():
            return Household.objects.create(
                user=user,
                recipient=keys.recipient,
                signing_key=keys.signing_key,
                recovery=keys.recovery,
                made_at=clock.now(),
            )
    except IntegrityError:
        raise LibraryError(
            "household-set",
            "This account has a household key already.",
            "Open it with the recovery code.",
            status=409,
        ) from None


def add_camera(user: Any, camera: CameraMessage) -> str:
    """Add a camera and give its hub's token, which is shown this once and not kept.

    Raises LibraryError (household-missing, cell-coarse, camera-set, cameras-full).
    """
    if not is_coarse_cell(camera.cell):
        raise LibraryError(
            "cell-coarse",
            "The camera's cell should be an H3 cell of resolution 7; the server wants to know no more.",
            status=422,
        )
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        household = Household.objects.select_for_update().filter(user=user).first()
        if household is None:
            raise LibraryError(
                "household-missing",
                "A camera needs a household key first.",
                "Make the key at /home/key/.",
                status=409,
            )
        if household.cameras.count() >= CAMERAS:
            raise LibraryError("cameras-full", f"A household has at most {CAMERAS} cameras.", status=409)
        if Camera.objects.filter(pk=camera.id).exists():
            raise LibraryError("camera-set", "This camera's id is taken.", "Make a new id.", status=409)
        at = clock.now()
        row = Camera.objects.create(
            pk=camera.id, household=household, cell=camera.cell, label=camera.label, added_at=at
        )
        HubToken.objects.create(camera=row, digest=hashlib.sha256(token.encode()).hexdigest(), made_at=at)
    return token


def offer_clip(camera: Camera, offer: ClipOffer) -> UploadState:
    """A hub announces a clip; the same offer twice is one clip. Tells where the upload stands.

    Raises Http404 for another camera or another's clip; LibraryError (clip-set, library-full,
    clip-too-large).
    """
    if offer.camera != camera.pk:
        raise Http404
    if offer.payload_size > settings.VICINAGE_CLIP_LIMIT:
        raise LibraryError(
            "clip-too-large",
            f"A clip has at most {settings.VICINAGE_CLIP_LIMIT} bytes; this one has {offer.payload_size}.",
            status=413,
        )
    with transaction.atomic():
        # One offer of a camera at a time, also where the database has row locks only.
        Camera.objects.select_for_update().get(pk=camera.pk)
        if queries.is_deleted(camera, offer.id):
            return UploadState(offset=offer.payload_size, complete=True)
        known = Clip.objects.filter(pk=offer.id).first()
        if known is None:
            known = _keep(camera, offer)
        elif known.camera_id != camera.pk:
            raise Http404
        elif (known.payload_sha256, known.payload_size) != (offer.payload_sha256, offer.payload_size):
            raise LibraryError(
                "clip-set",
                "This clip was offered before with another payload.",
                "Give it a new id.",
                status=409,
            )
    return state_of(known)


def append(clip: Clip, offset: int, part: bytes) -> UploadState:
    """Take a part of a payload. Raises OffsetError, LibraryError (see payloads.append)."""
    held = payloads.append(clip.pk, offset, part, clip.payload_size, clip.payload_sha256)
    return state_of(clip, held)


def state_of(clip: Clip, held: int | None = None) -> UploadState:
    """Where an upload stands; marks the clip complete if its payload is whole.

    A server that died between the rename and the mark makes the mark here, when the hub asks again.
    """
    held = payloads.held(clip.pk, clip.payload_size) if held is None else held
    whole = held == clip.payload_size and payloads.is_whole(clip.pk)
    if whole and clip.completed_at is None:
        with transaction.atomic():
            Clip.objects.filter(pk=clip.pk, completed_at=None).update(completed_at=clock.now())
    return UploadState(offset=held, complete=whole)


def delete_clip(user: Any, clip: str) -> None:
    """Delete a clip for good: its row, its payload. Raises Http404."""
    with transaction.atomic():
        row = queries.own_clip(user, clip)
        DeletedClip.objects.create(pk=row.pk, camera_id=row.camera_id)
        row.delete()
        transaction.on_commit(lambda: payloads.remove(clip))


def sweep_deleted() -> int:
    """Remove payloads of deleted clips that a crash left behind. Returns how many there were."""
    left = [clip for clip in DeletedClip.objects.values_list("pk", flat=True) if payloads.is_whole(clip)]
    for clip in left:
        payloads.remove(clip)
    return len(left)


def _keep(camera: Camera, offer: ClipOffer) -> Clip:
    used = queries.stored_bytes(camera.household_id)
    if used + offer.payload_size > settings.VICINAGE_HOUSEHOLD_LIMIT:
        raise LibraryError(
            "library-full",
            f"The household's clips may take {settings.VICINAGE_HOUSEHOLD_LIMIT} bytes; they take {used}.",
            "Delete clips that are no longer needed.",
            status=507,
        )
    return Clip.objects.create(
        pk=offer.id,
        camera=camera,
        start=parse_instant(offer.start),
        end=parse_instant(offer.end),
        header=offer.header,
        label=offer.label,
        thumbnail=offer.thumbnail,
        payload_sha256=offer.payload_sha256,
        payload_size=offer.payload_size,
        offered_at=clock.now(),
    )
