import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import excel from 'exceljs';
import { readTable, type TableLine } from '../../src/files-in/table.ts';

const COLUMNS = ['reference', 'acte', 'nom'] as const;

/** What a file of these bytes is read as. */
export async function readBytes(bytes: string | Buffer): Promise<TableLine<(typeof COLUMNS)[number]>[]> {
  const folder = mkdtempSync(join(tmpdir(), 'portail-file-'));
  const path = join(folder, 'sent');
  writeFileSync(path, bytes);
  try {
    const lines = [];
    for await (const chunk of readTable(path, COLUMNS)) lines.push(...chunk);
    return lines;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A workbook as Excel writes it, texts aside. */
export async function workbookOf(...rows: unknown[][]): Promise<Buffer> {
  const workbook = new excel.Workbook();
  workbook.addWorksheet('Nominations').addRows(rows);
  workbook.addWorksheet('Autre').addRow(['rien']);
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

interface Packed {
  name: string;
  content: string | Buffer;
  /** Bytes that its directory says of it, where that is not the truth. */
  told?: number;
  flags?: number;
}

/** An archive made by hand, which may lie. */
export function archiveOf(files: readonly Packed[]): Buffer {
  let offset = 0;
  const [bodies, directory]: [Buffer[], Buffer[]] = [[], []];
  for (const { name, content, told, flags = 0 } of files) {
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const own = Buffer.alloc(30);
    own.writeUInt32LE(0x04034b50);
    own.writeUInt16LE(8, 8);
    own.writeUInt32LE(packed.length, 18);
    own.writeUInt32LE(told ?? bytes.length, 22);
    own.writeUInt16LE(name.length, 26);
    const line = Buffer.alloc(46);
    line.writeUInt32LE(0x02014b50);
    line.writeUInt16LE(flags, 8);
    line.writeUInt16LE(8, 10);
    line.writeUInt32LE(packed.length, 20);
    line.writeUInt32LE(told ?? bytes.length, 24);
    line.writeUInt16LE(name.length, 28);
    line.writeUInt32LE(offset, 42);
    bodies.push(own, Buffer.from(name), packed);
    directory.push(line, Buffer.from(name));
    offset += 30 + name.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, ...directory, end]);
}

const SHEET = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const TYPE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** A workbook as LibreOffice orders it: the first tab is not the first file, texts stand in the cells. */
export const workbookByHand = (
  rows: string,
  more: Partial<Packed> = {},
  extra: readonly Packed[] = [],
): Buffer =>
  archiveOf([
    {
      name: 'xl/_rels/workbook.xml.rels',
      content: `<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Target="worksheets/sheet1.xml" Type="${TYPE}/worksheet"/><Relationship Id="rId7" Target="/xl/worksheets/sheet2.xml" Type="${TYPE}/worksheet"/></Relationships>`,
    },
    {
      name: 'xl/workbook.xml',
      content: `<workbook xmlns="${SHEET}" xmlns:r="${TYPE}"><sheets><sheet name="Un" sheetId="2" r:id="rId7"/><sheet name="Deux" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    },
    { name: 'xl/worksheets/sheet1.xml', content: '<worksheet/>' },
    {
      name: 'xl/worksheets/sheet2.xml',
      content: `<worksheet xmlns="${SHEET}"><sheetData>${rows}</sheetData></worksheet>`,
      ...more,
    },
    ...extra,
  ]);

/** A row of texts that stand in the cells. */
export const rowOf = (number: number, ...cells: string[]): string =>
  `<row r="${number}">${cells.map((cell, at) => `<c r="${'ABCDEFG'[at]}${number}" t="inlineStr"><is><t>${cell}</t></is></c>`).join('')}</row>`;
