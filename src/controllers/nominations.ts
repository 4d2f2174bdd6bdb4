import type { Request } from 'express';
import { z } from 'zod';
import { FileFault } from '../files-in/fault.ts';
import { nominations as files } from '../lists/nominations.ts';
import { hrefOf } from '../middlewares/href.ts';
import { actorOf } from '../middlewares/request.ts';
import type { SentFile } from '../middlewares/uploads.ts';
import { paths } from '../paths.ts';
import { nominationConfirmation } from '../presenters/nominations.ts';
import type { FormResult } from '../schemas/form.ts';
import { nominationsIn } from '../schemas/nominations.ts';
import { confirmedAct } from './confirmed-act.ts';
import type { AppContext } from './context.ts';
import { declaredButton, declaredForm, type Told } from './declared-form.ts';
import { idOf } from './identifiers.ts';
import { listController } from './lists.ts';

/** « Nominations » (R81): a file is compared, read, then applied. */
export function nominationsController(context: AppContext) {
  const { nominations } = context.services;
  const list = listController(context, files);
  const index = (req: Request) => hrefOf(req)(paths.nominations.index);
  const pageOf = (req: Request, id: number) => hrefOf(req)(paths.nominations.show({ id }));

  const compare = (req: Request, file: SentFile): Promise<number | FileFault> =>
    nominations.compare(actorOf(req), file, nominationsIn(file.path)).catch((error: unknown) => {
      if (error instanceof FileFault) return error;
      throw error;
    });

  const told = (finished: boolean): Told => ({
    notice: 'done',
    values: {
      sentence: finished
        ? 'Le fichier est appliqué\u00a0: chaque ligne dit ce qu’elle est devenue.'
        : 'Le fichier est en cours d’application\u00a0: vous pouvez quitter cette page, le traitement continue.',
    },
  });

  return {
    /** « Comparer ». */
    comparison: declaredForm({
      everywhere: true,
      back: index,
      about: () => undefined,
      page: async (req) => ({ view: 'management/list', locals: await list.page(req) }),
      parse: (req) => fileOf(req),
      perform: compare,
      again: (_req, outcome) =>
        typeof outcome === 'number' ? undefined : { errors: faultOf(outcome.message), status: 422 },
      tell: (req, outcome) => ({ to: typeof outcome === 'number' ? pageOf(req, outcome) : index(req) }),
    }),

    /** « Appliquer ». */
    application: confirmedAct({
      everywhere: true,
      list: (req) => pageOf(req, idOf(req)),
      describe: async (req) => {
        const { file, ...foreseen } = await nominations.foresee(actorOf(req), idOf(req));
        return nominationConfirmation(file, foreseen);
      },
      form: () => z.object({}),
      perform: (req) => nominations.apply(actorOf(req), idOf(req)),
      tell: (_req, finished) => told(finished),
    }),

    /** « Reprendre »: what is left of a file whose process was stopped. */
    resume: declaredButton({
      everywhere: true,
      back: (req) => pageOf(req, idOf(req)),
      perform: (req) => nominations.resume(actorOf(req), idOf(req)),
      tell: (_req, finished) => told(finished),
    }),
  };
}

const faultOf = (message: string) => [{ field: 'fichier', message }];

function fileOf({ sentFile }: Request): FormResult<SentFile> {
  if (sentFile && !(sentFile instanceof FileFault)) return { valid: true, values: sentFile, input: {} };
  const message = sentFile?.message ?? 'Choisissez un fichier, en CSV ou en Excel (.xlsx).';
  return { valid: false, input: {}, errors: faultOf(message) };
}
