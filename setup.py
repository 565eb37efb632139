"""What the package needs: the pins that are deployed. setuptools itself reads no pins that have hashes."""

from pathlib import Path

from setuptools import setup

LINES = Path(__file__).with_name("requirements.txt").read_text().splitlines()

setup(install_requires=[line.removesuffix(" \\") for line in LINES if "==" in line and line[0].isalnum()])
