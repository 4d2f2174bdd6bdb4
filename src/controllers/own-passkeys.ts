import type { RequestHandler } from 'express';
import { deviceInWords } from '../domain/device.ts';
import { sessionHolder } from '../middlewares/challenge-holder.ts';
import { actorOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { parseForm } from '../schemas/form.ts';
import { newPasskeyForm } from '../schemas/passkeys.ts';
import type { AppContext } from './context.ts';
import { type Again, declaredForm, type Page } from './declared-form.ts';
import { codesShower, under } from './own-security.ts';
import { passkeyFault } from './passkeys.ts';

/** « Ajouter une clé d'accès » (R89). */
export function ownPasskeysController(context: AppContext) {
  const { ownPasskeys } = context.services;
  const showCodes = codesShower(context);

  const options: RequestHandler = async (req, res) => {
    res.json(await ownPasskeys.options(actorOf(req), sessionHolder(req)));
  };

  const adding = declaredForm({
    everywhere: true,
    back: () => paths.security.show,
    about: () => null,
    page: (req): Page => ({
      view: 'my-information/passkey',
      locals: { title: 'Ajouter une clé d’accès', breadcrumb: under('Clé d’accès') },
      input: { nom: deviceInWords(req.get('User-Agent') ?? '') },
    }),
    parse: ({ body }) => parseForm(newPasskeyForm, body),
    perform: (req, { nom, reponse }) =>
      ownPasskeys.add(
        actorOf(req),
        { nom, reponse },
        { holder: sessionHolder(req), ref: req.session.ref ?? '' },
      ),
    again(_req, added, { input }): Again | undefined {
      if (added.kind !== 'stale' && added.kind !== 'refused') return undefined;
      return { ...passkeyFault({ kind: added.kind }), input };
    },
    async tell(req, added, { nom }) {
      if (added.kind !== 'added')
        return {
          notice: 'refused',
          values: { sentence: 'Vous avez déjà dix clés d’accès\u00a0: retirez-en une avant d’en ajouter.' },
        };
      return added.codes === null
        ? { notice: 'done', values: { sentence: `Votre clé d’accès «\u00a0${nom}\u00a0» est ajoutée.` } }
        : showCodes(req, added.codes);
    },
  });

  return { adding, options };
}
