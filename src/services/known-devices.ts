import { createHash, randomBytes } from 'node:crypto';
import { DAY } from '../domain/duration.ts';
import { RETENTION_DAYS } from '../domain/retention.ts';
import { knownDeviceRepository } from '../repositories/known-devices.ts';
import type { ServiceContext } from './context.ts';

/** Devices kept an account, the last used: each is a counter more that guesses may be made under. */
const MOST_DEVICES = 10;

/** Milliseconds that a device is known for, from its last sign-in. */
export const DEVICE_LIFETIME = RETENTION_DAYS.knownDevice * DAY;

/** What is stored of a device's value. */
export const hashDevice = (value: string): string => createHash('sha256').update(value).digest('base64url');

/** Devices that people have signed in from (docs/decisions/0014-known-devices.md). */
export function knownDeviceService({ db, clock }: ServiceContext) {
  return {
    /**
     * Knows the device that this account has just signed in from. Returns the value that its cookie is to carry: the
     * one it brought where we gave it, so that who shares a browser keeps it; a new one otherwise.
     */
    async remember(accountId: number, brought: string | null): Promise<string> {
      const devices = knownDeviceRepository(db);
      const now = clock.now();
      const ours = brought !== null && (await devices.exists(hashDevice(brought), now));
      const value = ours ? brought : randomBytes(32).toString('base64url');
      const until = new Date(now.getTime() + DEVICE_LIFETIME);
      await devices.keep(accountId, hashDevice(value), { until, most: MOST_DEVICES });
      return value;
    },
  };
}
