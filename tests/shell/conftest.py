import json
from pathlib import Path

import pytest

from vigie.shell import assets


@pytest.fixture(autouse=True)
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A front end as Vite leaves it, so that these tests wait for no build."""
    sansita = "node_modules/@fontsource/sansita/files/sansita-latin-800-normal.woff2"
    manifest = {
        "favicon.svg": {"file": "favicon-KKKK.svg", "src": "favicon.svg"},
        "icons.svg": {"file": "icons-AAAA.svg", "src": "icons.svg"},
        sansita: {"file": "sansita-BBBB.woff2", "src": sansita},
        "_shared.js": {"file": "shared-CCCC.js", "css": ["shared-DDDD.css"]},
        "src/theme.ts": {"file": "theme-EEEE.js", "isEntry": True},
        "src/page.ts": {"file": "page-FFFF.js", "isEntry": True, "css": ["page-GGGG.css"]},
        "src/room.ts": {"file": "room-HHHH.js", "isEntry": True, "imports": ["_shared.js"]},
        "src/staff.ts": {
            "file": "staff-IIII.js",
            "isEntry": True,
            "imports": ["_shared.js"],
            "css": ["staff-JJJJ.css"],
        },
    }
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(manifest))
    (tmp_path / "icons-AAAA.svg").write_text('<svg><symbol id="i-check"/><symbol id="i-check-f"/></svg>')
    monkeypatch.setattr(assets, "MANIFEST", path)
    monkeypatch.setattr(assets, "LOOK_AGAIN", 0.0)
    monkeypatch.setattr("vigie.shell.samples.MANIFEST", path)
    return path
