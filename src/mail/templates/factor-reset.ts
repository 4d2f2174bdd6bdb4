import { RESET_UNDONE_WITHIN_DAYS } from '../../domain/factor-reset.ts';
import type { MessageValues } from '../../domain/message.ts';
import { contacts, paths } from '../../paths.ts';
import { formatDateTime } from '../../presenters/format.ts';
import { type Block, button, defineTemplate, facts, paragraph, quote } from '../content.ts';
import { greet } from './phrases.ts';

type Values = MessageValues['factor-reset'];

const SUBJECTS: Record<Values['outcome'], string> = {
  waits: 'Votre second facteur va être réinitialisé',
  done: 'Votre second facteur est réinitialisé',
  ended: 'Votre second facteur ne sera pas réinitialisé',
};

const TOLD: Record<Values['outcome'], string> = {
  waits:
    'La réinitialisation de votre second facteur est demandée\u00a0: vos applications d’authentification, vos clés d’accès et vos codes de secours ne serviront plus, et vos sessions prendront fin. Votre mot de passe ne change pas.',
  done: 'Votre second facteur est réinitialisé\u00a0: vos applications d’authentification, vos clés d’accès et vos codes de secours ne servent plus, et vos sessions ont pris fin. Votre mot de passe ne change pas\u00a0: connectez-vous avec lui, puis ajoutez un autre second facteur.',
  ended:
    'La réinitialisation de votre second facteur, qui était prévue, n’aura pas lieu\u00a0: rien ne change.',
};

/** To the person, at their present address: how to stop it, or to undo it (R89). */
export const factorReset = defineTemplate<'factor-reset'>({
  subject: ({ outcome }) => SUBJECTS[outcome],
  greeting: greet,
  blocks: (values, site) => [
    paragraph(TOLD[values.outcome]),
    facts(
      ['Organisme', values.organismName],
      ['Demandé par', values.askedBy ?? 'l’Ucanss, par une commande du portail'],
      values.outcome === 'done'
        ? null
        : [
            values.outcome === 'waits' ? 'Prévu le' : 'Était prévu le',
            formatDateTime(new Date(values.effectiveAt)),
          ],
    ),
    ...quote('Motif de la demande', values.reason),
    ...(values.outcome === 'ended' ? [] : refusal(values.outcome, site.link)),
    ...(values.outcome === 'done' ? [button('Me connecter', site.url(paths.signIn))] : []),
    paragraph(
      `Dans le doute, prévenez un administrateur de votre organisme, ou écrivez à ${contacts.email}.`,
    ),
  ],
});

const refusal = (outcome: 'waits' | 'done', href: string): Block[] => [
  paragraph(
    outcome === 'waits'
      ? `Si vous n’avez rien demandé, arrêtez cette réinitialisation. Le même lien la défait dans les ${RESET_UNDONE_WITHIN_DAYS}\u00a0jours qui la suivent\u00a0:`
      : `Si vous n’avez rien demandé, vous avez ${RESET_UNDONE_WITHIN_DAYS}\u00a0jours pour tout remettre en place\u00a0:`,
  ),
  button('Ce n’est pas moi', href),
];
