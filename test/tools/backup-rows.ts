import type { BackupManifest } from '../../src/database/backup/dump.ts';
import { openBackup } from '../../src/database/backup/file.ts';
import type { TableLayout } from '../../src/database/backup/layout.ts';
import { recordReader } from '../../src/database/backup/records.ts';

/** The rows of each table of a backup, sorted: where a row stands in its table is PostgreSQL's to choose. */
export async function rowsOf(file: string): Promise<Map<string, string[]>> {
  const { content } = await openBackup(file, () => {});
  const records = recordReader(content(() => {}));
  const rows = new Map<string, string[]>();
  for (;;) {
    const told = (await records.line()) as TableLayout | BackupManifest<unknown>;
    if (!('table' in told)) return rows;
    const pieces: Buffer[] = [];
    for await (const piece of records.rows()) pieces.push(piece);
    rows.set(told.table, Buffer.concat(pieces).toString().split('\n').sort());
  }
}
