import { createHash, randomBytes } from 'node:crypto';
import { transaction } from '../database/transaction.ts';
import { DAY } from '../domain/duration.ts';
import { RETENTION_DAYS } from '../domain/retention.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { knownDeviceRepository } from '../repositories/known-devices.ts';
import type { ServiceContext } from './context.ts';
import { tellPerson } from './own-factors.ts';

/** Devices kept an account, the last used: each is a counter more that guesses may be made under. */
const MOST_DEVICES = 10;

/** Milliseconds that a device is known for, from its last sign-in. */
export const DEVICE_LIFETIME = RETENTION_DAYS.knownDevice * DAY;

/** What is stored of a device's value. */
export const hashDevice = (value: string): string => createHash('sha256').update(value).digest('base64url');

/** Devices that people have signed in from (docs/decisions/0014-known-devices.md). */
export function knownDeviceService({ db, clock }: ServiceContext) {
  /** Tells a person of a device that is none of those they have signed in from, where there are some (R89). */
  async function tellNew(accountId: number, brought: string | null, inWords: string): Promise<void> {
    const known = await knownDeviceRepository(db).hashesOf(accountId, clock.now());
    if (known.length === 0 || (brought !== null && known.includes(hashDevice(brought)))) return;
    await transaction({ db, clock, actor: { kind: 'account', accountId } }, async (unit) =>
      tellPerson(unit, await accountRepository(unit.db).get(accountId), 'new_device', { detail: inWords }),
    );
  }

  return {
    /**
     * Knows the device that this account has just signed in from. Returns the value that its cookie is to carry: the
     * one it brought where we gave it, so that who shares a browser keeps it; a new one otherwise.
     */
    async remember(accountId: number, brought: string | null, inWords: string): Promise<string> {
      const devices = knownDeviceRepository(db);
      const now = clock.now();
      await tellNew(accountId, brought, inWords);
      const ours = brought !== null && (await devices.exists(hashDevice(brought), now));
      const value = ours ? brought : randomBytes(32).toString('base64url');
      const until = new Date(now.getTime() + DEVICE_LIFETIME);
      await devices.keep(accountId, hashDevice(value), { until, most: MOST_DEVICES });
      return value;
    },
  };
}
