import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EventAction, EventDetails } from '../../src/domain/audit-event.ts';
import type { MessageName } from '../../src/domain/message.ts';
import { templates } from '../../src/mail/templates.ts';
import { EVENT_CHOICES } from '../../src/presenters/event-filters.ts';
import { showEvent } from '../../src/presenters/events.ts';
import type { EventRow } from '../../src/repositories/lists/events.ts';
import { isAsItWas } from '../tools/snapshot.ts';

const CHANGES = { nom: { from: 'Ancien', to: 'Nouveau' }, téléphone: { from: '', to: '01 02 03 04 05' } };
const GRANTED = { label: 'Energie Lecteur', reason: 'Prise de poste', ends_on: '2027-12-31' };
const MOVE = { from: 'CAF du Jura', to: 'CPAM du Jura' };
const EXPORTED = { list: 'etat-des-habilitations', format: 'xlsx', filters: { perimetre: 'tous' } };
const MESSAGE = { template: 'activation', to: 'tmantel@caf39.caf.fr' };

/** What each act leaves, as its use case writes it: an act that is not here does not compile. */
const DETAILS: { [A in EventAction]: EventDetails[A] } = {
  'sign_in.succeeded': {},
  'factor.added': { kind: 'passkey', name: 'Mon téléphone', first: true },
  'factor.removed': { kind: 'authenticator' },
  'factor.renamed': { kind: 'passkey', name: 'Mon ordinateur', former: 'Mon téléphone' },
  'factor.codes_renewed': {},
  'factor.recovery_code_used': { left: 3 },
  'factor.reset_asked': { reason: 'Téléphone perdu', effective_at: '2026-11-23T09:00:00.000Z' },
  'factor.reset': { reason: 'Téléphone perdu' },
  'factor.reset_stopped': { done: true },
  'factor.reset_ended': { cause: 'asker' },
  'factor.refused': { asked: 'sign_in' },
  'factor.limited': { asked: 'identity' },
  'identity.confirmed': { by: 'code' },
  'sign_in.half': {},
  'sign_in.refused': { cause: 'wrong' },
  'sign_in.limited': { scope: 'account' },
  sign_out: {},
  'session.ended': { cause: 'idle' },
  'access.pace_reached': { what: 'attachments' },
  'access.refused': { method: 'POST', path: '/gestion/comptes/:id/desactivation' },
  'password.chosen': { after: 'activation' },
  'password.reset_requested': {},
  'list.exported': EXPORTED,
  'export.started': EXPORTED,
  'export.ended': { ...EXPORTED, rows: 57 },
  'search.person_told': { how: 'attachment' },
  'search.outside': { last_name: 'TOLOGUE', first_name: '', found: 2 },
  'message.sent': MESSAGE,
  'message.failed': { ...MESSAGE, attempts: 12 },
  'message.resent': MESSAGE,
  'message.withdrawn': { count: 56 },
  'request.submitted': { kind: 'role', label: 'Energie Lecteur' },
  'request.confirmed': {},
  'request.accepted': { kind: 'role', label: 'Energie Lecteur', ends_on: '2027-12-31' },
  'request.refused': { kind: 'role', label: 'Energie Lecteur', reason: 'Déjà assurée' },
  'request.cancelled': { label: 'Energie Lecteur' },
  'request.reminded': { label: 'Energie Lecteur' },
  'request.moved': MOVE,
  'requests.reminded': { count: 12, since: '2026-10-02', administrators: 2 },
  'requests.purged': { count: 3 },
  'account.created': { email: 'tmantel@caf39.caf.fr' },
  'account.updated': { changes: CHANGES },
  'account.email_change_asked': { to: 'nouvelle@caf39.caf.fr' },
  'account.email_change_cancelled': { to: 'nouvelle@caf39.caf.fr' },
  'account.email_change_confirmed': { to: 'nouvelle@caf39.caf.fr' },
  'account.email_change_agreed': { to: 'nouvelle@caf39.caf.fr', by: 'person' },
  'account.email_change_refused': { to: 'nouvelle@caf39.caf.fr', by: 'ucanss', reason: 'Boîte inconnue' },
  'account.email_reverted': { from: 'nouvelle@caf39.caf.fr', to: 'tmantel@caf39.caf.fr' },
  'account.email_changed': { from: 'tmantel@caf39.caf.fr', to: 'nouvelle@caf39.caf.fr' },
  'account.deactivated': { reason: 'Départ' },
  'account.sessions_ended': { sessions: 2 },
  'account.reactivated': {},
  'account.activation_resent': { to: 'zoe@caf39.caf.fr' },
  'account.attached': MOVE,
  'account.left': MOVE,
  'planned_act.added': {
    kind: 'departure',
    on: '2026-12-01',
    reason: 'Retraite',
    rights: true,
    requests: true,
  },
  'planned_act.cancelled': { kind: 'delegation', on: '2026-12-01', cause: 'asker' },
  'account.nominated': { reference: 'N-2026-41', function: 'Directeur adjoint' },
  'account.office_ended': { reference: 'N-2026-41' },
  'nominations.compared': { file: 'nominations de novembre', lines: 12 },
  'nominations.applied': { file: 'nominations de novembre', lines: 10 },
  'assignment.granted': GRANTED,
  'assignment.removed': GRANTED,
  'assignment.expired': GRANTED,
  'assignment.end_date_changed': { label: 'Energie Lecteur', from: null, to: '2027-12-31' },
  'assignment.confirmed': { label: 'Energie Lecteur' },
  'delegation.granted': { organism: 'CAF du Jura', ends_on: '2027-12-31' },
  'delegation.removed': { organism: 'CAF du Jura', cause: 'attached' },
  'delegation.expired': { organism: 'CAF du Jura', ends_on: '2027-12-31' },
  'national_role.granted': { ...GRANTED, label: 'Auditeur' },
  'national_role.removed': { label: 'Auditeur' },
  'organism.created': { code: 'CAF-999', name: 'CAF du Test' },
  'organism.updated': { code: 'CAF-999', changes: CHANGES },
  'application.created': { code: 'energie', name: 'Energie' },
  'application.updated': { code: 'energie', changes: CHANGES },
  'role.created': { code: 'energie-lecteur', label: 'Energie Lecteur' },
  'role.updated': { code: 'energie-lecteur', changes: CHANGES },
  'refusal_reason.saved': { label: 'Déjà assurée' },
  'refusal_reason.removed': { label: 'Déjà assurée' },
  'text.normalised': {
    changed: { accounts: 2 },
    named: [{ table: 'accounts', id: 7, column: 'last_name', name: 'tmantel' }],
  },
  'seed.loaded': { organisms: 287, roles: 55, demonstration: false },
};

const TO = { to: 'nouvelle@caf39.caf.fr' };
const BOTH = { ...TO, from: 'tmantel@caf39.caf.fr' };
const OUTSIDE = { outside_domain: true } as const;

/** What else the details of an act may be: each kind, each cause, each yes, each nothing that changes its words. */
const ELSE: { [A in EventAction]?: EventDetails[A][] } = {
  'sign_in.refused': [{ cause: 'inactive' }],
  'sign_in.limited': [{ scope: 'address' }, { scope: 'device' }],
  'session.ended': (
    ['absolute', 'deactivated', 'password_reset', 'email_changed', 'email_reverted'] as const
  ).map((cause) => ({ cause })),
  'access.pace_reached': [{ what: 'creations' }],
  'access.refused': [
    { method: 'GET', path: '/gestion' },
    { method: 'POST', path: '/gestion', more_than: 20 },
  ],
  'password.chosen': [{ after: 'reset' }],
  'export.ended': (['gone', 'unread', 'rights', 'too_long', 'stopped', 'failed'] as const).map((cut) => ({
    ...EXPORTED,
    ...{ rows: 1, cut },
  })),
  'search.person_told': (['creation', 'email_change', 'request'] as const).map((how) => ({ how })),
  'search.outside': [{ last_name: 'TOLOGUE', first_name: 'Ana', words: 'caf', found: 1 }],
  'request.submitted': [
    { kind: 'account' },
    { kind: 'address', label: 'Changement d’adresse' },
    { kind: 'correction', label: 'Correction de fiche', changes: CHANGES },
  ],
  'request.accepted': [{ kind: 'account' }, { kind: 'role', label: 'Energie Lecteur' }],
  'request.refused': [{ kind: 'account', reason: 'Inconnu' }],
  'request.cancelled': [{ label: 'Energie Lecteur', cause: 'lapsed' }, {}],
  'requests.reminded': [{ count: 1, since: '2026-10-02', administrators: 1 }],
  'requests.purged': [{ count: 1 }],
  'account.created': [
    { email: BOTH.from, executive: true },
    { email: BOTH.from, ...OUTSIDE },
  ],
  'account.email_change_asked': [{ ...TO, ...OUTSIDE }],
  'account.email_change_cancelled': (['deactivated', 'attached', 'asker', 'lapsed'] as const).map(
    (cause) => ({
      ...TO,
      cause,
    }),
  ),
  'account.email_change_agreed': [{ ...TO, by: 'ucanss' }],
  'account.email_change_refused': [{ ...TO, by: 'person', reason: '' }],
  'account.email_reverted': [{ ...BOTH, taken: true }],
  'account.email_changed': [
    { ...BOTH, at_once: true },
    { ...BOTH, ...OUTSIDE },
  ],
  'account.sessions_ended': [{ sessions: 0 }, { sessions: 1 }],
  'assignment.granted': [{ label: 'Energie Lecteur', ends_on: null }],
  'assignment.end_date_changed': [{ label: 'Energie Lecteur', from: '2027-12-31', to: null }],
  'delegation.granted': [{}],
  'delegation.removed': [{ cause: 'removed' }, {}],
  'refusal_reason.saved': [{ label: 'Déjà assurée', from: 'Assurée' }],
};

const PEOPLE = /^(sign|session|password|account|assignment|delegation|national_role|request)[._]/;

function rowOf(action: EventAction, details: Record<string, unknown>, known: boolean): EventRow {
  return {
    ...{ id: 1, occurredAt: new Date('2026-11-22T09:00:00Z'), action, details, batchId: null },
    ...{ actorKind: 'anonymous', actor: null, actorJob: null },
    ...{ organismId: known ? 3 : null, organism: known ? 'CAF du Jura' : null },
    ...{ subjectId: known ? 7 : null, subject: known ? 'Thomas MANTEL' : null },
    ...{ requester: null, role: known ? 'Energie Lecteur' : null },
  };
}

describe('an event in French', () => {
  for (const [action, details] of Object.entries(DETAILS) as [EventAction, Record<string, unknown>][]) {
    test(`${action}: a sentence, whole, that names the person`, () => {
      for (const known of [true, false]) {
        const { text, label } = showEvent(rowOf(action, details, known));
        assert.match(text, /^[«0-9A-ZÉÀ]/, text);
        const words = text.replace(/\S+@\S+/g, '');
        assert.doesNotMatch(words, /undefined|null|NaN|\[object|«\u00a0\u00a0»|[a-z][._][a-z]|:[a-z]/, text);
        assert.match(label, /^\p{Lu}[^._]+$/u);
        if (known && PEOPLE.test(action) && action !== 'requests.purged') assert.match(text, /MANTEL/, text);
      }
    });
  }

  test('what each act says, done once or by a batch: another word is seen here', (t) => {
    const lines = (Object.keys(DETAILS) as EventAction[]).flatMap((action) =>
      [DETAILS[action], ...(ELSE[action] ?? [])].flatMap((details) =>
        (details === DETAILS[action] ? [1, 3] : [1]).map((batchSize) => {
          const row = { ...rowOf(action, { ...details }, true), batchSize };
          const { text, label, tone, icon } = showEvent(row);
          return `${label} (${tone}, ${icon}): ${text}`;
        }),
      ),
    );
    isAsItWas(t, [...new Set(lines)]);
  });

  test('a first access: nobody is named before the address is confirmed, nor who has that address (F1, P5)', () => {
    const row = rowOf('request.submitted', { kind: 'account', email: 'tmantel@caf39.caf.fr' }, true);
    assert.doesNotMatch(showEvent(row).text, /mantel/i);
    assert.match(showEvent({ ...row, requester: 'Frédéric LECONFINE' }).text, /pour Frédéric LECONFINE$/);
  });

  test('an account made outside the domain of its organism is told so, and no other', () => {
    const email = 'tmantel@caf39.caf.fr';
    const told = (details: EventDetails['account.created']) =>
      showEvent(rowOf('account.created', { ...details }, true)).text;
    const made = `Création du compte de Thomas MANTEL (${email})`;
    assert.equal(told({ email }), made);
    assert.equal(told({ email, outside_domain: true }), `${made}, adresse hors du domaine de l’organisme`);
  });

  test('the reason that was given stands beside the sentence, and nothing where none was', () => {
    const told = (reason?: string) => showEvent(rowOf('account.deactivated', { reason }, true)).reason;
    assert.deepEqual([told('Départ'), told(''), told()], ['Départ', null, null]);
  });

  test('every message has a name of its own', () => {
    const names = (Object.keys(templates) as MessageName[]).map(
      (template) => showEvent(rowOf('message.sent', { template, to: 'x@y.fr' }, true)).text,
    );
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.doesNotMatch(name, /[a-z]-[a-z]+\u00a0»/, name);
  });

  test('an act of another version is told by its own name, and by what is known of it', () => {
    const row = rowOf('account.created', {}, true);
    assert.equal(showEvent({ ...row, action: 'account.merged' }).text, 'account.merged');
  });

  test('the filter offers every act once, under a name of its own', () => {
    assert.deepEqual(EVENT_CHOICES.map(({ value }) => value).sort(), Object.keys(DETAILS).sort());
    assert.equal(new Set(EVENT_CHOICES.map(({ label }) => label)).size, EVENT_CHOICES.length);
  });
});
