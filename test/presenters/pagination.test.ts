import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Pagination } from '../../src/presenters/pagination.ts';
import { paginate } from '../../src/presenters/pagination.ts';

const hrefOf = (page: number): string => `?q=caf&page=${page}`;

/** « 1 … 4 [5] 6 » : the row of pages as one reads it. */
function drawn({ items }: Pagination): string {
  return items
    .map((item) => (item.number === null ? '…' : item.current ? `[${item.number}]` : `${item.number}`))
    .join(' ');
}

function row(page: number, pageCount: number | null, hasNext = false): string {
  return drawn(paginate({ page, pageCount, hasNext, hrefOf }));
}

describe('paginate', () => {
  it('draws every page of a short list', () => {
    assert.equal(row(1, 3), '[1] 2 3');
    assert.equal(row(3, 5), '1 2 [3] 4 5');
    assert.equal(row(4, 6), '1 2 3 [4] 5 6');
  });

  it('keeps the first, the last and the neighbours of a long one', () => {
    assert.equal(row(1, 200), '[1] 2 3 … 200');
    assert.equal(row(100, 200), '1 … 98 99 [100] 101 102 … 200');
    assert.equal(row(200, 200), '1 … 198 199 [200]');
  });

  it('fills a gap of one page instead of hiding it', () => {
    assert.equal(row(5, 200), '1 2 3 4 [5] 6 7 … 200');
    assert.equal(row(196, 200), '1 … 194 195 [196] 197 198 199 200');
    assert.equal(row(6, 200), '1 … 4 5 [6] 7 8 … 200');
  });

  it('says that more follows when nobody counted the pages', () => {
    assert.equal(row(1, null, true), '[1] 2 …');
    assert.equal(row(7, null, true), '1 … 5 6 [7] 8 …');
    assert.equal(row(8, null, false), '1 … 6 7 [8]');
    assert.equal(paginate({ page: 7, pageCount: null, hasNext: true, hrefOf }).last, null);
    assert.equal(paginate({ page: 7, pageCount: null, hasNext: true, hrefOf }).next, '?q=caf&page=8');
    assert.equal(paginate({ page: 8, pageCount: null, hasNext: false, hrefOf }).next, null);
  });

  it('links the neighbours and the ends, and nothing beyond them', () => {
    const middle = paginate({ page: 3, pageCount: 6, hasNext: true, hrefOf });
    assert.deepEqual(
      [middle.first, middle.previous, middle.next, middle.last],
      ['?q=caf&page=1', '?q=caf&page=2', '?q=caf&page=4', '?q=caf&page=6'],
    );
    const first = paginate({ page: 1, pageCount: 6, hasNext: true, hrefOf });
    assert.deepEqual([first.first, first.previous], [null, null]);
    const last = paginate({ page: 6, pageCount: 6, hasNext: false, hrefOf });
    assert.deepEqual([last.next, last.last], [null, null]);
  });

  it('brings a page past the end back to the last one', () => {
    assert.equal(row(9, 3), '1 2 [3]');
    assert.equal(row(4, 0), '[1]');
    assert.equal(row(0, 3), '[1] 2 3');
  });

  it('draws each page once, in order, the current one exactly once, whatever the numbers', () => {
    for (let pageCount = 1; pageCount <= 30; pageCount += 1) {
      for (let page = 1; page <= pageCount; page += 1) {
        const { items } = paginate({ page, pageCount, hasNext: page < pageCount, hrefOf });
        const numbers = items.flatMap((item) => (item.number === null ? [] : [item.number]));
        assert.deepEqual(
          numbers,
          [...new Set(numbers)].sort((a, b) => a - b),
        );
        assert.deepEqual(
          items.filter((item) => item.current).map((item) => item.number),
          [page],
        );
        assert.equal(numbers[0], 1);
        assert.equal(numbers.at(-1), pageCount);
        assert.ok(items.length <= 9, `${items.length} places for page ${page} of ${pageCount}`);
      }
    }
  });
});
