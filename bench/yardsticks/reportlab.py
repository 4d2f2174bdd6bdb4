#!/usr/bin/env python3
"""Yardstick of the PDF export: Debian's python3-reportlab canvas, landscape A4.

Usage: reportlab.py ROWS.jsonl OUTPUT.pdf WIDTH,WIDTH,... [--wrap]
ROWS.jsonl holds one JSON array of strings (or null) a line; WIDTHs are the columns' shares of the page.
Each cell is one drawString, whatever its length; with --wrap it wraps at its column's width, as the portal's do.
Prints the seconds spent, nothing else.
"""
import json
import sys
import time

# The folder of this script comes first in the path: its own name would hide the library's.
sys.path.pop(0)
from reportlab.lib.pagesizes import A4, landscape  # noqa: E402
from reportlab.lib.utils import simpleSplit  # noqa: E402
from reportlab.pdfgen.canvas import Canvas  # noqa: E402

FONT, SIZE, LEADING, MARGIN, PADDING = "Helvetica", 8, 9.6, 36, 4


def main(rows_path, output_path, shares, is_wrapped):
    start = time.perf_counter()
    page_width, page_height = landscape(A4)
    unit = (page_width - 2 * MARGIN) / sum(shares)
    lefts = [MARGIN + unit * sum(shares[:column]) for column in range(len(shares))]
    widths = [unit * share - 2 * PADDING for share in shares]
    canvas = Canvas(output_path, pagesize=(page_width, page_height))
    top = page_height - MARGIN
    canvas.setFont(FONT, SIZE)
    with open(rows_path, encoding="utf-8") as lines:
        for line in lines:
            cells = json.loads(line)
            if is_wrapped:
                blocks = [simpleSplit(value or "", FONT, SIZE, width) for value, width in zip(cells, widths)]
            else:
                blocks = [[value or ""] for value in cells]
            height = max(map(len, blocks)) * LEADING + PADDING
            if top - height < MARGIN:
                canvas.showPage()
                canvas.setFont(FONT, SIZE)
                top = page_height - MARGIN
            for left, block in zip(lefts, blocks):
                for index, text in enumerate(block):
                    canvas.drawString(left, top - SIZE - index * LEADING, text)
            top -= height
            canvas.line(MARGIN, top, page_width - MARGIN, top)
    canvas.save()
    print(f"{time.perf_counter() - start:.3f}")


if __name__ == "__main__":
    shares = [float(share) for share in sys.argv[3].split(",")]
    main(sys.argv[1], sys.argv[2], shares, "--wrap" in sys.argv[4:])
