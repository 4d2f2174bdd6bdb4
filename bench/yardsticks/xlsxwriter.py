#!/usr/bin/env python3
"""Yardstick of the Excel export: Debian's python3-xlsxwriter in constant_memory mode.

Usage: xlsxwriter.py OUTPUT.xlsx SHEET.jsonl...
Each SHEET.jsonl makes a sheet: one JSON array of strings (or null) a line. Prints the seconds spent, nothing else.
"""
import json
import sys
import time

# The folder of this script comes first in the path: its own name would hide the library's.
sys.path.pop(0)
import xlsxwriter  # noqa: E402


def main(output_path, sheet_paths):
    start = time.perf_counter()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = xlsxwriter.Workbook(output_path, options)
    for sheet_path in sheet_paths:
        sheet = workbook.add_worksheet()
        sheet.freeze_panes(1, 0)
        with open(sheet_path, encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                for column, value in enumerate(json.loads(line)):
                    if value is not None:
                        sheet.write_string(number, column, value)
    workbook.close()
    print(f"{time.perf_counter() - start:.3f}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
