import { backup } from './backup.ts';
import { families } from './families.ts';
import { frozen } from './frozen.ts';
import { lockedTable } from './locked-table.ts';
import { operating } from './operating.ts';
import type { Proof } from './proof.ts';
import { restarts } from './restarts.ts';
import { silentDatabase } from './silent-database.ts';
import { slowClients } from './slow-clients.ts';
import { unreadExports } from './unread-exports.ts';

/** Every proof, in the order in which they run: the one place to add one. */
export const PROOFS: readonly Proof[] = [
  restarts,
  frozen,
  silentDatabase,
  unreadExports,
  lockedTable,
  slowClients,
  backup,
  operating,
  ...families,
];
