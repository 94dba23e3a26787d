"""The jars of Apache Kafka, fetched once from Maven Central into the cache folder of the repository."""

from __future__ import annotations

import fcntl
import functools
import hashlib
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

POM = Path(__file__).with_name("kafka-runtime.pom.xml")
CACHE = Path(__file__).resolve().parents[2] / ".cache"
_OLDEST_JAVA = 17


@functools.cache
def java_is_there() -> bool:
    """Whether `java` (17 or later) and `mvn` are on the path."""
    if shutil.which("java") is None or shutil.which("mvn") is None:
        return False
    said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    return found is not None and int(found[1]) >= _OLDEST_JAVA


def kafka_version() -> str:
    """Return the version of Kafka that the pom asks for."""
    space = {"m": "http://maven.apache.org/POM/4.0.0"}
    version = ET.parse(POM).findtext(".//m:dependency[m:artifactId='kafka_2.13']/m:version", None, space)
    assert version, f"no version of Kafka in {POM}"
    return version


def fetch_jars() -> Path:
    """Return the folder with the jars; fetch them first if this pom's are not there."""
    folder = CACHE / f"kafka-{kafka_version()}"
    wanted = hashlib.sha256(POM.read_bytes()).hexdigest()
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "kafka.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = folder / "pom.sha256"
        if stamp.exists() and stamp.read_text() == wanted:
            return folder
        shutil.rmtree(folder, ignore_errors=True)
        done = subprocess.run(
            [
                *("mvn", "-q", "-B", "-f", str(POM), "dependency:copy-dependencies"),
                f"-DoutputDirectory={folder}",
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, f"Maven could not fetch Apache Kafka:\n{done.stdout[-3000:]}"
        stamp.write_text(wanted)
    return folder
