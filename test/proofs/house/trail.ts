import { join } from 'node:path';
import { spawnPortal } from '../../tools/process.ts';
import type { House } from './house.ts';

/** What `npm run audit:verify` says against the trail; nothing where it is intact. */
export async function trailFaults({ url }: House): Promise<string[]> {
  const verify = spawnPortal({ DATABASE_URL: url, LOG_LEVEL: 'silent' }, [
    process.execPath,
    join('src', 'cli', 'verify-trail.ts'),
  ]);
  const code = await verify.ended;
  const { out, err } = verify.output();
  return code === 0 && out.includes('chain intact') ? [] : [`audit:verify: ${(err || out).trim()}`];
}
