import type { MessageValues } from '../../domain/message.ts';
import { paths } from '../../paths.ts';
import { button, defineTemplate, facts, paragraph } from '../content.ts';

type Cause = MessageValues['unusual-act']['cause'];

const SUBJECTS: Record<Cause, string> = {
  attachments: 'Rattachements nombreux',
  creations: 'Créations de compte nombreuses',
  young_delegation: 'Délégation à un compte récent',
  email_reverted: 'Changement d’adresse dénoncé',
};

const TOLD: Record<Cause, string> = {
  attachments:
    'Un administrateur local a atteint la limite des rattachements en une heure\u00a0: les suivants sont refusés.',
  creations:
    'Un administrateur local a atteint la limite des créations de compte en une heure\u00a0: les suivantes sont refusées.',
  young_delegation:
    'Une délégation d’administrateur local a été donnée à une personne dont le compte a moins de sept jours.',
  email_reverted:
    'L’adresse d’un compte a changé, et l’ancienne boîte a répondu «\u00a0Ce n’est pas moi\u00a0»\u00a0: l’adresse est rétablie, les sessions sont fermées, et le mot de passe ne sert plus.',
};

const NOT_PUT_BACK =
  'L’adresse d’un compte a changé, et l’ancienne boîte a répondu «\u00a0Ce n’est pas moi\u00a0»\u00a0: les sessions sont fermées et le mot de passe ne sert plus, mais un autre compte a désormais cette adresse, qui n’a pas pu être rétablie.';

/** Tells Ucanss of what a local administrator seldom does. */
export const unusualAct = defineTemplate<'unusual-act'>({
  subject: ({ cause, organismName }) => `${SUBJECTS[cause]}\u00a0: ${organismName}`,
  greeting: () => 'Bonjour,',
  blocks: ({ cause, address, organismName, organismCode, by, byEmail, person }, site) => [
    paragraph(cause === 'email_reverted' && !address ? NOT_PUT_BACK : TOLD[cause]),
    facts(
      ['Organisme', organismName],
      [cause === 'email_reverted' ? 'Changement demandé par' : 'Par', byEmail ? `${by} (${byEmail})` : by],
      person === null ? null : [cause === 'email_reverted' ? 'Personne' : 'Personne désignée', person],
      address ? ['Adresse rétablie', address.to] : null,
      address ? ['À la place de', address.from] : null,
    ),
    paragraph(
      cause === 'email_reverted'
        ? 'Vérifiez, avec la personne et avec qui a demandé le changement, ce qui s’est passé.'
        : 'Si cela vous paraît anormal, prenez contact avec l’organisme, ou désactivez le compte de cet administrateur.',
    ),
    button('Consulter le journal', site.url(paths.events.index, { perimetre: organismCode })),
  ],
});
