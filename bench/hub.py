"""The hub's CPU per second of 1080p video against decoding every picture of it, and its peak memory.

    python -m bench.hub [FILE ...]

Without a file it renders half a minute of the demo's street at 1920 x 1080, 15 pictures a second, key
frame each second, about half of it quiet. The hub's path is all it does with a stream but the upload:
read, find motion, cut, hash, seal, spool. Each run is a process of its own; both kinds take turns, and
the medians of three are compared. Decoding is single-threaded, by the same library.
"""

import argparse
import base64
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

ROUNDS = 3


def hub_path(video: Path) -> dict[str, float]:
    """Take the video through the hub without a server. Seconds of video, clips, CPU, memory."""
    from vicinage.core.place import Point, cell_of
    from vicinage.hub.camera import Camera
    from vicinage.hub.clock import FixedAnchor
    from vicinage.hub.keep import Keeper
    from vicinage.hub.match import History
    from vicinage.hub.session import Session
    from vicinage.hub.spool import Spool
    from vicinage.seal.keys import Identity
    from vicinage.wire.pairing import Pairing

    place = Point(39.2876, -76.5932)
    pairing = Pairing(
        v=1,
        server="http://127.0.0.1",
        token=base64.urlsafe_b64encode(bytes(24)).decode(),
        camera="benchcamera23456",
        name="Bench",
        lat=place.lat,
        lon=place.lon,
        cell=cell_of(place),
        recipients=[Identity.generate().recipient],
        seed=bytes(32),
    )
    with tempfile.TemporaryDirectory() as folder:
        home, never = Path(folder), threading.Event()
        keeper = Keeper(pairing, Spool(home / "spool"), History(home, pairing.camera))
        begun_s = time.process_time()
        with Camera(str(video)) as camera:
            session = Session(camera, FixedAnchor(datetime.now(UTC)))
            clips = 0
            for recording in session.recordings(never):
                keeper.keep(session.clip(recording, None), never)
                clips += 1
            spent_s = time.process_time() - begun_s
            moving_s = sum(b - a for a, b in session.motion)
            return {"cpu_s": spent_s, "video_s": camera.length_s, "clips": clips, "moving_s": moving_s}


def decode_all(video: Path) -> dict[str, float]:
    """Decode every picture."""
    import av

    begun_s = time.process_time()
    with av.open(str(video)) as container:
        container.streams.video[0].codec_context.thread_count = 1
        pictures = sum(1 for _ in container.decode(video=0))
    return {"cpu_s": time.process_time() - begun_s, "pictures": pictures}


def child(kind: str, video: Path) -> dict[str, float]:
    """One run in a process of its own, with its peak memory in MB."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.hub", "--child", kind, str(video)],
        capture_output=True,
        text=True,
        check=True,
    )
    told: dict[str, float] = json.loads(done.stdout)
    return told


def peak_mb() -> float:
    """This process's peak memory. (getrusage would count the parent's too, from before the exec.)"""
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def compare(video: Path) -> None:
    """Print one line of figures for this video."""
    hub, plain = [], []
    for _ in range(ROUNDS):
        hub.append(child("hub", video))
        plain.append(child("decode", video))
    video_s = hub[0]["video_s"]
    hub_cpu = statistics.median(run["cpu_s"] for run in hub) / video_s
    plain_cpu = statistics.median(run["cpu_s"] for run in plain) / video_s
    rss_mb = max(run["rss_mb"] for run in hub)
    print(
        f"{video.name}: {video_s:.0f} s, motion {hub[0]['moving_s']:.0f} s, clips {hub[0]['clips']:.0f}; "
        f"CPU s per s: hub {hub_cpu:.4f}, decoding all {plain_cpu:.4f}, ratio {hub_cpu / plain_cpu:.2f}; "
        f"peak memory {rss_mb:.0f} MB"
    )


def main() -> None:
    """Compare on the files given, or on a scene of our own."""
    parser = argparse.ArgumentParser(description="CPU and memory of the hub on 1080p video.")
    parser.add_argument("files", type=Path, nargs="*")
    parser.add_argument("--child", choices=("hub", "decode"))
    arguments = parser.parse_args()
    if arguments.child:
        told = (hub_path if arguments.child == "hub" else decode_all)(arguments.files[0])
        told["rss_mb"] = peak_mb()
        print(json.dumps(told))
        return
    if arguments.files:
        for video in arguments.files:
            compare(video)
        return
    from vicinage.demo.scene import Take, render

    with tempfile.TemporaryDirectory() as folder:
        compare(render(Path(folder) / "street-1080p.mp4", take=Take(28, 30, 1920, 1080)))


if __name__ == "__main__":
    main()
