"""A household, its cameras, the token of each hub, and its sealed clips.

The server knows of a camera a coarse cell, of a clip its times and sizes. Names, places, pictures
and the hub's statement are age files that only the household opens.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Household(models.Model):
    """A resident's household. Its keys are set once; `recovery` is sealed with the recovery code.

    recipient: age1... signing_key: Ed25519 public key, 32 bytes.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="household")
    recipient = models.CharField(max_length=100)
    signing_key = models.BinaryField(max_length=32)
    recovery = models.BinaryField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"household {self.pk}"


class Camera(models.Model):
    """A camera. cell: H3 index of resolution 7, in hex. label: an age file."""

    id = models.CharField(max_length=16, primary_key=True)
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="cameras")
    cell = models.CharField(max_length=16, db_index=True)
    label = models.BinaryField()
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"camera {self.pk}"


class HubToken(models.Model):
    """What the hub of one camera shows. digest: hex SHA-256 of the token; the token is not kept."""

    camera = models.OneToOneField(Camera, on_delete=models.CASCADE, related_name="token")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"token of {self.camera_id}"


class Clip(models.Model):
    """A sealed clip. header || payload is an age file; the payload lies in the payloads folder.

    payload_size in bytes. completed_at: when all of the payload was here and its hash right.
    """

    id = models.CharField(max_length=16, primary_key=True)
    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="clips")
    start = models.DateTimeField()
    end = models.DateTimeField()
    header = models.BinaryField()
    label = models.BinaryField()
    thumbnail = models.BinaryField()
    payload_sha256 = models.CharField(max_length=64)
    payload_size = models.BigIntegerField()
    offered_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["camera", "start"], name="library_clip_start"),
            models.Index(fields=["camera", "completed_at"], name="library_clip_completed"),
        ]

    def __str__(self) -> str:
        return f"clip {self.pk}"


class DeletedClip(models.Model):
    """That a clip was deleted, and nothing else of it: a hub that offers it again is told it is done."""

    id = models.CharField(max_length=16, primary_key=True)
    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"deleted clip {self.pk}"
