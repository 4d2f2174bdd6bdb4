import { paginate } from './pagination.ts';
import { RECORD_SAMPLES } from './record-samples.ts';
import { HERE, LONG_NAME, type Sample } from './samples.ts';
import { TOLD_SAMPLES } from './told-samples.ts';

const BUTTONS: readonly Sample[] = [
  {
    component: 'button',
    parameter: 'button',
    states: [
      { label: 'L’acte de la page', value: { label: 'Accepter', complement: 'la demande de Thomas MANTEL' } },
      { label: 'Un autre acte', value: { label: 'Refuser', kind: 'outline' } },
      { label: 'Un acte qui retire', value: { label: 'Désactiver', kind: 'danger' } },
      {
        label: 'Discret, avec une icône',
        value: { label: 'Cocher la page', kind: 'quiet', icon: 'check-lg' },
      },
      { label: 'Petit', value: { label: 'Désigner', kind: 'outline', small: true, icon: 'key' } },
      {
        label: 'Long',
        value: { label: 'Demander l’accès à l’application pour toute la durée du remplacement' },
      },
    ],
  },
  {
    component: 'icon-button',
    parameter: 'iconButton',
    states: [
      {
        label: 'Bouton',
        value: { icon: 'person-slash', label: 'Désactiver le compte', complement: 'de Thomas MANTEL' },
      },
      { label: 'Avec un contour', value: { icon: 'key', label: 'Activer des droits', kind: 'outline' } },
      { label: 'Lien', value: { icon: 'person-vcard', label: 'Accéder à la fiche', href: HERE } },
    ],
  },
  {
    component: 'link-button',
    parameter: 'link',
    states: [
      { label: 'Lien', value: { href: HERE, label: 'Excel', icon: 'file-earmark-excel' } },
      { label: 'Principal', value: { href: HERE, label: 'Nouveau', icon: 'person-plus', kind: 'primary' } },
      {
        label: 'Discret et petit',
        value: { href: HERE, label: 'Actions groupées', kind: 'quiet', small: true },
      },
      { label: 'Avec un complément lu', value: { href: HERE, label: 'Ouvrir', complement: 'Energie' } },
    ],
  },
  {
    component: 'icon',
    parameter: 'icon',
    states: ['lock', 'key', 'building', 'envelope', 'clock-history'].map((icon) => ({
      label: icon,
      value: icon,
    })),
  },
];

const PLACES: readonly Sample[] = [
  {
    component: 'breadcrumb',
    parameter: 'items',
    once: true,
    states: [
      {
        label: 'Deux étapes',
        value: [
          { label: 'Gestion', href: HERE },
          { label: 'Journal', href: null },
        ],
      },
      { label: 'Une seule', value: [{ label: 'Aide', href: null }] },
      {
        label: 'Trois, longues',
        value: [
          { label: 'Gestion des comptes', href: HERE },
          { label: LONG_NAME, href: HERE },
          { label: 'Modification du compte', href: null },
        ],
      },
    ],
  },
  {
    component: 'pagination',
    parameter: 'pagination',
    once: true,
    states: [1, 12, null].map((page) => ({
      label: page === null ? 'Un nombre de pages inconnu' : `Page ${page} de 40`,
      value: paginate({
        page: page ?? 3,
        pageCount: page === null ? null : 40,
        hasNext: true,
        hrefOf: (to) => `${HERE}?page=${to}`,
      }),
    })),
  },
  {
    component: 'shortcuts',
    parameter: 'shortcuts',
    once: true,
    states: ['Aujourd’hui', '7 jours', 'Ce mois'].map((shown) => ({
      label: `${shown} est affiché`,
      value: ['Mes actes', 'Aujourd’hui', '7 jours', 'Ce mois'].map((label) => ({
        label,
        href: HERE,
        current: label === shown,
      })),
    })),
  },
  {
    component: 'page-size',
    parameter: 'pageSize',
    once: true,
    states: [10, 50, 100].map((size) => ({ label: `${size}`, value: { action: HERE, size, hidden: [] } })),
  },
];

/** How many sheets it takes to show each state of what a page has once. */
export const SHEETS = [1, 2, 3] as const;

/** The components that are drawn by themselves, in order, with the states that this sheet shows. */
export const componentSamples = (sheet: number): readonly Sample[] =>
  [...BUTTONS, ...TOLD_SAMPLES, ...RECORD_SAMPLES, ...PLACES].map((sample) =>
    sample.once ? { ...sample, states: sample.states.slice(sheet - 1, sheet) } : sample,
  );
