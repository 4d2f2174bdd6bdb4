import { WITHOUT_ADMINISTRATOR } from '../people/organisms.ts';
import { NAMED } from '../people/reasons.ts';
import { House } from './house.ts';
import { afterwards, BEGINNING } from './moments.ts';
import type { Organism } from './people.ts';
import type { AccountRow } from './rows.ts';
import { castMember, type Stage } from './stage.ts';

/** How many local administrators live in these; elsewhere one to three. */
const ADMINISTRATORS: Readonly<Record<string, number>> = {
  'CPAM-391': 1,
  'CAF-251': 2,
  'CAF-391': 2,
  'CAF-701': 1,
  UCN: 1,
  UCANSS: 1,
};

/** Tells what happened in every organism. */
export function tellStory(stage: Stage): void {
  stage.organisms.forEach((organism, index) => {
    const house = new House(stage, organism);
    house.appoint(administratorsOf(stage, organism));
    const administrators = [...house.members.keys()];
    house.receiveCast();
    if (organism.code === 'CAF-391') {
      tellJura(stage, house);
      return;
    }
    for (const account of administrators) {
      if (!stage.isCast(account)) house.equip(account, stage.random.below(3));
    }
    // About 1.3 % of the people are executives: one in every eighth organism, beside the cast's.
    if (index % 8 === 3) settle(stage, house, { executive: true });
    const size = 5 + stage.random.below(11) + (stage.isCastHome(organism) ? 12 : 0);
    while (house.members.size < size) settle(stage, house);
    askAround(stage, house);
  });
  delegateElsewhere(stage);
}

/** The home of most of the cast: exactly 57 people, 55 of them active, and one request of each sort. */
function tellJura(stage: Stage, house: House): void {
  const { people, role } = stage;
  const { organism, members } = house;
  const member = (email: string) => stage.account(email);
  house.give(member('tmantel@caf39.caf.fr'), role('energie-lecteur'), { asked: true, lasting: true });

  // Names that try the layout: the longest that may come, a hyphen at each end of the column, and the shortest.
  const identities = [
    {
      civility: 'Mme',
      firstName: 'Marie-Bénédicte',
      lastName: "DE LA TOUR-D'AUVERGNE",
      functionTitle:
        'Responsable du département des ressources humaines, de la qualité de vie au travail et de la responsabilité sociétale',
    },
    { civility: 'M.', firstName: 'Jean-Baptiste', lastName: 'VANDENBROUCKE-GRANDJEAN' },
    { civility: 'Mme', firstName: 'Léa', lastName: 'LY' },
  ] as const;
  for (const identity of identities) house.equip(house.hire(people.invent(organism, { identity })), 3);

  house.equip(house.hire(people.invent(organism), { asked: true }), 2);
  const leaver = house.hire(people.invent(organism), { leaver: true });
  house.equip(leaver, 2, { leaver: true });
  house.dismiss(leaver);
  const colleagues: AccountRow[] = [];
  while (members.size < 57) colleagues.push(settle(stage, house, { quietly: true }));

  const [first, second, third] = colleagues;
  if (!first || !second || !third) throw new Error('CAF-391 lacks people.');
  house.ask(first, role('energie-redacteur'));
  house.ask(second, role('liste-d-aptitude-candidat'));
  house.askInVain(third, role('sda-consultation'));
  const fred = { civility: 'M.', firstName: 'Fred', lastName: 'LECONFINE' } as const;
  house.knock({ ...people.invent(organism, { identity: fred }), email: 'fred.leconfine@caf39.caf.fr' });
  const outsider = { civility: 'Mme', firstName: 'Camille', lastName: 'PERRET' } as const;
  house.knock({ ...people.invent(organism, { identity: outsider }), email: 'camille.perret@extension.fr' });
}

/** Someone arrives, works and perhaps leaves; `quietly`, without request nor departure. */
function settle(
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

/** What waits in an organism, and what was refused there. */
function askAround(stage: Stage, house: House): void {
  const { random, people } = stage;
  const known = stage.isCastHome(house.organism) || WITHOUT_ADMINISTRATOR.includes(house.organism.code);
  const able = [...house.members.keys()].filter((account) => account.active && !stage.isCast(account));
  if (known || random.chance(0.3)) house.ask(random.pick(able));
  if (random.chance(0.15)) house.ask(random.pick(able), random.pick(stage.reservedRoles));
  if (random.chance(0.2)) house.askInVain(random.pick(able));
  if (known || random.chance(0.15)) house.knock(people.invent(house.organism));
}

function administratorsOf({ random }: Stage, { code }: Organism): number {
  if (WITHOUT_ADMINISTRATOR.includes(code)) return 0;
  return ADMINISTRATORS[code] ?? random.pick([1, 1, 1, 2, 2, 3]);
}

/** Who administers an organism that is not their home. */
function delegateElsewhere(stage: Stage): void {
  const { chronicle, role, organisms, national, account } = stage;
  const member = castMember('intercaf@caf.fr');
  const at = afterwards(BEGINNING, 120 * 86_400);
  for (const organism of organisms) {
    if (organism.code === member.organism || !member.administers?.includes(organism.code)) continue;
    const grant = { at, by: national, reason: NAMED };
    chronicle.delegate(account(member.email), role('administrateur-local'), organism, grant);
  }
}
