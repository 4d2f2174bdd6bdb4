import type { RequestHandler } from 'express';
import type { Actor } from '../domain/actor.ts';
import { canReadManagement } from '../domain/permissions.ts';
import { hrefOf, shownScope } from '../middlewares/href.ts';
import { actorOf } from '../middlewares/request.ts';
import { hrefWithin } from '../presenters/href.ts';
import { type Question, questionOf, screensOf, showFound } from '../presenters/search.ts';
import { readFound } from '../repositories/lists/found.ts';
import { parseListQuery } from '../schemas/list-query.ts';
import { FEWEST_CHARACTERS, isEnough, searchCriteria } from '../schemas/search.ts';
import type { AppContext } from './context.ts';

/** « Recherche », from anywhere: whatever the person may see. */
export function searchController({ db, snapshot }: AppContext) {
  /** Nothing is looked for by less than two letters. */
  async function find(actor: Actor, { words, number }: Question) {
    if (!isEnough(words)) return null;
    const search = { words, number, accountId: actor.id, within: readableBy(actor) };
    return readFound(db, snapshot, search);
  }

  const show: RequestHandler = async (req, res) => {
    const actor = actorOf(req);
    const { values, faults } = parseListQuery(searchCriteria, req.query);
    const { q } = values;
    const question = questionOf(q);
    const found = await find(actor, question);
    // Who covers all organisms searches them all, whichever the address names.
    const href = actor.national === null ? hrefOf(req) : hrefWithin(() => 'tous');
    const screens = screensOf(actor, { scope: shownScope(req), path: req.path, href });
    res.render('search/show', {
      title: q === '' ? 'Recherche' : `Recherche, «\u00a0${q}\u00a0»`,
      breadcrumb: [],
      q,
      fault: faults[0] ?? (q === '' || found ? null : TOO_SHORT),
      manages: canReadManagement(actor),
      everywhere: actor.national !== null,
      missing: question.kind === 'batch' ? question.number : null,
      ...showFound(question, found, { actor, snapshot: await snapshot.current(), screens, href }),
    });
  };

  return { show };
}

const TOO_SHORT = `Tapez au moins ${FEWEST_CHARACTERS} lettres ou chiffres.`;

/** The organisms whose people one may read (P5); [null] for all. */
const readableBy = ({ national, administers }: Actor): (number | null)[] =>
  national === null ? administers.map(({ id }) => id) : [null];
