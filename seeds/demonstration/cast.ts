/** A person of the demonstration whom the documentation names, with a known password. */
export interface CastMember {
  email: string;
  civility: 'M.' | 'Mme';
  firstName: string;
  lastName: string;
  functionTitle: string;
  /** Code of the home organism. */
  organism: string;
  executive?: true;
  inactive?: true;
  /** Codes of the organisms the person administers. */
  administers?: readonly string[];
  /** Codes of the other roles held. */
  roles?: readonly string[];
}

/** The password of everyone below: public, for demonstration only. */
export const DEMONSTRATION_PASSWORD = 'lanterne-violette-39-moulin';

/** Who signs in during a demonstration; everybody else there has no password. */
export const CAST: readonly CastMember[] = [
  {
    email: 'national@ucanss.fr',
    civility: 'M.',
    firstName: 'Noé',
    lastName: 'NATIONAL',
    functionTitle: 'Responsable des habilitations',
    organism: 'UCANSS',
  },
  {
    email: 'wtestportail@test.fr',
    civility: 'M.',
    firstName: 'Welcome',
    lastName: 'TESTPORTAIL',
    functionTitle: 'Directeur des tests',
    organism: 'CAF-391',
    executive: true,
    administers: ['CAF-391'],
    roles: [
      'accords-locaux-acces-organisme',
      'annuaire-add-lecteur',
      'annuaire-add-redacteur',
      'sda-consultation',
    ],
  },
  {
    email: 'suppleante@caf39.caf.fr',
    civility: 'Mme',
    firstName: 'Maud',
    lastName: 'SUPPLÉANTE',
    functionTitle: 'Responsable ressources humaines',
    organism: 'CAF-391',
    administers: ['CAF-391'],
  },
  {
    email: 'tmantel@caf39.caf.fr',
    civility: 'M.',
    firstName: 'Thomas',
    lastName: 'MANTEL',
    functionTitle: 'Gestionnaire de patrimoine',
    organism: 'CAF-391',
    // Energie Lecteur came through a request: see the story of CAF-391.
  },
  {
    email: 'wadama@ucanss.fr',
    civility: 'M.',
    firstName: 'William',
    lastName: 'ADAMA',
    functionTitle: 'Chargé de mission',
    organism: 'CAF-391',
  },
  {
    email: 'directrice@caf39.caf.fr',
    civility: 'Mme',
    firstName: 'Odile',
    lastName: 'DIRECTRICE',
    functionTitle: 'Directrice',
    organism: 'CAF-391',
    executive: true,
  },
  {
    email: 'parti@caf39.caf.fr',
    civility: 'M.',
    firstName: 'Paul',
    lastName: 'PARTI',
    functionTitle: 'Technicien comptable',
    organism: 'CAF-391',
    inactive: true,
  },
  {
    email: 'admin.cpam39@assurance-maladie.fr',
    civility: 'Mme',
    firstName: 'Céline',
    lastName: 'UNIQUE',
    functionTitle: 'Responsable ressources humaines',
    organism: 'CPAM-391',
    administers: ['CPAM-391'],
  },
  {
    email: 'admin.ucn@urssaf.fr',
    civility: 'Mme',
    firstName: 'Renée',
    lastName: 'CAISSE',
    functionTitle: 'Responsable administration du personnel',
    organism: 'UCN',
    administers: ['UCN'],
  },
  {
    email: 'deontologue@extension.fr',
    civility: 'M.',
    firstName: 'Déon',
    lastName: 'TOLOGUE',
    functionTitle: 'Référent déontologue',
    organism: 'UCN',
    roles: ['referent-deontologue', 'energie-lecteur'],
  },
  {
    email: 'directeur.ucn@urssaf.fr',
    civility: 'M.',
    firstName: 'Yves',
    lastName: 'SOMMET',
    functionTitle: 'Directeur',
    organism: 'UCN',
    executive: true,
  },
  {
    email: 'intercaf@caf.fr',
    civility: 'Mme',
    firstName: 'Inès',
    lastName: 'DEUXCAF',
    functionTitle: 'Responsable ressources humaines mutualisées',
    organism: 'CAF-251',
    administers: ['CAF-251', 'CAF-701'],
  },
  {
    email: 'auditeur@ucanss.fr',
    civility: 'Mme',
    firstName: 'Aude',
    lastName: 'AUDIT',
    functionTitle: 'Auditrice interne',
    organism: 'UCANSS',
    roles: ['auditeur'],
  },
];
