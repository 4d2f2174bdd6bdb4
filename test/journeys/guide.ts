/** The sentences of the user guide, letter for letter: never read from the code. */

export const A1 =
  "La désactivation du compte entraîne le blocage de l'accès au site de l'UCANSS (accès connecté uniquement). Cette fonctionnalité doit être utilisée en cas de départ définitif de la personne de l'Institution (retraite, fin de contrat...)";

export const A2 =
  'La création de compte ne concerne que la population non ADD de votre organisme ; les comptes des directeurs et agents de direction sont créés automatiquement lors de leur nomination';

export const A3 = "Seuls les agents non ADD peuvent faire l'objet d'un rattachement dans votre organisme";

export const A4 =
  "Le rattachement d'une personne à votre organisme ne supprime aucun de ses anciens rôles : il conserve tous ses droits et vous pouvez les modifier via la « modification de compte »";

export const A5 = 'Une trace est enregistrée dans les mouvements de la fiche concernant ce rattachement';

export const R37 =
  "Vous pouvez, via le formulaire ci-dessous, mettre à jour les droits des personnes de votre organisme ayant déjà un accès sur le portail UCANSS. Si vous souhaitez attribuer des droits à une personne n'ayant pas de compte d'accès au portail UCANSS, vous pouvez créer une nouvelle fiche agent via le bouton « nouveau » ci-dessus.";

export const R67 =
  'Vous êtes connecté en tant qu\'administrateur local. Vous pouvez, via le tableau ci-dessous, choisir une personne de votre organisme ayant déjà des droits sur le portail UCANSS pour le désigner comme "Administrateur local". Si cette personne ne se trouve pas dans la liste, vous pouvez créer sa fiche via le bouton « nouveau » ci-dessus, puis la sélectionner ensuite comme titulaire de délégation.';
