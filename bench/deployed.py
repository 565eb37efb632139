"""An interpreter with what is deployed and nothing else: development tools would be imported along.

httpx, for one, loads a console library whenever it finds it.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
REQUIREMENTS = ROOT / "requirements.txt"
CACHE = ROOT / ".cache" / "bench"


def interpreter() -> Path:
    """Made once for each state of requirements.txt."""
    folder = CACHE / hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]
    python, ready = folder / "bin" / "python", folder / ".ready"
    if not ready.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", str(REQUIREMENTS)], check=True)
        ready.touch()
    return python
