"""Draws a picture anew, in a process that may use 512 MB and ten seconds and dies of anything worse.

`redraw()` is what the product calls. Run as a module, this file is the process: the file in, a PNG out.
"""

import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO

#: Kinds that are read, by their first bytes. What a file is called, or says that it is, does not count.
BEGINNINGS = {"PNG": b"\x89PNG\r\n\x1a\n", "JPEG": b"\xff\xd8\xff", "GIF": b"GIF8", "WEBP": b"RIFF"}
#: Declared in a header of some bytes, more would fill the memory before the first is drawn.
MOST_PIXELS = 25_000_000
MEMORY = 512 * 2**20
SECONDS = 10
#: How the process ends when the file is no picture, or a picture of too many pixels.
NO_PICTURE, TOO_MANY_PIXELS = 3, 4


class NoPicture(ValueError):
    """The file cannot be drawn: another kind, damaged, or made to harm."""


class TooManyPixels(ValueError):
    """More than `MOST_PIXELS`."""


@dataclass(frozen=True)
class Drawn:
    """A PNG, and its size in pixels."""

    data: bytes
    width: int
    height: int


def kind_of(data: bytes) -> str:
    """The kind of picture that the bytes begin as, "" for anything else."""
    found = next((name for name, beginning in BEGINNINGS.items() if data.startswith(beginning)), "")
    return "" if found == "WEBP" and data[8:12] != b"WEBP" else found


def redraw(data: bytes, *, widest: int, highest: int) -> Drawn:
    """The first frame, upright, within these pixels, bare of metadata. Raises `NoPicture`, `TooManyPixels`."""
    kind = kind_of(data)
    if not kind:
        raise NoPicture
    command = [sys.executable, "-I", "-m", "vigie.media.workshop", kind, str(widest), str(highest)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=2 * SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise NoPicture from None
    if done.returncode == TOO_MANY_PIXELS:
        raise TooManyPixels
    if done.returncode:
        raise NoPicture
    drawn = done.stdout
    # The size stands at a fixed place of every PNG.
    return Drawn(drawn, int.from_bytes(drawn[16:20]), int.from_bytes(drawn[20:24]))


def _draw(data: bytes, kind: str, widest: int, highest: int) -> bytes:
    from PIL import Image, ImageOps

    # A header is read before anything is decoded; the limit is ours, below.
    Image.MAX_IMAGE_PIXELS = None
    picture = Image.open(BytesIO(data), formats=[kind])
    if picture.width * picture.height > MOST_PIXELS:
        sys.exit(TOO_MANY_PIXELS)
    picture.load()
    upright = ImageOps.exif_transpose(picture).convert("RGBA")
    upright.thumbnail((widest, highest))
    drawn = BytesIO()
    # A new image of the same pixels: nothing that came along with them.
    bare = Image.frombytes("RGBA", upright.size, upright.tobytes())
    bare.save(drawn, "PNG", optimize=True)
    return drawn.getvalue()


def _limit() -> None:
    import resource
    import warnings

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("error")


if __name__ == "__main__":
    _limit()
    try:
        made = _draw(sys.stdin.buffer.read(), sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    except Exception:
        # Decoders raise whatever they like; the product needs to know only that nothing was drawn.
        sys.exit(NO_PICTURE)
    sys.stdout.buffer.write(made)
