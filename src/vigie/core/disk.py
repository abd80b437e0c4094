"""Room for files. The database needs what is left more than any file does: whoever writes one asks first."""

import shutil

from django.conf import settings


def free_bytes() -> int:
    return shutil.disk_usage(settings.DATA_DIR).free


def has_room(size: int = 0) -> bool:
    """May a file of so many bytes be written into the data folder?"""
    return free_bytes() - size >= settings.DISK_RESERVE_MB * 2**20
