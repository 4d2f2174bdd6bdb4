import type { RequestHandler } from 'express';
import { dayInParis } from '../domain/calendar.ts';
import { canReadManagement } from '../domain/permissions.ts';
import { actorOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { showPendingEmail } from '../presenters/email-changes.ts';
import { showAssignments, showOwnRequests } from '../presenters/my-information.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { deciderRepository } from '../repositories/deciders.ts';
import { readOwnRecord } from '../repositories/lists/my-information.ts';
import { ownPhoneForm } from '../schemas/account.ts';
import { parseForm } from '../schemas/form.ts';
import type { AppContext } from './context.ts';
import { declaredForm, type Page } from './declared-form.ts';

/** « Mes informations » (R2-R4). */
export function myInformationController({ db, clock, services }: AppContext) {
  /** Who decides those that wait, by organism. */
  function decidersOf(requests: readonly { status: string; organismId: number }[], today: string) {
    const waiting = requests.filter(({ status }) => status === 'pending');
    const organismIds = [...new Set(waiting.map(({ organismId }) => organismId))];
    return deciderRepository(db, today).localAdministrators(organismIds);
  }

  const show: RequestHandler = async (req, res) => {
    const actor = actorOf(req);
    const now = clock.now();
    const today = dayInParis(now);
    const [person, { assignments, requests }, pending] = await Promise.all([
      accountRepository(db).get(actor.id),
      readOwnRecord(db, actor.id, today),
      services.emailChange.findPending(actor.id),
    ]);
    const administrators = await decidersOf(requests, today);
    res.render('my-information/show', {
      title: 'Mes informations',
      breadcrumb: [],
      person,
      pendingEmail: pending ? showPendingEmail(pending, true) : null,
      themes: showAssignments(assignments),
      ...showOwnRequests(requests, { accountId: actor.id, now, administrators }),
      manages: canReadManagement(actor),
    });
  };

  const phone = declaredForm({
    everywhere: true,
    back: () => paths.myInformation,
    about: (req) => accountRepository(db).get(actorOf(req).id),
    page: (_req, person): Page => ({
      view: 'my-information/phone',
      locals: {
        title: 'Votre téléphone',
        breadcrumb: [
          { label: 'Mes informations', href: paths.myInformation },
          { label: 'Votre téléphone', href: null },
        ],
      },
      input: { telephone: person.phone },
    }),
    parse: ({ body }) => parseForm(ownPhoneForm, body),
    perform: (req, { telephone }) => services.accountEditing.setOwnPhone(actorOf(req), telephone),
    tell: (_req, changed) => ({
      notice: 'done',
      values: { sentence: changed ? 'Votre téléphone est modifié.' : 'Rien n’a été changé.' },
    }),
  });

  return { show, phone };
}
