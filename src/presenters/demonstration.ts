/** The accounts that the sign-in page of a demonstration offers. Their password is public. */
export const demonstrationPassword = 'lanterne-violette-39-moulin';

export const demonstrationAccounts: readonly { email: string; person: string; profile: string }[] = [
  {
    email: 'wtestportail@test.fr',
    person: 'Welcome TESTPORTAIL',
    profile: 'administrateur local de la CAF du Jura',
  },
  {
    email: 'suppleante@caf39.caf.fr',
    person: 'Maud SUPPLÉANTE',
    profile: 'administratrice locale de la CAF du Jura',
  },
  { email: 'tmantel@caf39.caf.fr', person: 'Thomas MANTEL', profile: 'agent de la CAF du Jura' },
  {
    email: 'wadama@ucanss.fr',
    person: 'William ADAMA',
    profile: 'agent de la CAF du Jura, sans habilitation',
  },
  {
    email: 'directrice@caf39.caf.fr',
    person: 'Odile DIRECTRICE',
    profile: 'agente de direction de la CAF du Jura',
  },
  { email: 'parti@caf39.caf.fr', person: 'Paul PARTI', profile: 'compte inactif de la CAF du Jura' },
  {
    email: 'admin.cpam39@assurance-maladie.fr',
    person: 'Céline UNIQUE',
    profile: 'seule administratrice locale de la CPAM du Jura',
  },
  {
    email: 'admin.ucn@urssaf.fr',
    person: 'Renée CAISSE',
    profile: 'administratrice locale de l’Urssaf Caisse nationale',
  },
  {
    email: 'deontologue@extension.fr',
    person: 'Déon TOLOGUE',
    profile: 'agent de l’Urssaf Caisse nationale',
  },
  {
    email: 'directeur.ucn@urssaf.fr',
    person: 'Yves SOMMET',
    profile: 'agent de direction de l’Urssaf Caisse nationale',
  },
  { email: 'intercaf@caf.fr', person: 'Inès DEUXCAF', profile: 'administratrice locale de deux CAF' },
  { email: 'national@ucanss.fr', person: 'Noé NATIONAL', profile: 'administrateur Ucanss' },
  { email: 'auditeur@ucanss.fr', person: 'Aude AUDIT', profile: 'auditrice' },
];
