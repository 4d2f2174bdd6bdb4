import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedServer } from '../../src/database/embedded/server.ts';

let started: Promise<string> | null = null;

/**
 * The server that tests make their databases on: TEST_SERVER_URL, which `npm test` sets, or for one file run by
 * hand an embedded one that ends with it.
 */
export function serverUrl(): Promise<string> {
  const given = process.env.TEST_SERVER_URL;
  if (given) return Promise.resolve(given);
  started ??= startTestServer(join(tmpdir(), 'portail-test')).then((server) => {
    // Not a hook of node:test: one that is set from inside a hook runs as soon as that hook ends.
    process.once('beforeExit', () => void server.stop());
    return server.adminUrl;
  });
  return started;
}

/** An embedded server for tests: it may lose its data in a crash, and is faster for it. */
export function startTestServer(dataDirectory: string) {
  return startEmbeddedServer({
    dataDirectory,
    settings: {
      ...{ fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' },
      // It may be kept in memory: a short journal.
      max_wal_size: '256MB',
    },
  });
}
