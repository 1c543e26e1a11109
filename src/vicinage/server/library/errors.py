"""Errors of the library.

ServerError
  LibraryError    household-set, camera-set, cell-coarse, clip-set, library-full,
                  upload-too-long, upload-hash, storage-full
  OffsetError     the part does not begin where the upload stands
"""

from vicinage.server.errors import ServerError


class LibraryError(ServerError):
    """Something that the library refuses to keep."""


class OffsetError(LibraryError):
    """A part that does not continue the upload. offset: bytes held."""

    def __init__(self, offset: int) -> None:
        super().__init__(
            "upload-offset", f"The upload stands at byte {offset}.", "Send the part from there.", status=409
        )
        self.offset = offset
