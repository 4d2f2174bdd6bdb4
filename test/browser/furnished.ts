import type { Database } from '../../src/database/knex.ts';
import { recordEvents } from '../../src/database/transaction.ts';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createDraft } from '../factories/drafts.ts';
import { createFailedMessage } from '../factories/messages.ts';
import { organismOf } from '../factories/organisms.ts';
import { createRequest } from '../factories/requests.ts';
import { testClock } from '../tools/clock.ts';

/** Somebody of whom the account page has everything to say, and what else the pages need to be full. */
export async function furnish(db: Database, administrator: string) {
  const person = await createAccount(db, {
    last_name: 'DE-LA-TOUR-D’AUVERGNE-LAURAGUAIS',
    function_title: 'F'.repeat(150),
  });
  const dated = await grant(db, person, 'energie-lecteur', { ends_on: '2027-06-30' });
  await grant(db, person, 'sda-administrateur');
  const request = await createRequest(db, { account: person, role: 'annuaire-add-lecteur' });
  const former = await organismOf(db, 'UCN');
  await db('assignments').where({ account_id: person.id }).update({ inherited_from: former.id });
  const gone = await createAccount(db, { last_name: 'PARTIE', active: false });
  const elsewhere = await createAccount(db, { last_name: 'AILLEURS', organism: 'CAF-251' });
  const { id: createdBy, organism_id: organismId } = await accountOf(db, administrator);
  const selectedIds = await db('accounts').where({ organism_id: organismId, active: true }).pluck('id');
  const draft = await createDraft(db, { createdBy, organismId, selectedIds });
  await createFailedMessage(db, {
    recipient: 'une.adresse.vraiment.tres.longue.qui.n.existe.plus@assurance-maladie-de-haute-saone.fr',
  });
  const text = 'Le poste a changé.';
  await db('refusal_reasons').insert({ organism_id: organismId, text });
  const filters = { nom: 'mantel', role: '' };
  await recordEvents(
    { db, clock: testClock, actor: { kind: 'account', accountId: createdBy } },
    { action: 'export.ended', organismId, details: { list: 'comptes', format: 'csv', filters, rows: 3 } },
  );
  const [event] = await db('audit_events').where({ organism_id: organismId }).orderBy('id', 'desc').limit(1);
  return { person, dated, request, gone, elsewhere, draft, event: event.id };
}
