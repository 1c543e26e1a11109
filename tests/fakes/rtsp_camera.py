"""A real RTSP camera for tests: GStreamer's server plays an H.264 MP4, with digest log-in.

Run by the system's Python, which has GStreamer's bindings: `/usr/bin/python3 rtsp_camera.py FILE USER
PASSWORD`. Prints the port once it listens. The Debian packages are in requirements/apt-test.txt.
"""

import sys
from typing import Any

import gi  # type: ignore[import-not-found]

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import (  # type: ignore[import-not-found]  # noqa: E402 (after the versions are named)
    GLib,
    Gst,
    GstRtsp,
    GstRtspServer,
)


def main() -> None:
    """Serve rtsp://127.0.0.1:PORT/stream until killed."""
    video, user, password = sys.argv[1:4]
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service("0")
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(
        f"( filesrc location={video} ! qtdemux ! h264parse ! rtph264pay name=pay0 pt=96 config-interval=1 )"
    )
    factory.set_shared(True)
    _require_log_in(server, factory, user, password)
    server.get_mount_points().add_factory("/stream", factory)
    server.attach(None)
    sys.stdout.write(f"{server.get_bound_port()}\n")
    sys.stdout.flush()
    GLib.MainLoop().run()


def _require_log_in(server: Any, factory: Any, user: str, password: str) -> None:
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "owner")
    auth.add_digest(user, password, token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role("owner", "media.factory.access", True)
    permissions.add_permission_for_role("owner", "media.factory.construct", True)
    factory.set_permissions(permissions)


if __name__ == "__main__":
    main()
