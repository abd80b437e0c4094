"""A backup as one file: a first line, a compressed tar, and a SHA-256 over every byte before it.

Encrypted, it is the same file inside an age envelope (https://age-encryption.org/v1), so that `age -d` opens it years
later without Vigie; age is spoken by pyrage, the binding of its Rust implementation, and nothing is invented here.
"""

import gzip
import hashlib
import io
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

import orjson

from vigie.operation.errors import Impossible

FORMAT = 1
MAGIC = b"vigie-backup "
FIRST_LINE = MAGIC + f"{FORMAT}\n".encode()
AGE = b"age-encryption.org/v1"
SEAL = 32
MANIFEST = "manifest.json"
CHUNK = 1024 * 1024
DAMAGED = "the archive is damaged or cut short: {}. Nothing was touched"


@dataclass(frozen=True)
class Lock:
    """What closes or opens an archive: age recipients to close, an age key to open, or a passphrase for both."""

    recipients: tuple[str, ...] = ()
    key: str = ""
    passphrase: str = ""

    @property
    def closes(self) -> bool:
        return bool(self.recipients or self.passphrase)


class _Sealed(io.RawIOBase):
    """Writes through, and knows the digest of what went by."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.digest = stream, hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.digest.update(data)
        return self.stream.write(data)


class Writer:
    """The members of an archive, one after the other; the manifest comes last."""

    def __init__(self, tar: tarfile.TarFile, room: Path) -> None:
        self._tar, self._room = tar, room

    def table(self, name: str, written: Iterable[bytes]) -> None:
        with tempfile.TemporaryFile(dir=self._room) as held:
            for line in written:
                held.write(line)
                held.write(b"\n")
            size = held.tell()
            held.seek(0)
            self._add(f"tables/{name}.jsonl", size, held)

    def file(self, name: str, stream: IO[bytes], size: int) -> str:
        """Returns the SHA-256 of what was written."""
        sealed = hashlib.sha256()

        class Seen(io.RawIOBase):
            def readable(self) -> bool:
                return True

            def read(self, count: int = -1) -> bytes:
                data = stream.read(count)
                sealed.update(data)
                return data

        self._add(f"data/{name}", size, Seen())  # type: ignore[arg-type]
        return sealed.hexdigest()

    def manifest(self, content: dict[str, Any]) -> None:
        data = orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
        self._add(MANIFEST, len(data), io.BytesIO(data))

    def _add(self, name: str, size: int, stream: IO[bytes]) -> None:
        member = tarfile.TarInfo(name)
        member.size = size
        self._tar.addfile(member, stream)


@contextmanager
def create(file: Path, lock: Lock) -> Iterator[Writer]:
    """A new archive, for this account of the machine alone; there is none before all of it is on the disk."""
    part = file.with_name(f"{file.name}.part")
    plain = file.with_name(f"{file.name}.plain") if lock.closes else part
    try:
        with _private(plain) as stream:
            sealed = _Sealed(stream)
            sealed.write(FIRST_LINE)
            with (
                gzip.GzipFile(fileobj=sealed, mode="wb", compresslevel=6, mtime=0) as packed,  # type: ignore[call-overload]
                tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
            ):
                yield Writer(tar, file.parent)
            stream.write(sealed.digest.digest())
            _to_disk(stream)
        if lock.closes:
            _close(plain, part, lock)
        part.replace(file)
        _sync_directory(file.parent)
    finally:
        part.unlink(missing_ok=True)
        plain.unlink(missing_ok=True)


def _private(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b")


def _to_disk(stream: IO[bytes]) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _close(plain: Path, target: Path, lock: Lock) -> None:
    import pyrage

    with plain.open("rb") as source, _private(target) as stream:
        if lock.passphrase:
            # In memory: the library has no stream for passphrases. A key has.
            stream.write(pyrage.passphrase.encrypt(source.read(), lock.passphrase))
        else:
            pyrage.encrypt_io(source, stream, [recipient(one) for one in lock.recipients])
        _to_disk(stream)


def recipient(text: str) -> Any:
    import pyrage

    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise Impossible("a recipient looks like age1…, as `vigie key` prints it") from None


def new_key() -> tuple[str, str]:
    """A key, and the recipient that closes archives for it."""
    import pyrage

    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


# Reading ----------------------------------------------------------------------


@dataclass
class Archive:
    """A whole and unaltered backup."""

    path: Path
    manifest: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def reading(self) -> Iterator[tarfile.TarFile]:
        with self.path.open("rb") as stream:
            stream.seek(len(FIRST_LINE))
            inner = _Part(stream, self.path.stat().st_size - len(FIRST_LINE) - SEAL)
            with gzip.GzipFile(fileobj=inner) as packed, tarfile.open(fileobj=packed, mode="r|") as tar:  # type: ignore[call-overload]
                yield tar

    def members(self) -> Iterator[tuple[str, IO[bytes]]]:
        with self.reading() as tar:
            for member in tar:
                stream = tar.extractfile(member)
                name = PurePosixPath(member.name)
                if stream is None or name.is_absolute() or ".." in name.parts:
                    raise Impossible(DAMAGED.format(f"{member.name} has no place in it"))
                yield member.name, stream


class _Part(io.RawIOBase):
    """The next `size` bytes of a stream, and no more."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self._stream, self._left = stream, size

    def readable(self) -> bool:
        return True

    def read(self, count: int = -1) -> bytes:
        data = self._stream.read(self._left if count < 0 else min(count, self._left))
        self._left -= len(data)
        return data


@contextmanager
def opened(file: Path, lock: Lock, room: Path) -> Iterator[Archive]:
    """The archive, once every byte of it was found to be what was written. Raises `Impossible` with the reason."""
    try:
        with file.open("rb") as stream:
            start = stream.read(len(AGE))
    except OSError as error:
        raise Impossible(f"{file} cannot be read: {error.strerror}") from None
    held = Path(tempfile.mkdtemp(prefix="opening-", dir=room))
    try:
        plain = file
        if start == AGE:
            plain = held / "plain"
            _open(file, plain, lock)
        _check_seal(plain)
        archive = Archive(plain)
        for name, content in archive.members():
            if name == MANIFEST:
                archive.manifest = orjson.loads(content.read())
        yield archive
    finally:
        shutil.rmtree(held, ignore_errors=True)


def _open(file: Path, plain: Path, lock: Lock) -> None:
    import pyrage

    if not lock.key and not lock.passphrase:
        raise Impossible("the archive is encrypted: give its key (--key) or its passphrase (--passphrase-file)")
    try:
        with file.open("rb") as source, _private(plain) as target:
            if lock.passphrase:
                target.write(pyrage.passphrase.decrypt(source.read(), lock.passphrase))
            else:
                pyrage.decrypt_io(source, target, [pyrage.x25519.Identity.from_str(lock.key)])
    except pyrage.IdentityError:
        raise Impossible("the key is none: it looks like AGE-SECRET-KEY-1…, as `vigie key` writes it") from None
    except (pyrage.DecryptError, OSError, ValueError):
        raise Impossible(DAMAGED.format("it does not open with this key or passphrase")) from None


def _check_seal(path: Path) -> None:
    digest, left = hashlib.sha256(), path.stat().st_size - SEAL
    with path.open("rb") as stream:
        first = stream.readline(64)
        if not first.startswith(MAGIC):
            raise Impossible("this is no backup of Vigie. Nothing was touched")
        if first != FIRST_LINE and first[len(MAGIC) : -1].isdigit():
            raise Impossible("the archive was made by a newer Vigie: upgrade first. Nothing was touched")
        stream.seek(0)
        while left > 0 and (data := stream.read(min(CHUNK, left))):
            digest.update(data)
            left -= len(data)
        if left or stream.read(SEAL + 1) != digest.digest():
            raise Impossible(DAMAGED.format("its seal does not fit its content"))
