import { populate } from '../../../seeds/population.ts';
import { loadReference } from '../../../seeds/reference.ts';
import type { Database } from '../../../src/database/knex.ts';
import { systemClock } from '../../../src/domain/clock.ts';
import { hashPassword } from '../../../src/security/passwords.ts';
import { createAccount } from '../../factories/accounts.ts';
import { grant } from '../../factories/assignments.ts';

/** Production refuses the demonstration and its public password: the proofs have people of their own. */
export const PASSWORD = 'quatre-vingts-lucarnes-au-grenier';

/** Where people act. */
export const ORGANISMS = ['CAF-391', 'CAF-251', 'CAF-701', 'CPAM-391'] as const;
const ADMINISTRATORS = 3;
const AGENTS = 60;
const NATIONALS = 16;

/** Enough for a file that no connection holds in its buffers, and for an act on hundreds of people. */
const POPULATION = 12_000;

export const administratorEmail = (organism: string, rank: number) =>
  `administration.${rank}.${organism.toLowerCase()}@preuves.fr`;
export const agentEmail = (organism: string, rank: number) =>
  `agent.${rank}.${organism.toLowerCase()}@preuves.fr`;
export const nationalEmail = (rank: number) => `national.${rank}@preuves.fr`;

/** How many of each there are. */
export const cast = { administrators: ADMINISTRATORS, agents: AGENTS, nationals: NATIONALS };

/** The reference data, a population, and the people whom the proofs sign in; as the owner of the schema. */
export async function fillHouse(db: Database): Promise<void> {
  await loadReference(db, { clock: systemClock });
  await populate(db, { accounts: POPULATION });
  const signing: number[] = [];
  const add = async (email: string, organism: string) => {
    const account = await createAccount(db, { email, organism });
    signing.push(account.id);
    return account;
  };
  for (const organism of ORGANISMS) {
    for (let rank = 1; rank <= ADMINISTRATORS; rank += 1) {
      const account = await add(administratorEmail(organism, rank), organism);
      await grant(db, account, 'administrateur-local', { organism });
    }
    for (let rank = 1; rank <= AGENTS; rank += 1) await add(agentEmail(organism, rank), organism);
  }
  for (let rank = 1; rank <= NATIONALS; rank += 1) {
    const account = await add(nationalEmail(rank), 'UCANSS');
    await grant(db, account, rank === 1 ? 'administrateur-ucanss' : 'auditeur');
  }
  const password_hash = await hashPassword(PASSWORD);
  const changed_at = systemClock.now();
  await db('credentials').insert(signing.map((account_id) => ({ account_id, password_hash, changed_at })));
}
