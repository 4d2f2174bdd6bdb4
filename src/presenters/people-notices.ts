import { ofOrganism } from '../domain/organism-name.ts';
import { danger, information, success, warning } from './shown-notice.ts';

interface Person {
  person: string;
}
interface Linked {
  href: string;
}
interface OnRole extends Person, Linked {
  role: string;
}
/** `endsOn`: the last day, as it is told; '' for none. */
interface Mandate extends Person, Linked {
  endsOn: string;
}
interface NewAddress extends Person {
  email: string;
  outsideDomain: `${boolean}`;
}

const toRecord = (href: string) => ({ href, label: 'Voir sa fiche' });

const OUTSIDE_DOMAIN = ' Attention\u00a0: cette adresse n’est pas du domaine de messagerie de l’organisme.';

/** What was done to a person: their account, their rights, what they are trusted with, their address. */
export const PEOPLE_NOTICES = {
  'account-attached': ({ person, organism }: Person & { organism: string }) =>
    success(
      `${person} fait maintenant partie ${ofOrganism(organism)}. Ses droits sont conservés\u00a0: ils sont à revoir.`,
    ),
  'account-created': ({
    person,
    email,
    moves,
    outsideDomain,
    href,
  }: NewAddress & Linked & { moves: string }) =>
    success(
      `Le compte de ${person} est créé. Un message d’activation est envoyé à ${email}. ${outsideDomain === 'true' ? OUTSIDE_DOMAIN : ''} ${moves}`.trim(),
      { href, label: 'Accéder à la fiche' },
    ),
  'account-deactivated': ({ person, href }: Person & Linked) =>
    success(
      `Le compte de ${person} est désactivé\u00a0: ses sessions ont pris fin, ses droits sont conservés.`,
      toRecord(href),
    ),
  'delegation-planned': ({
    person,
    organism,
    on,
    href,
  }: Person & Linked & { organism: string; on: string }) =>
    success(
      `${person} sera administrateur local ${ofOrganism(organism)} à partir du ${on}. Vous recevrez alors tous les deux un message.`,
      {
        href,
        label: 'Voir les actes prévus',
      },
    ),
  'departure-done': ({ person, taken, href }: Person & Linked & { taken: string }) =>
    success(`Le départ de ${person} est fait\u00a0: ${taken}.`, {
      href,
      label: 'Voir ce qui a été fait, ou annuler',
    }),
  'departure-planned': ({ person, on, href }: Person & Linked & { on: string }) =>
    success(
      `Le départ de ${person} est prévu le ${on}\u00a0: rien ne change d’ici là. Il s’annule depuis sa fiche.`,
      toRecord(href),
    ),
  'factor-required': () =>
    warning(
      'Votre profil demande un second facteur\u00a0: ajoutez une application d’authentification ou une clé d’accès pour continuer.',
    ),
  'factor-reset': ({ person, href }: Person & Linked) =>
    success(
      `Le second facteur de ${person} est réinitialisé, et ses sessions ont pris fin. Un message l’en informe.`,
      toRecord(href),
    ),
  'factor-reset-planned': ({ person, at, href }: Person & Linked & { at: string }) =>
    success(
      `Le second facteur de ${person} sera réinitialisé le ${at}, sauf si la personne s’y oppose. Un message l’en informe.`,
      toRecord(href),
    ),
  'factor-reset-given-up': ({ person, href }: Person & Linked) =>
    success(`La réinitialisation du second facteur de ${person} est abandonnée.`, toRecord(href)),
  'planned-act-cancelled': ({ act, person }: Person & { act: string }) =>
    success(`${act} de ${person}\u00a0: annulé, rien n’aura lieu.`),
  'account-reactivated': ({ person, href }: Person & Linked) =>
    success(`Le compte de ${person} est réactivé, avec les droits qu’il avait.`, toRecord(href)),
  'account-activation-sent': ({ person, href }: Person & Linked) =>
    success(`Un nouveau lien d’activation est envoyé à ${person}.`, toRecord(href)),
  'account-sessions-ended': ({ person, href }: Person & Linked) =>
    success(`Plus aucune session de ${person} n’est ouverte. Son compte reste actif.`, toRecord(href)),
  'assignment-granted': ({ person, role, href }: OnRole) =>
    success(`«\u00a0${role}\u00a0» est accordé à ${person}. Un message lui est envoyé.`, toRecord(href)),
  'assignment-removed': ({ person, role, href }: OnRole) =>
    success(
      `«\u00a0${role}\u00a0» est supprimé pour ${person}. Ses autres droits restent inchangés.`,
      toRecord(href),
    ),
  'assignment-requested': ({ person, role, href }: OnRole) =>
    success(
      `«\u00a0${role}\u00a0» est demandé à l’Ucanss pour ${person}\u00a0: ce rôle est soumis à sa validation.`,
      { href, label: 'Voir les demandes en cours' },
    ),
  'right-gone': () => danger('Ce droit a été retiré ou changé entre-temps\u00a0: rien n’a été fait.'),
  'right-oneself': () =>
    danger('Ce sont vos propres droits\u00a0: un autre administrateur peut les changer.'),
  'right-reserved': () =>
    danger(
      'Ce rôle est soumis à la validation de l’Ucanss\u00a0: vous pouvez avancer la fin de ce droit, pas la repousser. Pour la repousser, écrivez à habilitations@ucanss.fr.',
    ),
  'delegation-granted': ({ person, organism, endsOn, href }: Mandate & { organism: string }) =>
    success(
      `${person} est administrateur local ${ofOrganism(organism)}${endsOn ? ` jusqu’au ${endsOn} inclus` : ''}. Un message vous est envoyé à tous les deux.`,
      { href, label: 'Voir les administrateurs locaux' },
    ),
  'delegation-removed': ({ person, organism, href }: Person & Linked & { organism: string }) =>
    success(
      `${person} n’est plus administrateur local ${ofOrganism(organism)}. Un message vous est envoyé à tous les deux.`,
      href === '' ? null : toRecord(href),
    ),
  'delegation-end-date': ({ person, endsOn, href }: Mandate) =>
    success(
      endsOn
        ? `La délégation de ${person} finira le ${endsOn} inclus. Un message l’en informe.`
        : `La délégation de ${person} n’a plus de date de fin. Un message l’en informe.`,
      { href, label: 'Voir les administrateurs locaux' },
    ),
  'national-role-granted': ({ person, role, endsOn, href }: Mandate & { role: string }) =>
    success(
      `${person} a le profil «\u00a0${role}\u00a0»${endsOn ? ` jusqu’au ${endsOn} inclus` : ''}. Un message l’en informe.`,
      { href, label: 'Voir les profils nationaux' },
    ),
  'national-role-removed': ({ person, role, href }: OnRole) =>
    success(`${person} n’a plus le profil «\u00a0${role}\u00a0». Un message l’en informe.`, {
      href,
      label: 'Voir les profils nationaux',
    }),
  'national-role-end-date': ({ person, endsOn, href }: Mandate) =>
    success(
      endsOn
        ? `Le profil national de ${person} finira le ${endsOn} inclus. Un message l’en informe.`
        : `Le profil national de ${person} n’a plus de date de fin. Un message l’en informe.`,
      { href, label: 'Voir les profils nationaux' },
    ),
  'address-agreed': ({ person, email }: Person & { email: string }) =>
    success(
      `Votre accord est enregistré\u00a0: l’adresse de ${person} changera quand ${email} aura été confirmée par le lien qui y est envoyé.`,
    ),
  'address-changed': ({ person, href }: Person & Linked) =>
    success(`L’adresse de ${person} est changée. L’ancienne en est prévenue.`, {
      href,
      label: 'Voir les demandes acceptées',
    }),
  'email-change-asked': ({ person, email, outsideDomain }: NewAddress) =>
    success(
      `Un lien est envoyé à ${email}, et un autre à l’adresse actuelle\u00a0: l’adresse de ${person} changera quand la nouvelle sera confirmée et que la personne, ou l’Ucanss, aura donné son accord.${outsideDomain === 'true' ? OUTSIDE_DOMAIN : ''}`,
    ),
  'email-corrected': ({ person, email, outsideDomain }: NewAddress) =>
    success(
      `L’adresse de ${person} est corrigée\u00a0: un nouveau message d’activation est envoyé à ${email}.${outsideDomain === 'true' ? OUTSIDE_DOMAIN : ''}`,
    ),
  /** Without an address, nothing was there to cancel. */
  'email-change-cancelled': ({ email }: { email: string }) =>
    email
      ? success(`Le changement d’adresse est annulé\u00a0: le lien envoyé à ${email} ne sert plus à rien.`)
      : information(
          'Aucun changement d’adresse n’était en attente, ou un autre l’a remplacé\u00a0: rien n’a été fait.',
        ),
  'own-email-change-asked': ({ email }: { email: string }) =>
    success(
      `Un lien est envoyé à ${email}\u00a0: ouvrez-le pour confirmer votre nouvelle adresse. Rien n’est changé d’ici là.`,
    ),
  'own-address-agreed': ({ email }: { email: string }) =>
    success(
      `Votre accord est enregistré\u00a0: votre adresse changera quand ${email} aura été confirmée par le lien qui y est envoyé.`,
    ),
  'own-address-refused': () => success('Le changement d’adresse est arrêté\u00a0: rien n’est changé.'),
  'own-address-over': () =>
    information(
      'Le changement auquel vous répondiez n’attend plus\u00a0: il est fini, ou un autre l’a remplacé. Rien n’a été fait.',
    ),
};
