// What the portal extends of knex and its types leave out.
declare module 'knex/lib/dialects/postgres/index.js' {
  import type pg from 'pg';

  export default class PostgresClient {
    config: Record<string, unknown>;
    pool: {
      numFree(): number;
      numPendingAcquires(): number;
      used: { resource: pg.Client }[];
    };
    constructor(config: Record<string, unknown>);
    acquireConnection(): Promise<pg.Client>;
    releaseConnection(connection: pg.Client): Promise<void>;
    acquireRawConnection(): Promise<pg.Client>;
    destroyRawConnection(connection: pg.Client): Promise<void>;
    transaction(...given: unknown[]): unknown;
  }
}

declare module 'knex/lib/dialects/postgres/execution/pg-transaction.js' {
  import type pg from 'pg';

  export default class PostgresTransaction {
    trxClient: { query(connection: pg.Client, sql: string): Promise<unknown> };
    isolationLevel: string | undefined;
    readOnly: boolean | undefined;
    _completed: boolean;
    constructor(...given: unknown[]);
    begin(connection: pg.Client): Promise<unknown>;
    _resolver(value: unknown): void;
    _rejecter(error: unknown): void;
    commit(connection: pg.Client, value?: unknown): Promise<unknown>;
    rollback(connection: pg.Client, error?: unknown): Promise<unknown>;
  }
}
