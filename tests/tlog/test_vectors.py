"""The log's vectors are what the code makes."""

import subprocess
import sys


def test_the_generator_would_change_nothing() -> None:
    command = [sys.executable, "spec/vectors/make_log.py", "--check"]
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (told.returncode, told.stderr) == (0, "")
