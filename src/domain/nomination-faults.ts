/** The way on for who has the name of somebody: a file finds by the address those who have an account (P11). */
const another = (accounts: string, found: string) =>
  `créez d’abord ${accounts} («\u00a0Création d’un compte\u00a0», par l’Ucanss ou par l’organisme)\u00a0: le fichier ${found}.`;

/** Why a line of a file of nominations is not done, as its page says it. */
export const FAULTS = {
  doubled: {
    reference: 'Plusieurs lignes de ce fichier ont cette référence\u00a0: gardez-en une.',
    person:
      'Plusieurs lignes de ce fichier concernent cette personne\u00a0: gardez-en une, ou faites deux fichiers.',
    name: `Plusieurs lignes de ce fichier donnent à une personne de ce nom, dans cet organisme, des adresses différentes\u00a0: gardez-en une. Si ce sont plusieurs personnes, ${another('leurs comptes', 'les trouvera par leur adresse')}`,
  },
  doneOtherwise:
    'Cet acte a déjà pris effet avec d’autres informations\u00a0: un acte fait ne se corrige pas par sa référence. Donnez-lui-en une nouvelle.',
  unknownOrganism: (code: string) => `L’organisme «\u00a0${code}\u00a0» est inconnu.`,
  closed: (name: string) => `L’organisme «\u00a0${name}\u00a0» est fermé\u00a0: personne ne le rejoint.`,
  address:
    'L’adresse ne se change pas par un fichier\u00a0: cette personne a déjà un compte, avec une autre adresse professionnelle.',
  namesake: `L’adresse ne se change pas par un fichier\u00a0: une personne de ce nom a déjà un compte dans cet organisme, avec une autre adresse. Si c’est une autre personne, ${another('son compte', 'la trouvera par son adresse')}`,
  unknownReference: 'L’email manque, et aucun acte fait ne porte cette référence.',
  oneself: 'C’est vous-même\u00a0: demandez à une autre personne de l’Ucanss.',
  inactive: 'Ce compte est désactivé\u00a0: réactivez-le d’abord, ou vérifiez l’adresse.',
  unknownPerson: 'Aucun compte n’a cette adresse\u00a0: il n’y a pas de fonction à finir.',
  elsewhere: (name: string) =>
    `Cette personne est dans un autre organisme, «\u00a0${name}\u00a0»\u00a0: sa fonction n’y finit pas par cet acte.`,
  notExecutive: 'Cette personne n’est pas agent de direction\u00a0: il n’y a pas de fonction à finir.',
  /** Excel turns a long number into a power of ten, and its digits are lost. */
  rounded: (reference: string) =>
    `«\u00a0${reference}\u00a0» est un nombre qu’Excel a arrondi\u00a0: mettez la colonne «\u00a0reference\u00a0» au format Texte, puis saisissez de nouveau la référence.`,
} as const;

/** What a line says once what was foreseen has changed before it was done. */
export const changedSince = (fault: string): string =>
  `Laissé\u00a0: la situation a changé depuis la comparaison.${fault === '' ? '' : ` ${fault}`}`;
