import type { Request } from 'express';
import { dayInParis } from '../domain/calendar.ts';
import { type Colleague, type CopiedTo, chooseColleague, copyOutcome } from '../domain/colleague.ts';
import { searchWords } from '../domain/search.ts';
import { actorOf } from '../middlewares/request.ts';
import { copiedNotice, ORGANISM_MISSING, TAKEN_UNASKED, unclearColleague } from '../presenters/colleague.ts';
import { readAccountRecord } from '../repositories/lists/account-record.ts';
import { findColleagues } from '../repositories/lists/colleagues.ts';
import { roleRepository } from '../repositories/roles.ts';
import { colleagueForm } from '../schemas/account.ts';
import { inputOf, parseForm } from '../schemas/form.ts';
import type { AppContext } from './context.ts';
import type { Again } from './declared-form.ts';

/** Who is to have the roles of a colleague. */
interface Likened {
  /** Whose people the colleague is of; null while it is not chosen. */
  organism: { id: number; name: string } | null;
  /** Their account, where they have one; null before. */
  accountId: number | null;
  lists: Pick<CopiedTo, 'held' | 'assigned'>;
}

/** « Comme un collègue » (R77), on the forms that have the two lists. */
export function colleagueCopy({ db, clock }: AppContext) {
  const recordOf = (id: number) => readAccountRecord(db, id, dayInParis(clock.now()));

  /** The second list with what the colleague has of roles beside what was there, and what became of each of them. */
  async function taken(req: Request, colleague: Colleague, { accountId, lists }: Likened) {
    const [record, own, all] = await Promise.all([
      recordOf(colleague.id),
      accountId === null ? null : recordOf(accountId),
      roleRepository(db).all(),
    ]);
    const theirs = new Set(record.assignments.map(({ roleId }) => roleId));
    const to = {
      ...lists,
      asked: own?.requests.map(({ roleId }) => roleId) ?? [],
      actsForUcanss: actorOf(req).national === 'administrator',
    };
    const copied = Map.groupBy(
      all.filter(({ id }) => theirs.has(id)),
      (role) => copyOutcome(role, to),
    );
    const added = [...(copied.get('granted') ?? []), ...(copied.get('requested') ?? [])];
    return {
      assigned: [...lists.assigned, ...added.map(({ id }) => id)],
      copied: copiedNotice(colleague, copied),
    };
  }

  /** Whom a text names, of the organism. */
  async function chosen(typed: string, picked: string, organismId: number, except: number | null) {
    const words = searchWords(typed);
    const people = words.length === 0 ? [] : await findColleagues(db, words, { organismId, except });
    return chooseColleague(typed, picked, people);
  }

  /** The form again with the roles of the colleague who was named, nothing being saved; undefined where nobody was. */
  return async (req: Request, likened: Likened): Promise<Again | undefined> => {
    if (!namesColleague(req)) return undefined;
    const form = parseForm(colleagueForm, req.body);
    if (!form.valid) return again(req, { errors: form.errors, status: 422 });
    const { organism, accountId } = likened;
    if (!organism) return again(req, { errors: [ORGANISM_MISSING], status: 422 });
    const { collegue: typed, collegue_choisi: picked } = form.values;
    const choice = await chosen(typed, picked, organism.id, accountId);
    if (choice.kind !== 'found') {
      const message = unclearColleague(choice, typed, { organism: organism.name, other: accountId !== null });
      const several = choice.kind === 'choices';
      const errors = [{ field: several ? 'collegue_choisi' : 'collegue', message }];
      return again(req, { errors, status: 422, locals: { colleagues: several ? choice.colleagues : [] } });
    }
    const locals = await taken(req, choice.colleague, likened);
    const input = { ...form.input, collegue: '' };
    if (req.body.reprendre !== undefined) return again(req, { input, locals });
    return again(req, { input, locals, status: 422, errors: [{ field: null, message: TAKEN_UNASKED }] });
  };
}

/** Whether the form is sent for the roles of a colleague: by their button, or by any other while somebody is named. */
function namesColleague({ body }: Request): boolean {
  if (body.reprendre !== undefined) return true;
  return body.deplacer === undefined && ![undefined, ''].includes(inputOf(body).collegue?.trim());
}

/** The form as it was, lines ticked in the two lists included: they are not moved by this. */
function again(req: Request, { locals, ...rest }: Again): Again {
  const ticked = (name: string) => [req.body[name] ?? []].flat().map(String);
  const refilled = { ajouter: ticked('ajouter'), retirer: ticked('retirer') };
  return { input: inputOf(req.body), ...rest, locals: { ...locals, refilled } };
}
