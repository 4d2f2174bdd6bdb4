import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { drawSchema } from '../../scripts/draw-schema.ts';
import { putBetweenMarks } from '../../scripts/drawing.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { textOf } from '../tools/sources.ts';

let database: TestDatabase;
before(async () => {
  database = await createTestDatabase({ template: 'empty' });
});
after(() => database?.drop());

test('docs/schema.md has the tables as they are; npm run docs:draw draws them', async () => {
  const document = textOf('docs/schema.md');
  assert.equal(document, putBetweenMarks(document, await drawSchema(database.db)));
});
