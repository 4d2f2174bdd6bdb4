import type { MessageValues } from '../../domain/message.ts';
import type { SecurityChange } from '../../domain/second-factor.ts';
import { contacts, paths } from '../../paths.ts';
import { formatDateTime } from '../../presenters/format.ts';
import { button, defineTemplate, facts, paragraph } from '../content.ts';
import { greet } from './phrases.ts';

type Values = MessageValues['security-changed'];

/** The subject, and what happened. */
const TOLD: Readonly<Record<SecurityChange, readonly [subject: string, told: string]>> = {
  authenticator_added: [
    'Application d’authentification ajoutée',
    'Une application d’authentification est ajoutée à votre compte\u00a0: ses codes vous seront demandés à la connexion, et vos autres sessions sont fermées.',
  ],
  authenticator_replaced: [
    'Application d’authentification remplacée',
    'L’application d’authentification de votre compte est remplacée par une autre\u00a0: les codes de l’ancienne ne servent plus, et vos autres sessions sont fermées.',
  ],
  authenticator_removed: [
    'Application d’authentification retirée',
    'L’application d’authentification de votre compte est retirée.',
  ],
  passkey_added: [
    'Clé d’accès ajoutée',
    'Une clé d’accès est ajoutée à votre compte, et vos autres sessions sont fermées.',
  ],
  passkey_removed: ['Clé d’accès retirée', 'Une clé d’accès de votre compte est retirée.'],
  passkey_renamed: ['Clé d’accès renommée', 'Une clé d’accès de votre compte porte un autre nom.'],
  recovery_codes_renewed: [
    'Nouveaux codes de secours',
    'Vos codes de secours sont remplacés\u00a0: les anciens ne servent plus.',
  ],
  recovery_code_used: ['Code de secours utilisé', 'Un de vos codes de secours a servi, et ne sert plus.'],
  password_changed: [
    'Mot de passe changé',
    'Le mot de passe de votre compte est changé\u00a0: vos autres sessions sont fermées.',
  ],
  sessions_closed: [
    'Sessions fermées',
    'Des sessions de votre compte ont été fermées, depuis «\u00a0Ma sécurité\u00a0».',
  ],
  new_device: [
    'Connexion depuis un nouvel appareil',
    'Votre compte est connecté depuis un appareil que nous ne connaissions pas.',
  ],
  codes_refused: [
    'Second facteur refusé',
    'Plusieurs codes, ou plusieurs clés d’accès, ont été refusés pour votre compte, dont le mot de passe venait d’être donné\u00a0: les suivants ne sont pas lus pendant quinze minutes.',
  ],
  passwords_refused: [
    'Connexions refusées',
    'Plusieurs mots de passe ont été refusés pour votre compte en quelques minutes.',
  ],
};

const DETAILS: Partial<Record<SecurityChange, string>> = {
  passkey_added: 'Nom',
  passkey_removed: 'Nom',
  passkey_renamed: 'Nom',
  new_device: 'Appareil',
  recovery_code_used: 'Codes restants',
  sessions_closed: 'Sessions',
};

const detailOf = ({ what, detail }: Values): [string, string] | null => {
  const label = DETAILS[what];
  return label === undefined || detail === '' ? null : [label, detail];
};

const endedChange = ({ endedEmail }: Values): [string, string] | null =>
  endedEmail === undefined ? null : ['Changement d’adresse en attente, annulé', endedEmail];

/** Whoever did these had come in as the person, and keeps them out by what they added. */
const ENTERED: ReadonlySet<SecurityChange> = new Set([
  'authenticator_added',
  'authenticator_replaced',
  'passkey_added',
]);

const WARN = `prévenez un administrateur de votre organisme, ou écrivez à ${contacts.email}`;
const FORGOTTEN =
  'choisissez un autre mot de passe par «\u00a0Mot de passe oublié\u00a0»\u00a0: toutes vos sessions seront fermées';
const OUSTED = `demandez sans tarder à un administrateur de votre organisme (à l’Ucanss si vous administrez\u00a0: ${contacts.email}) de réinitialiser votre second facteur, et ${FORGOTTEN}`;
const NOT_YOU = `changez votre mot de passe sans tarder, fermez vos autres sessions, et ${WARN}`;

/** What to do where it was somebody else. */
function remedy(what: SecurityChange): string {
  if (ENTERED.has(what)) return OUSTED;
  switch (what) {
    // The present one is known to whoever chose it alone.
    case 'password_changed':
      return `${FORGOTTEN}\u00a0; puis ${WARN}`;
    // The other codes are where this one was.
    case 'recovery_code_used':
      return `changez votre mot de passe sans tarder, fermez vos autres sessions, remplacez vos codes par «\u00a0Nouveaux codes de secours\u00a0» dans «\u00a0Ma sécurité\u00a0», et ${WARN}`;
    default:
      return NOT_YOU;
  }
}

/** To the person: how they sign in has changed, or somebody tries to (R89). */
export const securityChanged = defineTemplate<'security-changed'>({
  subject: ({ what }) => TOLD[what][0],
  greeting: greet,
  blocks: (values, site) => [
    paragraph(TOLD[values.what][1]),
    facts(['Le', formatDateTime(new Date(values.at))], detailOf(values), endedChange(values)),
    button('Voir ma sécurité', site.url(paths.security.show)),
    paragraph(`Si ce n’est pas vous, ${remedy(values.what)}.`),
  ],
});
