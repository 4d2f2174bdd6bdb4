/** What the page of a refusal or a failure says. */
interface FailureWords {
  heading: string;
  message: string;
}

/** The words of each status that has a page. */
export const FAILURES: Readonly<Record<number, FailureWords>> = {
  400: {
    heading: 'Demande illisible',
    message: 'Votre navigateur a envoyé une demande incomplète ou malformée.',
  },
  403: {
    heading: 'Accès refusé',
    message: 'Votre profil ne donne pas accès à cette page. Cette tentative a été enregistrée.',
  },
  404: {
    heading: 'Page introuvable',
    message: 'Cette page n’existe pas, ou elle ne fait pas partie de votre périmètre.',
  },
  408: {
    heading: 'Demande trop lente',
    message: 'Votre demande n’est pas arrivée en entier à temps. Vérifiez votre connexion, puis recommencez.',
  },
  409: { heading: 'La situation a changé', message: 'Les informations affichées ne sont plus à jour.' },
  413: {
    heading: 'Envoi trop volumineux',
    message:
      'Les informations envoyées dépassent 100\u00a0ko, ou 1\u00a0000 champs. Revenez à la page, et raccourcissez ce que vous avez écrit.',
  },
  415: { heading: 'Format non pris en charge', message: 'Cet envoi n’est pas un formulaire du portail.' },
  421: {
    heading: 'Adresse inconnue',
    message: 'Le portail ne répond pas sous ce nom. Ouvrez-le à son adresse habituelle.',
  },
  422: { heading: 'Demande refusée', message: 'Les informations envoyées ne sont pas valides.' },
  429: { heading: 'Trop de tentatives', message: 'Patientez quelques minutes avant de recommencer.' },
  431: {
    heading: 'Demande trop longue',
    message:
      'L’adresse demandée, ou les cookies que votre navigateur envoie avec elle, dépassent la taille admise. Effacez les cookies de ce site, puis revenez à l’accueil.',
  },
  500: {
    heading: 'Une erreur est survenue',
    message:
      'Votre action n’a pas été enregistrée. Vous pouvez recommencer, ou nous écrire en citant la référence.',
  },
  503: {
    heading: 'Service momentanément indisponible',
    message:
      'Le portail ne peut pas joindre ses données. Il reprendra de lui-même\u00a0: réessayez dans un instant.',
  },
};
