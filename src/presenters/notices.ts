import { paths } from '../paths.ts';
import { messagesLeft } from './batches.ts';
import { plural } from './format.ts';

/** A notice left for the next page, by key. */
export interface Notice {
  key: string;
  values: Record<string, string>;
}

/** A notice as the layout shows it. */
export interface ShownNotice {
  kind: 'success' | 'information' | 'warning' | 'danger';
  text: string;
  link: { href: string; label: string } | null;
  /** What there is to say line by line. */
  lines?: string[];
}

type Writer = (
  values: Record<string, string>,
) => Pick<ShownNotice, 'kind' | 'text'> & Partial<Pick<ShownNotice, 'link' | 'lines'>>;

const OUTSIDE_DOMAIN = ' Attention\u00a0: cette adresse n’est pas du domaine de messagerie de l’organisme.';

/** A form could not be shown again: what it was about has changed meanwhile, which is said beside. */
export const FORM_NOT_SHOWN =
  'Rien n’a été enregistré de ce que vous aviez saisi, et le formulaire ne peut plus être repris\u00a0: la situation a changé entre-temps.';

/** Every notice that a redirect may leave for the next page. */
const NOTICES: Record<string, Writer> = {
  'account-act-refused': ({ sentence = '' }) => ({ kind: 'danger', text: sentence }),
  'account-attached': ({ person, organism }) => ({
    kind: 'success',
    text: `${person} fait maintenant partie de ${organism}. Ses droits sont conservés\u00a0: ils sont à revoir.`,
  }),
  'account-deactivated': ({ person, href = '' }) => ({
    kind: 'success',
    text: `Le compte de ${person} est désactivé\u00a0: ses sessions ont pris fin, ses droits sont conservés.`,
    link: { href, label: 'Voir sa fiche' },
  }),
  'account-sessions-ended': ({ person, href = '' }) => ({
    kind: 'success',
    text: `Plus aucune session de ${person} n’est ouverte. Son compte reste actif.`,
    link: { href, label: 'Voir sa fiche' },
  }),
  'account-reactivated': ({ person, href = '' }) => ({
    kind: 'success',
    text: `Le compte de ${person} est réactivé, avec les droits qu’il avait.`,
    link: { href, label: 'Voir sa fiche' },
  }),
  'assignment-granted': ({ person, role, href = '' }) => ({
    kind: 'success',
    text: `«\u00a0${role}\u00a0» est accordé à ${person}. Un message lui est envoyé.`,
    link: { href, label: 'Voir sa fiche' },
  }),
  'assignment-removed': ({ person, role, href = '' }) => ({
    kind: 'success',
    text: `«\u00a0${role}\u00a0» est supprimé pour ${person}. Ses autres droits restent inchangés.`,
    link: { href, label: 'Voir sa fiche' },
  }),
  'assignment-requested': ({ person, role, href = '' }) => ({
    kind: 'success',
    text: `«\u00a0${role}\u00a0» est demandé à l’Ucanss pour ${person}\u00a0: ce rôle est soumis à sa validation.`,
    link: { href, label: 'Voir les demandes en cours' },
  }),
  'form-not-shown': () => ({ kind: 'warning', text: FORM_NOT_SHOWN }),
  'kept-form-dropped': () => ({
    kind: 'information',
    text: 'Un formulaire attendait sur ce navigateur, rempli sous un autre compte que le vôtre\u00a0: il est effacé, et rien n’en a été enregistré.',
  }),
  'kept-form-waits': ({ href = '' }) => ({
    kind: 'information',
    text: 'Un formulaire que vous n’aviez pas pu envoyer est gardé encore quelques minutes, comme vous l’aviez rempli.',
    link: { href, label: 'Le reprendre' },
  }),
  'signed-in-instead': ({ person }) => ({
    kind: 'information',
    text: `Vous étiez connecté en tant que ${person}\u00a0: cette session est fermée.`,
  }),
  'password-chosen': () => ({
    kind: 'success',
    text: 'Votre mot de passe est enregistré. Vous êtes connecté.',
  }),
  'password-link-asked': () => ({
    kind: 'success',
    text: 'Si cette adresse est celle d’un compte, un message vient de lui être envoyé avec un lien pour choisir un mot de passe. Il peut mettre quelques minutes à arriver\u00a0: pensez à regarder dans les indésirables.',
  }),
  'request-cancelled': ({ label }) => ({
    kind: 'success',
    text: `Votre demande de «\u00a0${label}\u00a0» est annulée.`,
  }),
  'request-submitted': ({ label, to }) => ({
    kind: 'success',
    text: `Votre demande de «\u00a0${label}\u00a0» est transmise ${to}. Vous recevrez la réponse par message.`,
    link: { href: paths.myInformation, label: 'Suivre vos demandes' },
  }),
  'request-too-late': ({ sentence = '' }) => ({ kind: 'danger', text: sentence }),
  'account-changed': ({ sentence = '' }) => ({ kind: 'success', text: sentence }),
  'account-created': ({ person, email, moves, outsideDomain, href = '' }) => ({
    kind: 'success',
    text: `Le compte de ${person} est créé. Un message d’activation est envoyé à ${email}. ${outsideDomain === 'true' ? OUTSIDE_DOMAIN : ''} ${moves}`.trim(),
    link: { href, label: 'Accéder à la fiche' },
  }),
  'address-agreed': ({ person, email }) => ({
    kind: 'success',
    text: `Votre accord est enregistré\u00a0: l’adresse de ${person} changera quand ${email} aura été confirmée par le lien qui y est envoyé.`,
  }),
  'address-changed': ({ person, href = '' }) => ({
    kind: 'success',
    text: `L’adresse de ${person} est changée. L’ancienne en est prévenue.`,
    link: { href, label: 'Voir les demandes acceptées' },
  }),
  'email-change-asked': ({ person, email, outsideDomain }) => ({
    kind: 'success',
    text: `Un lien est envoyé à ${email}, et un autre à l’adresse actuelle\u00a0: l’adresse de ${person} changera quand la nouvelle sera confirmée et que la personne, ou l’Ucanss, aura donné son accord.${outsideDomain === 'true' ? OUTSIDE_DOMAIN : ''}`,
  }),
  'email-corrected': ({ person, email, outsideDomain }) => ({
    kind: 'success',
    text: `L’adresse de ${person} est corrigée\u00a0: un nouveau message d’activation est envoyé à ${email}.${outsideDomain === 'true' ? OUTSIDE_DOMAIN : ''}`,
  }),
  'own-address-agreed': ({ email }) => ({
    kind: 'success',
    text: `Votre accord est enregistré\u00a0: votre adresse changera quand ${email} aura été confirmée par le lien qui y est envoyé.`,
  }),
  'own-address-refused': () => ({
    kind: 'success',
    text: 'Le changement d’adresse est arrêté\u00a0: rien n’est changé.',
  }),
  'own-address-over': () => ({
    kind: 'information',
    text: 'Le changement auquel vous répondiez n’attend plus\u00a0: il est fini, ou un autre l’a remplacé. Rien n’a été fait.',
  }),
  'email-change-cancelled': ({ email }) =>
    email
      ? {
          kind: 'success',
          text: `Le changement d’adresse est annulé\u00a0: le lien envoyé à ${email} ne sert plus à rien.`,
        }
      : {
          kind: 'information',
          text: 'Aucun changement d’adresse n’était en attente, ou un autre l’a remplacé\u00a0: rien n’a été fait.',
        },
  'own-email-change-asked': ({ email }) => ({
    kind: 'success',
    text: `Un lien est envoyé à ${email}\u00a0: ouvrez-le pour confirmer votre nouvelle adresse. Rien n’est changé d’ici là.`,
  }),
  'delegation-end-date': ({ person, endsOn, href = '' }) => ({
    kind: 'success',
    text: endsOn
      ? `La délégation de ${person} finira le ${endsOn} inclus. Un message l’en informe.`
      : `La délégation de ${person} n’a plus de date de fin. Un message l’en informe.`,
    link: { href, label: 'Voir les administrateurs locaux' },
  }),
  'delegation-granted': ({ person, organism, endsOn, href = '' }) => ({
    kind: 'success',
    text: `${person} est administrateur local de ${organism}${endsOn ? ` jusqu’au ${endsOn} inclus` : ''}. Un message vous est envoyé à tous les deux.`,
    link: { href, label: 'Voir les administrateurs locaux' },
  }),
  'delegation-refused': ({ sentence = '' }) => ({ kind: 'danger', text: sentence }),
  'delegation-removed': ({ person, organism, href = '' }) => ({
    kind: 'success',
    text: `${person} n’est plus administrateur local de ${organism}. Un message vous est envoyé à tous les deux.`,
    link: href === '' ? null : { href, label: 'Voir sa fiche' },
  }),
  'decision-refused': ({ sentence = '' }) => ({ kind: 'danger', text: sentence }),
  'message-not-resent': ({ sentence = '' }) => ({ kind: 'warning', text: sentence }),
  'message-resent': ({ sentence = '', href = '' }) => ({
    kind: 'success',
    text: sentence,
    link: { href, label: 'Voir les messages en attente' },
  }),
  'national-role-end-date': ({ person, endsOn, href = '' }) => ({
    kind: 'success',
    text: endsOn
      ? `Le profil national de ${person} finira le ${endsOn} inclus. Un message l’en informe.`
      : `Le profil national de ${person} n’a plus de date de fin. Un message l’en informe.`,
    link: { href, label: 'Voir les profils nationaux' },
  }),
  'national-role-granted': ({ person, role, endsOn, href = '' }) => ({
    kind: 'success',
    text: `${person} a le profil «\u00a0${role}\u00a0»${endsOn ? ` jusqu’au ${endsOn} inclus` : ''}. Un message l’en informe.`,
    link: { href, label: 'Voir les profils nationaux' },
  }),
  'national-role-refused': ({ sentence = '' }) => ({ kind: 'danger', text: sentence }),
  'national-role-removed': ({ person, role, href = '' }) => ({
    kind: 'success',
    text: `${person} n’a plus le profil «\u00a0${role}\u00a0». Un message l’en informe.`,
    link: { href, label: 'Voir les profils nationaux' },
  }),
  'nothing-ticked': () => ({
    kind: 'warning',
    text: 'Cochez au moins une ligne avant de choisir une action.',
  }),
  'request-accepted': ({ person, href = '' }) => ({
    kind: 'success',
    text: `La demande de ${person} est acceptée. Un message lui est envoyé.`,
    link: { href, label: 'Voir les demandes acceptées' },
  }),
  'request-refused': ({ person, href = '' }) => ({
    kind: 'success',
    text: `La demande de ${person} est refusée. Un message en donne le motif.`,
    link: { href, label: 'Voir les demandes refusées' },
  }),
  'requests-accepted': (values) => batchNotice(values, 'acceptée', 'Voir les demandes acceptées'),
  'requests-refused': (values) => batchNotice(values, 'refusée', 'Voir les demandes refusées'),
  'refusal-reason-added': () => ({ kind: 'success', text: 'Le motif est proposé dès maintenant.' }),
  'refusal-reason-known': () => ({ kind: 'information', text: 'Ce motif est déjà proposé.' }),
  'refusal-reason-changed': () => ({ kind: 'success', text: 'Le motif est réécrit.' }),
  'refusal-reason-removed': () => ({ kind: 'success', text: 'Le motif n’est plus proposé.' }),
  'right-gone': () => ({
    kind: 'danger',
    text: 'Ce droit a été retiré ou changé entre-temps\u00a0: rien n’a été fait.',
  }),
  'right-reserved': () => ({
    kind: 'danger',
    text: 'Ce rôle est soumis à la validation de l’Ucanss\u00a0: vous pouvez avancer la fin de ce droit, pas la repousser. Pour la repousser, écrivez à habilitations@ucanss.fr.',
  }),
  'right-oneself': () => ({
    kind: 'danger',
    text: 'Ce sont vos propres droits\u00a0: un autre administrateur peut les changer.',
  }),
  'reference-created': ({ sentence = '', href = '', label = '' }) => ({
    kind: 'success',
    text: sentence,
    link: { href, label },
  }),
  'reference-saved': ({ sentence = '', href = '' }) => ({
    kind: 'success',
    text: sentence,
    link: { href, label: 'Revoir la modification' },
  }),
  'reference-unchanged': () => ({
    kind: 'information',
    text: 'Rien n’a été modifié : les valeurs sont celles qui étaient enregistrées.',
  }),
  'signed-out': () => ({ kind: 'success', text: 'Vous êtes déconnecté.' }),
  'organism-changed': ({ name }) => ({ kind: 'success', text: `Vous travaillez maintenant pour ${name}.` }),
  'organism-unknown': () => ({ kind: 'danger', text: 'Vous n’administrez pas cet organisme.' }),
};

/** A selection that was decided; `left`: why each of the others was not, one a line. */
function batchNotice(
  { decided, agreed = '0', messages = '0', left = '', href = '' }: Record<string, string>,
  done: string,
  label: string,
): ReturnType<Writer> {
  const count = Number(decided);
  const lines = left.split('\n').filter((line) => line !== '');
  const others = plural(lines.length, 'autre a été laissée', 'autres ont été laissées');
  const agreements = Number(agreed);
  const waiting = plural(agreements, 'accord donné', 'accords donnés');
  const text =
    (count > 0 || agreements === 0
      ? `${plural(count, 'demande', 'demandes')} ${done}${count >= 2 ? 's' : ''}.`
      : '') +
    (agreements === 0
      ? ''
      : ` ${waiting}\u00a0: chaque adresse changera quand elle aura été confirmée par le lien qui y est envoyé.`) +
    (lines.length === 0 ? '' : ` ${others}.`) +
    ` ${messagesLeft(Number(messages))}` +
    (lines.length === 0 ? '' : ` Ce qui a été laissé\u00a0:`);
  return {
    kind: count + agreements > 0 ? 'success' : 'warning',
    text: text.trim(),
    lines,
    link: count > 0 ? { href, label } : null,
  };
}

export function showNotice({ key, values }: Notice): ShownNotice {
  const writer = NOTICES[key];
  if (!writer) throw new Error(`no notice is called ${key}`);
  return { link: null, ...writer(values) };
}
