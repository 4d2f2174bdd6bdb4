import { Writable } from 'node:stream';
import { inflateRawSync } from 'node:zlib';
import type { Batches, Column, Row } from '../../src/presenters/table.ts';

export const peopleColumns: readonly Column[] = [
  { header: 'Nom', width: 14, strong: true },
  { header: 'Prénom', width: 12 },
  { header: 'Email', width: 32 },
  { header: 'Fonction', width: 24 },
  { header: 'Organisme', width: 24 },
  { header: 'Compte', width: 9 },
  { header: 'Habilitations', width: 50 },
  { header: 'Depuis le', width: 11, kind: 'date' },
];

/** What a file says of itself. */
export const heading = {
  title: 'État des habilitations',
  perimeter: 'CAF du Jura',
  filters: [] as string[],
  by: 'Welcome TESTPORTAIL',
  at: '2026-11-22 10:00',
};

/** A plausible person, different at each number. */
export function person(number: number): Row {
  const email = `prenom.nom${number}@caf39.caf.fr`;
  return [
    `NOM${number}`,
    'Prénom',
    email,
    'Conseillère',
    'CAF du Jura',
    'Actif',
    'Energie Lecteur',
    '2026-11-22',
  ];
}

export const people = (count: number): Row[] =>
  Array.from({ length: count }, (_, index) => person(index + 1));

/** Rows in batches, that know how many were read and whether they were given back. */
export function source(rows: Iterable<Row>, batchSize = 200) {
  const state = { read: 0, returned: false };
  async function* batches(): AsyncGenerator<readonly Row[]> {
    try {
      let batch: Row[] = [];
      for (const row of rows) {
        batch.push(row);
        if (batch.length < batchSize) continue;
        state.read += batch.length;
        yield batch;
        batch = [];
      }
      state.read += batch.length;
      if (batch.length > 0) yield batch;
    } finally {
      state.returned = true;
    }
  }
  return Object.assign(state, { rows: batches() as Batches });
}

/** People without end. */
export function* endlessPeople(): Generator<Row> {
  for (let number = 1; ; number += 1) yield person(number);
}

/** An output that keeps what it receives. */
export function memory() {
  const chunks: Buffer[] = [];
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { output, content: () => Buffer.concat(chunks) };
}

/** An output that takes one chunk and never asks for another. */
export const stuck = (): Writable => new Writable({ write: () => undefined });

export const neverStopped = (): AbortSignal => new AbortController().signal;

/** The files of a ZIP, by name; enough of the format for a workbook. */
export function unzip(archive: Buffer): Map<string, string> {
  const files = new Map<string, string>();
  const end = archive.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) =>
      archive.readUInt16LE(at + field),
    );
    const name = archive.toString('utf8', at + 46, at + 46 + (nameLength ?? 0));
    const header = archive.readUInt32LE(at + 42);
    const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
    const bytes = archive.subarray(start, start + archive.readUInt32LE(at + 20));
    const isDeflated = archive.readUInt16LE(at + 10) === 8;
    files.set(name, (isDeflated ? inflateRawSync(bytes) : bytes).toString('utf8'));
    at += 46 + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0);
  }
  return files;
}
