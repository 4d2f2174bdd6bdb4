import type { MessageName, MessageValues } from '../../src/domain/message.ts';

type Variants = { readonly [N in MessageName]?: readonly Partial<MessageValues[N]>[] };

const changes = { Nom: { from: 'MANTEL', to: 'MANTEAU' }, Fonction: { from: '', to: 'Conseiller' } };
const ADDRESS = { from: 'nouvelle@caf39.caf.fr', to: 'ancienne@caf39.caf.fr' };
const nothingSaid = [{ reason: '' }];
const byThemselves = { requester: null, beneficiary: null };
const forAnother = { requester: null, beneficiary: 'William ADAMA' };

/** What else each message may be told: each choice, each nothing, each yes and no that changes its words. */
export const variants: Variants = {
  'account-inactive': [{ byUcanss: true }],
  'account-reactivated': [{ rights: [] }, { rights: ['Energie Lecteur'] }, ...nothingSaid],
  activation: [{ cause: 'accepted' }, { cause: 'asked-again' }, { cause: 'resent' }],
  attached: [{ delegationEnded: false }],
  'batch-undone': [
    {
      changes: (['removed', 'restored'] as const).flatMap((outcome) => [
        { outcome, label: 'Energie Lecteur' },
        { outcome, label: 'SDA_Consultation' },
      ]),
    },
    {
      changes: [
        { outcome: 'cancelled', label: 'Energie Lecteur' },
        { outcome: 'asked_again', label: 'SDA_Consultation' },
      ],
    },
    ...nothingSaid,
  ],
  'delegation-granted': [{ to: 'giver' }, { to: 'giver', endsOn: null }, { endsOn: null }, ...nothingSaid],
  'delegation-removed': [{ to: 'remover' }, ...nothingSaid],
  'unusual-act': [
    { cause: 'attachments', person: null },
    { cause: 'creations', person: null },
    { cause: 'email_reverted' },
    { cause: 'email_reverted', address: ADDRESS },
    { cause: 'factor_restored' },
  ],
  'factor-reset': [
    { outcome: 'done' },
    { outcome: 'done', askedBy: null, reason: '' },
    { outcome: 'ended', resetId: null },
  ],
  'factor-reset-stopped': nothingSaid,
  'security-changed': [
    ...(['authenticator_added', 'authenticator_replaced', 'authenticator_removed'] as const),
    ...(['passkey_added', 'passkey_removed', 'passkey_renamed', 'sessions_closed'] as const),
    ...(['recovery_codes_renewed', 'recovery_code_used', 'password_changed'] as const),
    ...(['codes_refused', 'passwords_refused'] as const),
  ].map((what) => ({ what })),
  'email-agreement': [{ silenceAgrees: true }, ...nothingSaid],
  'email-mailbox': [{ silenceAgrees: true }, ...nothingSaid],
  'email-change': [{ askedBy: null }],
  'email-change-ended': [
    { by: null, reason: '' },
    { outcome: 'changed', by: null },
    { outcome: 'lapsed', by: null },
    { outcome: 'reverted', by: null },
  ],
  'email-change-stopped': nothingSaid,
  'email-changed': [{ changeId: null }],
  'end-date-changed': [{ endsOn: null }],
  'national-role-removed': nothingSaid,
  'request-accepted': [
    byThemselves,
    forAnother,
    { ...byThemselves, roleLabel: 'Correction de fiche', changes },
    { endsOn: null },
    ...nothingSaid,
  ],
  'request-lapsed': [byThemselves, forAnother, { kind: 'account' }, { kind: 'correction' }],
  'request-lapsing': [forAnother, { kind: 'role', requester: 'Maud SUPPLÉANTE' }],
  'request-received': [
    { requester: null },
    { kind: 'role' },
    { kind: 'address', newEmail: 'fred@caf39.caf.fr' },
    { kind: 'address', newEmail: 'fred@caf39.caf.fr', outsideMailDomain: false },
    { outsideMailDomain: false, ...nothingSaid[0] },
    { kind: 'correction', roleLabel: 'Correction de fiche', requester: null, changes },
    { reminded: true, requestId: 7, waiting: 2 },
    { forUcanss: true },
    { forUcanss: true, nobodyHere: true },
    { requestId: 7, waiting: 1, closesOn: '2027-01-21' },
    { requestId: 7, waiting: 3, organismCode: 'CAF-391' },
  ],
  'request-refused': [byThemselves, { ...byThemselves, requester: 'Maud SUPPLÉANTE' }],
  'requests-received': [{ waiting: 12 }, { waiting: 15, organismCode: 'UCN' }, ...nothingSaid],
  'requests-waiting': [{ waiting: 1, days: 1 }],
  'role-granted': [
    { endsOn: '2027-06-30' },
    { granted: 2, roleLabel: 'Energie Lecteur, SDA_Consultation' },
    ...nothingSaid,
  ],
};
