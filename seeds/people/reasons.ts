/** Why a role was given. */
export const GRANTED = [
  'Prise de poste',
  'Nouvelle mission confiée par la direction',
  'Remplacement pendant un congé',
  'Renfort du service',
  'Demande du responsable de service',
  'Changement de fonction',
] as const;

/** Why a role is asked for. */
export const ASKED = [
  "Je reprends le portefeuille d'une collègue partie en retraite.",
  'Nécessaire à mes nouvelles fonctions.',
  "Mon responsable m'a chargé de ce suivi.",
  "Je participe à la campagne annuelle et n'ai pas encore d'accès.",
  'Suppléance du référent de mon service.',
] as const;

/** Why an account is asked for. */
export const ACCOUNT_ASKED = [
  'Nouvelle arrivée dans le service.',
  "J'ai besoin de consulter les offres de l'Ucanss.",
  'Mutation depuis un autre organisme, sans accès jusque-là.',
] as const;

/** Why a request was refused. */
export const REFUSED = [
  'Cette application ne correspond pas à vos fonctions.',
  "Demande à faire valider d'abord par votre responsable.",
  'Un autre agent du service assure déjà cette mission.',
] as const;

/** Why a role was removed. */
export const REMOVED = ['Changement de fonction', 'Fin de mission', 'Accès devenu inutile'] as const;

/** Why an account was deactivated. */
export const LEFT = ['Départ à la retraite', 'Fin de contrat', "Départ de l'Institution"] as const;

export const NAMED_FIRST = "Premier administrateur local de l'organisme";
export const NAMED = "Suppléance de l'administrateur local";
export const FOUNDED = 'Ouverture du portail';
