import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Request, Response } from 'express';
import { sameOrigin } from '../../src/middlewares/same-origin.ts';

const BASE = 'https://portail.exemple.fr';

/** Whether a request with these headers is let through. */
function passes(method: string, headers: Record<string, string>, protocol = 'https'): boolean {
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const req = { method, protocol, get: (name: string) => lower.get(name.toLowerCase()) };
  let passed = false;
  sameOrigin({ baseUrl: BASE })(req as unknown as Request, {} as Response, (error?: unknown) => {
    passed = error === undefined;
  });
  return passed;
}

const HOST = { Host: 'portail.exemple.fr' };

describe('sameOrigin', () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS']) {
    test(`${method} passes from anywhere: it changes nothing`, () => {
      assert.ok(
        passes(method, { ...HOST, Origin: 'https://ailleurs.exemple', 'Sec-Fetch-Site': 'cross-site' }),
      );
    });
  }

  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND']) {
    const LET_THROUGH: readonly Record<string, string>[] = [
      { Origin: BASE, 'Sec-Fetch-Site': 'same-origin' },
      { Origin: BASE },
      { 'Sec-Fetch-Site': 'same-origin' },
    ];
    for (const headers of LET_THROUGH) {
      test(`${method} passes from the portal itself: ${JSON.stringify(headers)}`, () => {
        assert.ok(passes(method, { ...HOST, ...headers }));
      });
    }

    const REFUSED: readonly Record<string, string>[] = [
      {},
      { Origin: 'null' },
      { Origin: '' },
      { Origin: 'https://ailleurs.exemple' },
      { Origin: 'https://portail.exemple.fr.ailleurs.exemple' },
      { Origin: 'https://portail.exemple.fr:8443' },
      { Origin: 'http://portail.exemple.fr' },
      { Origin: 'https://compte.portail.exemple.fr' },
      { Origin: 'https://ailleurs.exemple', 'Sec-Fetch-Site': 'same-origin' },
      { Origin: BASE, 'Sec-Fetch-Site': 'cross-site' },
      { Origin: BASE, 'Sec-Fetch-Site': 'same-site' },
      { Origin: BASE, 'Sec-Fetch-Site': 'none' },
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'none' },
      { Referer: `${BASE}/gestion` },
    ];
    for (const headers of REFUSED) {
      test(`${method} is refused: ${JSON.stringify(headers)}`, () => {
        assert.ok(!passes(method, { ...HOST, ...headers }));
      });
    }
  }

  test('behind another name, the address that the browser sees counts', () => {
    const headers = { Host: '127.0.0.1:3000', Origin: 'http://127.0.0.1:3000' };
    assert.ok(passes('POST', headers, 'http'));
    assert.ok(!passes('POST', headers, 'https'));
  });
});
