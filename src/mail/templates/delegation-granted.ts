import { paths } from '../../paths.ts';
import { fullName } from '../../presenters/format.ts';
import { button, defineTemplate, facts, paragraph, quote } from '../content.ts';
import { greet, until } from './phrases.ts';

/** A delegation was given: one message to each of the two (R69). */
export const delegationGranted = defineTemplate<'delegation-granted'>({
  subject: (values) =>
    values.to === 'holder'
      ? `Vous êtes administrateur local\u00a0: ${values.organismName}`
      : `Délégation donnée à ${fullName(values)}`,
  greeting: (values) => greet(values.to === 'holder' ? values : values.giver),
  blocks: (values, site) => [
    paragraph(
      values.to === 'holder'
        ? `Vous avez été désigné administrateur local. Vous pouvez dès maintenant gérer les comptes et les habilitations de cet organisme.`
        : `Vous avez désigné un administrateur local. Cette personne peut dès maintenant gérer les comptes et les habilitations de l’organisme.`,
    ),
    facts(
      ['Administrateur local', fullName(values)],
      ['Organisme', values.organismName],
      ['Désigné par', fullName(values.giver)],
      until(values.endsOn),
    ),
    ...quote('Motif', values.reason),
    ...(values.to === 'holder'
      ? [
          paragraph(
            'Si votre compte n’a pas encore de second facteur, ajoutez-en un dans «\u00a0Ma sécurité\u00a0»\u00a0: il peut être demandé à qui administre un organisme.',
          ),
          button(
            'Accéder à la gestion des habilitations',
            site.url(paths.management, { perimetre: values.organismCode }),
          ),
        ]
      : [
          paragraph(
            'Si vous n’êtes pas à l’origine de cette délégation, retirez-la et prévenez l’Ucanss sans attendre.',
          ),
        ]),
  ],
});
