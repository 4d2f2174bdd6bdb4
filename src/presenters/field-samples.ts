import { paths } from '../paths.ts';

const HINT = 'Facultatif\u00a0: il figure dans le message et dans l’historique.';
const ERROR = 'Indiquez une adresse complète, par exemple nom@organisme.fr.';
const OPTIONS = [
  { value: '', label: 'Aucun' },
  { value: 'energie-lecteur', label: 'Energie Lecteur', group: 'Energie' },
  { value: 'add-lecteur', label: 'Annuaire ADD - Lecteur', group: 'Annuaire ADD' },
  { value: 'ferme', label: 'Annuaire ADD - Rédacteur (fermé)', group: 'Annuaire ADD', disabled: true },
];
const CHOICES = [
  { value: 'oui', label: 'Oui' },
  { value: 'non', label: 'Non', hint: 'Rien n’est changé.' },
];

/** The fields of forms, each with what changes its look; the name of a field is that of its state. */
export const FIELD_SAMPLES = {
  field: [
    { name: 'champ', label: 'Nom' },
    { name: 'champ-rempli', label: 'Prénom', value: 'Thomas', required: true, width: 'short' },
    { name: 'champ-aide', label: 'Téléphone', type: 'tel', hint: HINT },
    {
      name: 'champ-erreur',
      label: 'Email professionnel',
      type: 'email',
      value: 'tmantel',
      error: ERROR,
      required: true,
    },
    { name: 'champ-fixe', label: 'Organisme', value: 'CAF du Jura', readonly: true },
    { name: 'champ-date', label: 'Date de fin', type: 'date', width: 'short' },
    { name: 'champ-secret', label: 'Mot de passe', type: 'password', autocomplete: 'new-password' },
    { name: 'champ-long', label: 'Motif', type: 'textarea', rows: 3, value: HINT, width: 'wide' },
    {
      name: 'champ-long-erreur',
      label: 'Motif du refus',
      type: 'textarea',
      hint: HINT,
      error: 'Indiquez un motif.',
    },
  ],
  select: [
    { name: 'choix', label: 'Rôle', options: OPTIONS },
    {
      name: 'choix-aide',
      label: 'Rôle choisi',
      options: OPTIONS,
      value: 'energie-lecteur',
      hint: HINT,
      required: true,
    },
    {
      name: 'choix-erreur',
      label: 'Rôle à donner',
      options: OPTIONS,
      error: 'Choisissez un rôle.',
      width: 'wide',
    },
  ],
  radios: [
    { name: 'radio', legend: 'Personnes ayant le rôle', options: CHOICES, value: 'oui' },
    { name: 'radio-ligne', legend: 'Avec ADD', options: CHOICES, value: 'non', inline: true, hint: HINT },
    { name: 'radio-erreur', legend: 'Décision', options: CHOICES, error: 'Choisissez.', required: true },
  ],
  checkbox: [
    { name: 'case', label: 'Recevoir un message' },
    { name: 'case-cochee', label: 'Recevoir un message chaque semaine', checked: true, hint: HINT },
    { name: 'case-erreur', label: 'J’ai lu ce qui précède', error: 'Cochez cette case pour continuer.' },
  ],
} as const;

const ITEMS = [
  { id: 1, label: 'Energie Lecteur', application: 'Energie', assigned: false },
  { id: 2, label: 'Référent déontologue', application: 'Déontologie', assigned: false, reserved: true },
  {
    id: 3,
    label: 'Annuaire ADD - Lecteur',
    application: 'Annuaire ADD',
    assigned: true,
    note: 'Depuis le 12/11/2026',
  },
  { id: 4, label: 'Consultation', application: 'SDA', assigned: true, locked: 'Donné par l’Ucanss.' },
];

export const DUAL_LIST_SAMPLES = [
  { label: 'Des habilitations des deux côtés', value: { name: 'roles', items: ITEMS } },
  { label: 'Rien d’un côté ni de l’autre', value: { name: 'roles-vides', items: [] } },
];

const action = paths.demonstrationComponents;

/** One on each sheet. */
export const CONFIRMATION_SAMPLES = [
  {
    title: 'Réactiver le compte de Paul PARTI',
    effect: 'Paul PARTI aura de nouveau accès au portail, avec les droits qu’il avait.',
  },
  {
    title: 'Désactiver les comptes de 12 personnes',
    effect: 'Leur accès au portail est bloqué, et leurs sessions prennent fin.',
    points: ['Leurs habilitations restent inchangées.', '12 messages partent.'],
    warning: 'La CPAM du Jura n’aura plus d’administrateur local.',
    errors: [{ field: null, message: 'Indiquez le motif de la désactivation.' }],
    progress: 'Les comptes sont désactivés…',
    danger: true,
  },
  {
    title: 'Désactiver le compte de Céline UNIQUE',
    effect: 'Son accès au portail serait bloqué.',
    refusal:
      'Céline UNIQUE est la dernière à administrer la CPAM du Jura\u00a0: désignez d’abord quelqu’un d’autre.',
    danger: true,
  },
].map((confirmation) => ({ action, cancelHref: action, ...confirmation }));
