import type { MessageValues } from '../../domain/message.ts';
import { paths } from '../../paths.ts';
import { button, defineTemplate, facts, paragraph } from '../content.ts';

type Cause = MessageValues['unusual-act']['cause'];

const SUBJECTS: Record<Cause, string> = {
  attachments: 'Rattachements nombreux',
  creations: 'Créations de compte nombreuses',
  young_delegation: 'Délégation à un compte récent',
  email_reverted: 'Changement d’adresse dénoncé',
  factor_restored: 'Réinitialisation de second facteur dénoncée',
};

const TOLD: Record<Cause, string> = {
  attachments:
    'Un administrateur local a atteint la limite des rattachements en une heure\u00a0: les suivants sont refusés.',
  creations:
    'Un administrateur local a atteint la limite des créations de compte en une heure\u00a0: les suivantes sont refusées.',
  young_delegation:
    'Une délégation d’administrateur local a été donnée à une personne dont le compte a moins de sept jours.',
  email_reverted:
    'L’adresse d’un compte a changé, et l’ancienne boîte a répondu «\u00a0Ce n’est pas moi\u00a0»\u00a0: l’adresse est rétablie, les sessions sont fermées, le mot de passe ne sert plus, et les seconds facteurs sont ceux d’avant le changement.',
  factor_restored:
    'Le second facteur d’une personne a été réinitialisé, et la personne a répondu «\u00a0Ce n’est pas moi\u00a0»\u00a0: le second facteur d’avant est de nouveau en vigueur, et les sessions sont fermées. Son mot de passe est peut-être connu de quelqu’un d’autre.',
};

/** What a person says that they did not want, by what it was called. */
const DENOUNCED: Partial<Record<Cause, string>> = {
  email_reverted: 'le changement',
  factor_restored: 'la réinitialisation',
};

const askedBy = (cause: Cause): string => {
  if (cause === 'email_reverted') return 'Changement demandé par';
  return cause === 'factor_restored' ? 'Réinitialisation demandée par' : 'Par';
};

// That a limit was reached is a consultation, and what it was reached by are acts.
const genreOf = (cause: Cause): string | null =>
  cause === 'attachments' || cause === 'creations' ? 'tout' : null;

const NOT_PUT_BACK =
  'L’adresse d’un compte a changé, et l’ancienne boîte a répondu «\u00a0Ce n’est pas moi\u00a0»\u00a0: les sessions sont fermées, le mot de passe ne sert plus et les seconds facteurs sont ceux d’avant le changement, mais un autre compte a désormais cette adresse, qui n’a pas pu être rétablie.';

/** Tells Ucanss of what a local administrator seldom does. */
export const unusualAct = defineTemplate<'unusual-act'>({
  subject: ({ cause, organismName }) => `${SUBJECTS[cause]}\u00a0: ${organismName}`,
  greeting: () => 'Bonjour,',
  blocks: ({ cause, address, organismName, organismCode, by, byEmail, person }, site) => [
    paragraph(cause === 'email_reverted' && !address ? NOT_PUT_BACK : TOLD[cause]),
    facts(
      ['Organisme', organismName],
      [askedBy(cause), byEmail ? `${by} (${byEmail})` : by],
      person === null ? null : [DENOUNCED[cause] ? 'Personne' : 'Personne désignée', person],
      address ? ['Adresse rétablie', address.to] : null,
      address ? ['À la place de', address.from] : null,
    ),
    paragraph(
      DENOUNCED[cause]
        ? `Vérifiez, avec la personne et avec qui a demandé ${DENOUNCED[cause]}, ce qui s’est passé.`
        : 'Si cela vous paraît anormal, prenez contact avec l’organisme, ou désactivez le compte de cet administrateur.',
    ),
    button(
      'Consulter le journal',
      site.url(paths.events.index, { perimetre: organismCode, genre: genreOf(cause) }),
    ),
  ],
});
