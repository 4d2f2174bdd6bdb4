import { ofOrganism } from '../domain/organism-name.ts';
import { REMINDER_EVERY_DAYS, remindableOn } from '../domain/request.ts';
import type { AdministratorsReminder } from '../services/reminding-administrators.ts';
import { messagesToLeave } from './batches.ts';
import type { Confirmation } from './confirmation.ts';
import { formatDate, fullName, listed, plural } from './format.ts';

/** « Maud SUPPLÉANTE et Welcome TESTPORTAIL ». */
export const remindedNames = ({ people }: Pick<AdministratorsReminder, 'people'>): string =>
  listed(people.map(fullName));

/** Why the local administrators of an organism are not reminded now, as a sentence; null where they may be. */
export function remindersRefused({
  organism,
  since,
  remindedAt,
  refusal,
}: AdministratorsReminder): string | null {
  if (refusal === null) return null;
  if (since === null)
    return `Aucune demande n’attend les administrateurs locaux ${ofOrganism(organism.name)}.`;
  const on = formatDate(remindableOn(since, remindedAt));
  return remindedAt === null
    ? `La plus ancienne demande ${ofOrganism(organism.name)} date du ${formatDate(since)}\u00a0: un rappel sera possible à partir du ${on}.`
    : `Les administrateurs locaux ${ofOrganism(organism.name)} ont reçu un rappel le ${formatDate(remindedAt)}\u00a0; un autre sera possible le ${on}.`;
}

/** The page before « Rappeler aux administrateurs ». */
export function remindersConfirmation(reminder: AdministratorsReminder): Confirmation {
  const { organism, people, since, waiting } = reminder;
  const which = waiting >= 2 ? ', la plus ancienne' : '';
  const oldest = since === null ? '' : `${which} depuis le ${formatDate(since)}`;
  return {
    title: `Rappeler aux administrateurs ${ofOrganism(organism.name)}`,
    page: 'Rappeler aux administrateurs',
    organism: organism.name,
    refusal: remindersRefused(reminder),
    effect: `${plural(waiting, 'demande attend leur décision', 'demandes attendent leur décision')}${oldest}. Un message le rappelle à ${remindedNames(reminder)}.`,
    points: [
      messagesToLeave(people.length),
      `Un autre rappel sera possible dans ${REMINDER_EVERY_DAYS} jours.`,
    ],
  };
}
