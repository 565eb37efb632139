"""What a terminal showed, as an SVG that stands alone: no font and nothing else is fetched for it."""

import re

from rich.console import Console

TITLE = "make demo"
CLIPPED = re.compile(r' clip-path="url\(#story-line-\d+\)"')  # no line is longer than its text
FORMAT = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">
<title>What make demo tells</title>
<style>
.{unique_id}-matrix {{ font: {char_height}px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }}
.{unique_id}-title {{ font: 16px sans-serif; }}
{styles}
</style>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def svg(console: Console) -> str:
    """All that a recording console has shown."""
    drawn = console.export_svg(title=TITLE, code_format=FORMAT, unique_id="story")
    return CLIPPED.sub("", drawn).replace("</text><", "</text>\n<")
