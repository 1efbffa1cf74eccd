"""Remote files: ``s3://bucket/part-*.csv`` and whatever else fsspec can reach."""

from __future__ import annotations

import io
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from losscli.errors import UsageError
from losscli.text import masked, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_REASON = 160
_PACKAGES = {
    "s3": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "abfs": "adlfs", "az": "adlfs", "http": "aiohttp", "https": "aiohttp",
}  # fmt: skip


def is_remote(path: str) -> bool:
    """Whether a path is a URL, as ``s3://bucket/file``, or a chain of them, as ``simplecache::s3://bucket/file``."""
    return re.match(r"(?:[A-Za-z][A-Za-z0-9+.-]*::)*[A-Za-z][A-Za-z0-9+.-]*://", path) is not None


def list_remote(path: str) -> list[str] | None:
    """The files of a remote directory or glob; None if it is a single file.

    Raises:
        UsageError: It can't be reached, or a package for it is missing.
    """
    with _reachable(path):
        system, inside = _system(path)
        if re.search(r"[*?]|\[.+\]", inside):
            found = [name for name in system.glob(inside) if system.isfile(name)]
        elif system.isdir(inside):
            found = [entry["name"] for entry in system.ls(inside, detail=True) if entry["type"] == "file"]
        else:
            return None
        return [system.unstrip_protocol(name) for name in found]


def remote_size(path: str) -> int | None:
    """The size of a remote file, if known.

    Raises:
        UsageError: It can't be reached, or a package for it is missing.
    """
    with _reachable(path):
        system, inside = _system(path)
        size: int | None = system.size(inside)
        return size


def open_remote(path: str) -> Any:
    """Open a remote file.

    Raises:
        UsageError: It can't be reached, or a package for it is missing.
    """
    with _reachable(path):
        system, inside = _system(path)
        return _RemoteFile(system.open(inside, "rb"), path)


class _RemoteFile(io.RawIOBase):
    """A remote file that raises the errors of a local one."""

    def __init__(self, file: Any, path: str) -> None:
        self._file = file
        self._path = path

    def read(self, size: int = -1, /) -> bytes:
        with _reachable(self._path):
            data: bytes = self._file.read(size)
            return data


def _system(path: str) -> tuple[Any, str]:
    """The file system of a URL, and the path inside."""
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        needs = f"reading {printable(masked(path))} needs fsspec"
        raise UsageError(needs, hint="pip install 'losscli[remote]'") from None
    found: tuple[Any, str] = url_to_fs(path)
    return found


@contextmanager
def _reachable(path: str) -> Iterator[None]:
    """Turn whatever a store raises, each with its own errors, into messages for the user."""
    try:
        yield
    except UsageError:
        raise
    except ImportError as error:
        package = _PACKAGES.get(path.rpartition("::")[2].partition(":")[0].lower())
        hint = f"pip install {package}"
        if package is None:
            reason = f"a package is missing: {masked(str(error))}"
            raise UsageError(f"{printable(masked(path))} can't be read: {printable(reason)}") from None
        raise UsageError(f"reading {printable(masked(path))} needs {package}", hint=hint) from None
    except FileNotFoundError:
        raise UsageError(f"no such file: {printable(masked(path))}") from None
    except Exception as error:
        reason = printable(masked(str(error)).partition("\n")[0])[:_LONGEST_REASON] or type(error).__name__
        raise UsageError(f"{printable(masked(path))} can't be read: {reason}") from None
