import { actorOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { awaitedNames } from '../presenters/asking.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { ownRequestRepository } from '../repositories/own-requests.ts';
import { ownCorrectionForm } from '../schemas/account.ts';
import { parseForm } from '../schemas/form.ts';
import type { Correction } from '../services/correcting.ts';
import type { AppContext } from './context.ts';
import { type Again, declaredForm, type Page, type Told } from './declared-form.ts';

const PENDING: Told = {
  notice: 'refused',
  values: {
    sentence:
      'Vous avez déjà proposé une correction, qui attend une réponse\u00a0: retirez-la pour en proposer une autre.',
  },
};

/** « Proposer une correction » of one's own record (R78). */
export function ownCorrectionController({ db, services }: AppContext) {
  const correction = declaredForm({
    everywhere: true,
    back: () => paths.myInformation,
    about: (req) => accountRepository(db).get(actorOf(req).id),
    async page(req, person): Promise<Page | Told> {
      if (await ownRequestRepository(db).hasPendingCorrection(person.id)) return PENDING;
      const input = inputOf(person);
      return {
        view: 'my-information/correction',
        locals: {
          title: 'Proposer une correction',
          breadcrumb: [
            { label: 'Mes informations', href: paths.myInformation },
            { label: 'Proposer une correction', href: null },
          ],
        },
        input: { ...input, avant: req.refilled?.values.avant?.[0] ?? JSON.stringify(input) },
      };
    },
    parse: ({ body }) => parseForm(ownCorrectionForm, body),
    perform: (req, { avant, motif, ...typed }) =>
      services.correcting.propose(
        actorOf(req),
        { typed: correctionOf(typed), shown: avant ? correctionOf(avant) : null },
        motif,
      ),
    again: (_req, { kind }, { input }): Again | undefined =>
      kind === 'unchanged'
        ? { status: 422, input, errors: [{ field: null, message: UNCHANGED }] }
        : undefined,
    tell(_req, proposal) {
      if (proposal.kind !== 'submitted') return PENDING;
      const sentence = `Votre correction est proposée à ${awaitedNames(proposal)}. Vous recevrez la réponse par message.`;
      return { notice: 'done', values: { sentence } };
    },
  });

  return { correction };
}

const UNCHANGED = 'Rien ne diffère de votre fiche\u00a0: corrigez au moins le nom, le prénom ou la fonction.';

interface Typed {
  nom: string;
  prenom: string;
  fonction: string;
}

const correctionOf = ({ nom, prenom, fonction }: Typed): Correction => ({
  lastName: nom,
  firstName: prenom,
  functionTitle: fonction,
});

const inputOf = ({ lastName, firstName, functionTitle }: Correction) => ({
  nom: lastName,
  prenom: firstName,
  fonction: functionTitle,
});
