import type { RequestHandler } from 'express';
import { deviceInWords } from '../domain/device.ts';
import { DoneBefore, NotFound } from '../domain/errors.ts';
import { freeName } from '../domain/second-factor.ts';
import { sessionHolder } from '../middlewares/challenge-holder.ts';
import { actorOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { parseForm } from '../schemas/form.ts';
import { newPasskeyForm, passkeyNameForm } from '../schemas/passkeys.ts';
import type { AppContext } from './context.ts';
import { type Again, declaredForm, type Page } from './declared-form.ts';
import { idOf } from './identifiers.ts';
import { codesShower, NOT_YOURS, under } from './own-security.ts';
import { passkeyFault } from './passkeys.ts';
import { wasJustTaken } from './sent-twice.ts';
import { renewing } from './session-opening.ts';

const nameTaken = (input: Record<string, string>): Again => ({
  input,
  errors: [{ field: 'nom', message: 'Vous avez déjà une clé d’accès de ce nom.' }],
  status: 422,
});

/** « Ajouter une clé d'accès », and « Renommer » (R89). */
export function ownPasskeysController(context: AppContext) {
  const { ownFactors, ownPasskeys } = context.services;
  const showCodes = codesShower(context);

  const options: RequestHandler = async (req, res) => {
    res.json(await ownPasskeys.options(actorOf(req), sessionHolder(req)));
  };

  const adding = declaredForm({
    everywhere: true,
    back: () => paths.security.show,
    about: (req) => ownFactors.state(actorOf(req).id),
    page(req, { passkeys }): Page {
      const device = deviceInWords(req.get('User-Agent') ?? '');
      const names = passkeys.map(({ name }) => name);
      return {
        view: 'my-information/passkey',
        locals: { title: 'Ajouter une clé d’accès', breadcrumb: under('Clé d’accès') },
        input: { nom: freeName(device, names) },
      };
    },
    parse: ({ body }) => parseForm(newPasskeyForm, body),
    async perform(req, { nom, reponse }) {
      const holder = sessionHolder(req);
      const made = { nom, reponse };
      const added = await renewing(req, (own) => ownPasskeys.add(actorOf(req), made, { holder, own }));
      // Its challenge serves once: sent twice, what it asks is done, and the session is another one by then.
      if (added.kind === 'stale' && (await wasJustTaken(req, (kept) => kept === null)))
        throw new DoneBefore();
      return added;
    },
    again(_req, added, { input }): Again | undefined {
      if (added.kind === 'taken') return nameTaken(input);
      if (added.kind !== 'stale' && added.kind !== 'refused') return undefined;
      return { ...passkeyFault({ kind: added.kind }), input };
    },
    async tell(req, added, { nom }) {
      if (added.kind !== 'added')
        return {
          notice: 'refused',
          values: { sentence: 'Vous avez déjà dix clés d’accès\u00a0: retirez-en une avant d’en ajouter.' },
        };
      const sentence = `Votre clé d’accès «\u00a0${nom}\u00a0» est ajoutée.`;
      return {
        ...(added.codes && (await showCodes(req, added.codes))),
        notice: 'done',
        values: { sentence },
      };
    },
  });

  const renaming = declaredForm({
    everywhere: true,
    back: () => paths.security.show,
    async about(req) {
      const asked = idOf(req);
      const { passkeys } = await ownFactors.state(actorOf(req).id);
      const key = passkeys.find(({ id }) => id === asked);
      if (key === undefined) throw new NotFound(NOT_YOURS);
      return key;
    },
    page(_req, { id, name }): Page {
      const title = `Renommer la clé d’accès «\u00a0${name}\u00a0»`;
      return {
        view: 'my-information/passkey-name',
        locals: { title, breadcrumb: under(title), id },
        input: { nom: name },
      };
    },
    parse: ({ body }) => parseForm(passkeyNameForm, body),
    async perform(req, { nom }, { id }) {
      const outcome = await ownPasskeys.rename(actorOf(req), id, nom);
      if (outcome === 'gone') throw new NotFound(NOT_YOURS);
      return outcome;
    },
    again: (_req, outcome, { input }) => (outcome === 'taken' ? nameTaken(input) : undefined),
    tell: (_req, outcome, { nom }) =>
      outcome === 'renamed'
        ? { notice: 'done', values: { sentence: `Votre clé d’accès s’appelle «\u00a0${nom}\u00a0».` } }
        : {
            notice: 'not-done',
            values: {
              sentence: `Votre clé d’accès s’appelle déjà «\u00a0${nom}\u00a0»\u00a0: rien n’est changé.`,
            },
          },
  });

  return { adding, options, renaming };
}
