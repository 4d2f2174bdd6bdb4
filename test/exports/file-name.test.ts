import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachment, exportFileName, exportMediaTypes } from '../../src/exports/file-name.ts';

test('the file is named after what it holds, of whom, and the day in Paris', () => {
  const evening = new Date('2026-11-21T23:30:00Z');
  assert.equal(
    exportFileName('etat-des-habilitations', 'CAF-391', evening, 'xlsx'),
    'etat-des-habilitations_CAF-391_2026-11-22.xlsx',
  );
  assert.equal(
    exportFileName('etat', 'tous', new Date('2026-07-01T21:59:00Z'), 'csv'),
    'etat_tous_2026-07-01.csv',
  );
});

test('nothing in the name can break out of the header that carries it', () => {
  const name = exportFileName(
    'État/des "droits"',
    '../../UCN;\r\nX: y',
    new Date('2026-11-22T10:00:00Z'),
    'pdf',
  );
  assert.equal(name, 'Etat-des-droits_UCN-X-y_2026-11-22.pdf');
  assert.equal(attachment(name), 'attachment; filename="Etat-des-droits_UCN-X-y_2026-11-22.pdf"');
});

test('each format has its media type', () => {
  assert.equal(exportMediaTypes.pdf, 'application/pdf');
  assert.equal(exportMediaTypes.csv, 'text/csv; charset=utf-8');
  assert.match(exportMediaTypes.xlsx, /spreadsheetml\.sheet$/);
});
