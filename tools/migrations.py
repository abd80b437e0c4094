"""Fails when a model changed without its migration, or a migration imports the product's code."""

import re
import sys
from pathlib import Path

import django
from django.core.management import call_command

django.setup()
guilty = [
    str(path)
    for path in Path("src/vigie").glob("*/migrations/0*.py")
    if re.search(r"^(from|import) vigie", path.read_text(), re.MULTILINE)
]
for path in guilty:
    print(f"{path} imports the product: a migration must stand alone")
call_command("makemigrations", "--check", "--dry-run", verbosity=1)
sys.exit(bool(guilty))
