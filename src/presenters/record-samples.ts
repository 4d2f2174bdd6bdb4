import { LONG, LONG_NAME, type Sample } from './samples.ts';

const TAGS = [
  ...(['inactive', 'executive', 'ucanss', 'administrator', 'pending', 'accepted', 'refused'] as const),
  ...(['cancelled', 'review', 'free', 'ends', 'neutral'] as const),
];

const ROLES = [
  'Administrateur local',
  'Energie Lecteur',
  'Annuaire ADD - Lecteur',
  'Annuaire ADD - Rédacteur',
];
const roles = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    label: ROLES[index] ?? `SDA_Consultation ${index}`,
    endsOn: index === 1 ? '31/12/2027' : null,
    isAdministrator: index === 0,
  }));

/** What records are made of. */
export const RECORD_SAMPLES: readonly Sample[] = [
  {
    component: 'tag',
    parameter: 'tag',
    states: TAGS.flatMap((kind) => [
      { label: kind, value: { kind, text: kind } },
      ...(kind === 'executive' ? [{ label: 'sans texte', value: { kind, text: 'ADD', drawn: true } }] : []),
    ]),
  },
  {
    component: 'mail',
    parameter: 'mail',
    states: [
      { label: 'Court', value: 'tmantel@caf39.caf.fr' },
      { label: 'Long', value: 'marie-christine.de.la.bourdonnaye-montluc@assurance-maladie.exemple.fr' },
    ],
  },
  {
    component: 'role-list',
    parameter: 'roles',
    states: [0, 3, 9].map((count) => ({ label: `${count} rôles`, value: roles(count) })),
  },
  {
    component: 'steps',
    parameter: 'steps',
    states: [
      {
        label: 'En cours',
        value: [
          { label: 'Demandée', detail: 'le 12/11/2026', state: 'done' },
          { label: 'À décider par l’Ucanss', state: 'current' },
          { label: 'Réponse', state: 'todo' },
        ],
      },
      {
        label: 'Refusée',
        value: [
          { label: 'Demandée', detail: 'le 12/11/2026', state: 'done' },
          { label: 'Refusée', detail: LONG, state: 'refused' },
        ],
      },
    ],
  },
  {
    component: 'timeline',
    parameter: 'timeline',
    states: [
      {
        label: 'Des mouvements de chaque ton',
        value: (['neutral', 'success', 'warning', 'danger'] as const).map((tone) => ({
          date: '12/11/2026 à 10:20',
          dateTime: '2026-11-12T09:20:00Z',
          text: `«\u00a0Energie Lecteur\u00a0» accordé à ${LONG_NAME}`,
          tone,
          ...(tone === 'neutral' ? {} : { actor: 'Welcome TESTPORTAIL', icon: 'plus-lg', reason: LONG }),
        })),
      },
    ],
  },
];
