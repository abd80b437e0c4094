"""A community's logo: drawn anew, stripped, refused when it is no picture or made to harm."""

import hashlib
import struct
import zlib
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django_scopes import scope
from PIL import Image as Picture

from tests.cast import Cast
from tests.communities.test_actions import since
from tests.communities.test_opening import told
from vigie.communities.models import Community
from vigie.core import clock
from vigie.core.errors import Denied
from vigie.core.keeping import RETENTION
from vigie.media import facts
from vigie.media.actions import HIGHEST, LARGEST, WIDEST, keep_logo
from vigie.media.models import Image, folder
from vigie.media.workshop import MOST_PIXELS, NoPicture, redraw
from vigie.verify import verify

pytestmark = pytest.mark.both
PAGE = "/c/mariette/manage/theme/"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def drawn(kind: str = "PNG", size: tuple[int, int] = (60, 20), **more: object) -> bytes:
    mode = "RGB" if kind == "JPEG" else "RGBA"
    file = BytesIO()
    Picture.new(mode, size, "teal").save(file, kind, **more)
    return file.getvalue()


def send(cast: Cast, data: bytes, name: str = "logo.png", who: str = "mona"):
    return cast.client(who).post(f"{PAGE}logo", {"logo": SimpleUploadedFile(name, data)}, follow=True)


def logo() -> str:
    return Community.objects.get(slug="mariette").logo


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_manager_gives_the_community_its_logo(cast: Cast, kind: str):
    before = told()
    page = send(cast, drawn(kind)).content.decode()
    assert "The logo is kept." in page
    address = f"/c/mariette/logo/{logo()}.png"
    assert f'<img class="brandmark__logo" src="{address}" alt="">' in page
    answer = cast.client().get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert Picture.open(BytesIO(answer.content)).size == (60, 20)
    with scope(community=cast.mariette):
        image = Image.objects.get()
    assert (image.width, image.height, image.size) == (60, 20, len(answer.content))
    assert since(before) == [facts.LogoKept(community=cast.mariette.id, actor=cast.mona.id, image=image.id)]
    assert list(verify()) == []


def test_a_large_image_is_made_small_in_its_own_shape(cast: Cast):
    send(cast, drawn(size=(3000, 500)))
    with scope(community=cast.mariette):
        image = Image.objects.get()
    assert (image.width, image.height) == (WIDEST, WIDEST // 6)
    assert image.height <= HIGHEST


def test_nothing_of_the_file_but_its_pixels_is_kept(cast: Cast):
    exif = Picture.Exif()
    exif[0x010E], exif[0x013B], exif[0x0112] = "rue des Lilas 4", "Jeanne Martin", 6
    data = drawn("JPEG", exif=exif, comment=b"Jeanne", icc_profile=b"Jeanne's screen") + b"Jeanne behind the end"
    assert b"Jeanne Martin" in data
    send(cast, data, name="jeanne-martin.jpg")
    kept = cast.client().get(f"/c/mariette/logo/{logo()}.png").content
    assert b"Jeanne" not in kept
    assert b"Lilas" not in kept
    assert sorted(Picture.open(BytesIO(kept)).info) == []
    # Turned as the camera said, since nothing says it any more.
    assert Picture.open(BytesIO(kept)).size == (20, 60)
    assert [path.name for path in folder().iterdir()] == [f"{logo()}.png"]


def test_another_logo_takes_the_place_of_the_first(cast: Cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        send(cast, drawn())
        first = logo()
        send(cast, drawn(size=(30, 30)))
    assert cast.client().get(f"/c/mariette/logo/{first}.png").status_code == 404
    assert cast.client().get(f"/c/mariette/logo/{logo()}.png").status_code == 200
    assert [path.stem for path in folder().iterdir()] == [logo()]


def test_a_logo_is_removed(cast: Cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        send(cast, drawn())
        first, before = logo(), told()
        page = cast.client("mona").post(f"{PAGE}logo/remove", follow=True).content.decode()
        cast.client("mona").post(f"{PAGE}logo/remove")
    assert "The logo is removed." in page
    assert "brandmark__logo" not in page
    assert cast.client().get(f"/c/mariette/logo/{first}.png").status_code == 404
    assert list(folder().iterdir()) == []
    assert since(before) == [facts.LogoRemoved(community=cast.mariette.id, actor=cast.mona.id)]


def test_it_is_the_logo_of_one_community_alone(cast: Cast):
    send(cast, drawn())
    assert cast.client().get(f"/c/tramontane/logo/{logo()}.png").status_code == 404
    assert "brandmark__logo" not in cast.client().get("/c/tramontane/about/").content.decode()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
PNG = drawn()
HARMFUL = {
    "svg": SVG,
    "svg with a declaration": b'<?xml version="1.0"?>' + SVG,
    "svg after a byte order mark": b"\xef\xbb\xbf" + SVG,
    "html": b"<!doctype html><script>alert(1)</script>",
    "html after spaces": b"   \n<html><body onload=alert(1)>",
    "xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "pdf": b"%PDF-1.7\n1 0 obj << /OpenAction << /S /JavaScript >> >>",
    "zip": b"PK\x03\x04" + b"\x00" * 60,
    "gif in name alone": b"GIF89a=1;alert(1)//",
    "gif and script": b"GIF89a/*" + b"\x00" * 20 + b"*/=1;alert(1)",
    "jpeg in name alone": b"\xff\xd8\xff<script>alert(1)</script>",
    "webp in name alone": b"RIFF\x00\x00\x00\x00WEBP<script>",
    "avi": b"RIFF\x00\x00\x00\x00AVI LIST",
    "png header alone": PNG[:8],
    "png cut": PNG[:60],
    "png with a false checksum": PNG[:40] + bytes([PNG[40] ^ 255]) + PNG[41:],
    "bmp": drawn("BMP"),
    "tiff": drawn("TIFF"),
    "ico": drawn("ICO"),
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n(%pipe%id) (r) file",
    "shell": b"#!/bin/sh\nid\n",
    "php": b"<?php system($_GET['c']);",
    "elf": b"\x7fELF\x02\x01\x01" + b"\x00" * 60,
    "nothing": b"",
    "zeros": b"\x00" * 400,
    "eicar": rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
}


@pytest.mark.parametrize("data", HARMFUL.values(), ids=HARMFUL.keys())
def test_what_is_no_picture_is_refused_and_said(cast: Cast, data: bytes):
    page = send(cast, data, name="logo.png").content.decode()
    assert ("This file is not an image that we can read" in page) or ("Choose an image first" in page and not data)
    assert logo() == ""
    assert not folder().exists()


def declaring(width: int, height: int) -> bytes:
    """A PNG of some bytes that says it holds so many pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return PNG[:8] + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(9000, 9000), (MOST_PIXELS + 1, 1), (60000, 60000)])
def test_an_image_of_too_many_pixels_is_refused_by_its_header(cast: Cast, size: tuple[int, int]):
    page = send(cast, declaring(*size)).content.decode()
    assert "too many pixels" in page
    assert logo() == ""


def test_a_file_that_is_too_large_is_refused(cast: Cast):
    page = send(cast, drawn() + b"\x00" * LARGEST).content.decode()
    assert "too large: 4 MB at most" in page
    assert logo() == ""


def test_a_file_that_promises_more_than_it_holds_is_refused():
    with pytest.raises(NoPicture):
        redraw(declaring(4000, 4000), widest=10, highest=10)


def test_there_must_be_room(cast: Cast, settings):
    settings.DISK_RESERVE_MB = 10**9
    assert "no room left for files" in send(cast, drawn()).content.decode()
    assert logo() == ""


@pytest.mark.parametrize(("who", "status"), [("alice", 403), ("sophie", 403), ("oscar", 403), (None, 404)])
def test_only_who_may_change_the_looks_changes_the_logo(cast: Cast, who: str | None, status: int):
    answer = cast.client(who).post(f"{PAGE}logo", {"logo": SimpleUploadedFile("logo.png", drawn())})
    assert answer.status_code == status
    if who:
        with pytest.raises(Denied):
            keep_logo(cast.actor(who), drawn())
    assert logo() == ""


def test_verify_finds_an_image_that_was_changed(cast: Cast):
    send(cast, drawn())
    path = folder() / f"{logo()}.png"
    path.write_bytes(path.read_bytes() + b"x")
    assert list(verify()) == [f"I10: the file of image {logo()} is not what was drawn"]
    path.unlink()
    assert list(verify()) == [f"I10: the file of image {logo()} is not what was drawn"]
    assert cast.client().get(f"/c/mariette/logo/{logo()}.png").status_code == 404


def test_what_a_crash_left_goes_after_a_day(cast: Cast):
    send(cast, drawn())
    left = [folder() / "abcdefghjkmn.png", folder() / "abcdefghjkmn.part"]
    for path in left:
        path.write_bytes(b"half")
    rule = RETENTION["media.orphans"]
    assert rule.due(clock.now()) == 0
    tomorrow = clock.now() + timedelta(days=1, minutes=1)
    assert rule.due(tomorrow) == 2
    assert rule.remove(tomorrow) == 2
    assert [path.stem for path in folder().iterdir()] == [logo()]


def test_a_backup_holds_it(cast: Cast):
    from vigie.operation.backup import kept_files

    send(cast, drawn())
    found = {name: path for name, path in kept_files() if name.endswith(".png")}
    assert list(found) == [f"files/images/{logo()}.png"]
    with scope(community=cast.mariette):
        digest = hashlib.sha256(Path(settings.DATA_DIR, *found).read_bytes()).hexdigest()
        assert Image.objects.get().sha256 == digest
