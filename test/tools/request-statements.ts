import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import { onMeasure } from '../../src/database/measures.ts';

const request = new AsyncLocalStorage<true>();
subscribe('http.server.request.start', () => request.enterWith(true));

let sent = 0;
// Those of jobs and of what a portal looks at every few seconds come at any moment: they belong to no request.
onMeasure(({ kind }) => {
  if (kind === 'query' && request.getStore()) sent += 1;
});

/** How many statements the requests answered by this process have sent so far. */
export const requestStatements = (): number => sent;
