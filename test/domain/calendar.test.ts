import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addDays, dayInParis, daysBetween, isCurrentDay } from '../../src/domain/calendar.ts';
import { ask } from '../../src/lists/criteria.ts';
import { byActAndPeriod } from '../../src/lists/event-criteria.ts';
import { relativeDate } from '../../src/presenters/format.ts';
import { endDate } from '../../src/schemas/fields.ts';
import { parseListQuery, refusedCriteria } from '../../src/schemas/list-query.ts';

describe('days of the calendar in Paris', () => {
  test('« + n jours » counts days, whatever the clocks do', () => {
    const inDays = (instant: string, days: number) => addDays(dayInParis(new Date(instant)), days);
    assert.equal(inDays('2027-03-27T23:30:00+01:00', 1), '2027-03-28');
    assert.equal(inDays('2026-10-25T00:30:00+02:00', 1), '2026-10-26');
    assert.equal(addDays('2028-02-28', 1), '2028-02-29');
    assert.equal(addDays('2026-12-31', 1), '2027-01-01');
    assert.equal(addDays('2026-03-01', -1), '2026-02-28');
    assert.equal(addDays('2026-11-22', 3_650), '2036-11-19');
  });

  test('every day of two centuries is one after the one before, and they are counted as they are added', () => {
    let day = '1900-01-01';
    for (let count = 0; day <= '2100-12-31'; count += 1) {
      assert.equal(daysBetween('1900-01-01', day), count);
      assert.equal(addDays('1900-01-01', count), day);
      // Noon in Paris is never in another day.
      assert.equal(dayInParis(new Date(`${day}T11:00:00Z`)), day);
      day = addDays(day, 1);
    }
    assert.equal(day, '2101-01-01');
  });

  test('« aujourd’hui », « hier »: by the day, not by 24 hours', () => {
    const told = (value: string, now: string) => relativeDate(new Date(value), new Date(now));
    assert.equal(told('2026-11-28T23:50:00+01:00', '2026-11-29T00:10:00+01:00'), 'hier');
    assert.equal(told('2026-11-28T18:00:00+01:00', '2026-11-29T09:00:00+01:00'), 'hier');
    assert.equal(told('2026-11-29T00:10:00+01:00', '2026-11-29T23:50:00+01:00'), 'aujourd’hui');
    assert.equal(told('2026-11-27T23:50:00+01:00', '2026-11-29T00:10:00+01:00'), 'avant-hier');
    assert.equal(told('2026-10-24T12:00:00+02:00', '2026-10-31T11:00:00+01:00'), 'il y a 7 jours');
  });

  test('filters take 1900 to 2100, and say so at the field', () => {
    for (const [du, taken] of [
      ['0000-01-01', false],
      ['1899-12-31', false],
      ['1900-01-01', true],
      ['2100-12-31', true],
      ['2101-01-01', false],
      ['9999-12-31', false],
      ['2026-02-30', false],
    ] as const) {
      const { values } = parseListQuery(byActAndPeriod(ask, []), { du });
      const refused = refusedCriteria(byActAndPeriod(ask, []), { du });
      assert.equal(values.from, taken ? du : null);
      assert.equal(isCurrentDay(du) && du !== '2026-02-30', taken);
      assert.match(refused.du ?? 'entre 1900 et 2100', /entre 1900 et 2100/);
      assert.equal(refused.du === undefined, taken, du);
    }
  });

  test('ends of rights are from today to 2100 (P8)', () => {
    const schema = endDate('2026-11-22');
    const said = (day: string) => schema.safeParse(day).error?.issues[0]?.message ?? 'taken';
    for (const day of ['2026-11-22', '2100-12-31']) assert.equal(said(day), 'taken');
    assert.match(said('2026-11-21'), /à venir/);
    assert.match(said('0000-01-01'), /à venir/);
    assert.match(said('2101-01-01'), /2100/);
    assert.match(said('demain'), /date complète/);
  });
});
