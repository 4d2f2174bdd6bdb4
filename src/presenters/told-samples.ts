import { HERE, LONG, type Sample } from './samples.ts';

const link = { href: HERE, label: 'Voir la fiche' };

/** What tells something: done, refused, wrong, empty, locked. */
export const TOLD_SAMPLES: readonly Sample[] = [
  {
    component: 'notice',
    parameter: 'notice',
    states: [
      { label: 'Fait, avec un lien', value: { kind: 'success', text: 'Le compte est désactivé.', link } },
      { label: 'À savoir', value: { kind: 'information', text: LONG, title: 'Un titre' } },
      {
        label: 'Attention, avec des lignes',
        value: {
          kind: 'warning',
          text: 'Deux personnes ont été laissées\u00a0:',
          lines: ['Thomas MANTEL a déjà ce rôle.', LONG],
          link,
        },
      },
      { label: 'Refusé', value: { kind: 'danger', text: 'Rien n’a été fait.' } },
      { label: 'Dans la page', value: { kind: 'information', text: 'N’est pas annoncé.', quiet: true } },
    ],
  },
  {
    component: 'error-summary',
    parameter: 'errors',
    states: [
      { label: 'Une erreur', value: [{ field: 'champ-erreur', message: 'Indiquez une adresse complète.' }] },
      {
        label: 'Plusieurs, dont une qui n’est d’aucun champ',
        value: [
          { field: 'champ-erreur', message: 'Indiquez une adresse complète.' },
          { field: null, message: LONG },
        ],
      },
    ],
  },
  {
    component: 'empty-state',
    parameter: 'empty',
    states: [
      { label: 'Le titre seul', value: { title: 'Aucun message' } },
      {
        label: 'Avec la suite',
        value: {
          title: 'Aucune demande en cours',
          text: 'La dernière a été traitée le 12/11/2026.',
          icon: 'search',
          action: { href: HERE, label: 'Gestion des comptes' },
        },
      },
    ],
  },
  {
    component: 'lock',
    parameter: 'lock',
    states: [
      { label: 'La raison', value: { text: 'Seuls les agents non ADD peuvent être rattachés.' } },
      { label: 'Et à qui demander', value: { text: LONG, link: { href: HERE, label: 'Écrire à l’Ucanss' } } },
    ],
  },
  {
    component: 'conflict',
    parameter: 'conflict',
    states: [
      {
        label: 'Ce que quelqu’un d’autre a changé',
        value: {
          sentence: 'Ce rôle a été modifié entre-temps par Noé NATIONAL.',
          differences: [
            { name: 'libellé', stored: '«\u00a0Lecteur\u00a0»', typed: '«\u00a0Rédacteur\u00a0»' },
            { name: 'description', stored: 'vide', typed: `«\u00a0${LONG}\u00a0»` },
          ],
        },
      },
    ],
  },
  {
    component: 'pending-email',
    parameter: 'pendingEmail',
    states: [
      { label: 'Rien à faire', action: null },
      { label: 'À annuler', action: HERE },
      { label: 'À qui répond', action: null, answers: { agreeHref: HERE, refuseHref: HERE } },
    ].map(({ label, ...rest }) => ({
      label,
      value: {
        id: 1,
        newEmail: 'thomas.mantel@caf39.caf.fr',
        sentence: 'Demandée par Maud SUPPLÉANTE, elle attend d’être confirmée.',
        ...rest,
      },
    })),
  },
];
