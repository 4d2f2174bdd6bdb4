import type { Request } from 'express';
import type { Actor } from '../domain/actor.ts';
import { hrefOf } from '../middlewares/href.ts';
import { actorOf, backTo, managementCrumb } from '../middlewares/request.ts';
import type { Confirmation } from '../presenters/confirmation.ts';
import { staleForm } from '../presenters/reference-data.ts';
import type { FormResult } from '../schemas/form.ts';
import type { Changing, Creating, Taken } from '../services/reference-data.ts';
import { type Again, declaredForm, type Told } from './declared-form.ts';

/** How the forms of a record call it, its name, and what somebody else did to it. */
export interface RecordWords {
  /** The list of such records. */
  list: { path: string; label: string };
  view: string;
  /** The field of the name. */
  name: string;
  /** « Ce libellé ». */
  nameCalled: string;
  /** « Ce rôle a été modifié ». */
  changed: string;
}

type Refused = Taken | Extract<Changing, { kind: 'stale' }>;
type Done<Outcome> = Exclude<Outcome, Refused>;

/** A form of the reference data, to make a record or to change one. */
interface RecordForm<About, Values, Outcome extends Changing | Creating> {
  about(req: Request): About | Promise<About>;
  /** What its page shows beside what every such page does. */
  page(req: Request, about: About): Promise<{ title: string; [name: string]: unknown }>;
  /** What its fields are filled with at first. */
  input(req: Request, about: About): Record<string, string>;
  parse(body: unknown, about: About): FormResult<Values> | Promise<FormResult<Values>>;
  perform(actor: Actor, values: Values, about: About): Promise<Outcome>;
  /** What is asked again before it is saved (DeclaredForm). */
  asks?: (req: Request, values: Values, about: About) => Promise<Confirmation | null>;
  /** What « Aperçu du catalogue » shows of what is typed, nothing being saved. */
  preview?: (values: Values, about: About) => Promise<object>;
  tell(req: Request, outcome: Done<Outcome>, values: Values, about: About): Told;
}

const isRefused = (outcome: Changing | Creating): outcome is Refused =>
  outcome.kind === 'taken' || outcome.kind === 'stale';

/** The page and the sending of a form of the reference data. */
export function recordForm<About, Values, Outcome extends Changing | Creating>(
  words: RecordWords,
  form: RecordForm<About, Values, Outcome>,
) {
  const { list, view } = words;
  const { preview } = form;

  async function previewed(req: Request, about: About): Promise<Again | undefined> {
    if (!preview || req.body?.apercu === undefined) return undefined;
    const parsed = await form.parse(req.body, about);
    if (!parsed.valid) return { errors: parsed.errors, status: 422 };
    return { locals: { preview: await preview(parsed.values, about) } };
  }

  return declaredForm<About, Values, Outcome>({
    everywhere: true,
    back: (req) => backTo(req, list.path),
    about: form.about,
    async page(req, about) {
      const own = await form.page(req, about);
      const back = backTo(req, list.path);
      const breadcrumb = [
        managementCrumb(req),
        { label: list.label, href: back },
        { label: own.title, href: null },
      ];
      const locals = {
        conflict: null,
        back,
        breadcrumb,
        previews: preview !== undefined,
        preview: null,
        ...own,
      };
      return { view: `management/reference-data/${view}`, locals, input: form.input(req, about) };
    },
    parse: (req, about) => form.parse(req.body, about),
    ...(form.asks && { asks: form.asks }),
    change: previewed,
    perform: (req, values, about) => form.perform(actorOf(req), values, about),
    again: (_req, outcome, { input }) => (isRefused(outcome) ? refused(outcome, input, words) : undefined),
    tell: (req, outcome, values, about) => form.tell(req, outcome as Done<Outcome>, values, about),
  });
}

/** The form again, with what was typed: a name or a code that is taken (422), or a record changed meanwhile (409). */
function refused(
  outcome: Refused,
  input: Record<string, string>,
  { name, nameCalled, changed }: RecordWords,
): Again {
  if (outcome.kind === 'stale') {
    const conflict = staleForm(changed, outcome);
    return { status: 409, input: { ...input, version: String(conflict.version) }, locals: { conflict } };
  }
  const errors = outcome.faults.map(({ field, by }) =>
    field === 'name'
      ? { field: name, message: `${nameCalled} est déjà celui de «\u00a0${by}\u00a0».` }
      : {
          field: 'code',
          message: `Ce code est déjà celui de «\u00a0${by}\u00a0»\u00a0: indiquez-en un autre.`,
        },
  );
  return { status: 422, input, errors };
}

/** What is told of a record that was changed, or not; `form` is the address of its form. */
export const toldOfChange = (
  req: Request,
  { kind }: Exclude<Changing, Refused>,
  sentence: string,
  form: string,
): Told =>
  kind === 'unchanged'
    ? { notice: 'reference-unchanged' }
    : {
        notice: 'done-there',
        values: { sentence, href: hrefOf(req)(form), label: 'Revoir la modification' },
      };
