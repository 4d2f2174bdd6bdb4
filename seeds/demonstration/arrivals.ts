import type { House } from './house.ts';
import type { AccountRow } from './rows.ts';
import type { Stage } from './stage.ts';

/** Someone arrives, works and perhaps leaves; `quietly`, without request nor departure. */
export function settle(
  stage: Stage,
  house: House,
  options: { executive?: boolean; quietly?: boolean } = {},
): AccountRow {
  const { random, people } = stage;
  const { executive = false, quietly = false } = options;
  const may = (probability: number) => !quietly && !executive && random.chance(probability);
  const leaver = may(0.04);
  const account = house.hire(people.invent(house.organism, { executive }), { leaver, asked: may(0.1) });
  const count = random.pick([0, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4]);
  for (let given = 0; given < count; given += 1) house.equip(account, 1, { leaver, asked: may(0.1) });
  if (random.chance(executive ? 0.6 : 0.05)) {
    house.equip(account, 1, { leaver, asked: may(0.5) }, stage.reservedRoles);
  }
  if (leaver) house.dismiss(account);
  else if (random.chance(0.12)) house.lend(account);
  return account;
}
