import { WITHOUT_ADMINISTRATOR } from '../people/organisms.ts';
import { NAMED } from '../people/reasons.ts';
import { settle } from './arrivals.ts';
import { House } from './house.ts';
import { tellJura } from './jura.ts';
import { tellLately } from './lately.ts';
import { afterwards } from './moments.ts';
import type { Organism } from './people.ts';
import { signEveryoneIn } from './sign-ins.ts';
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
  tellLately(stage);
  signEveryoneIn(stage);
}

/** What waits in an organism, and what was refused there. */
function askAround(stage: Stage, house: House): void {
  const { random, people } = stage;
  const known = stage.isCastHome(house.organism) || WITHOUT_ADMINISTRATOR.includes(house.organism.code);
  const able = [...house.members.keys()].filter((account) => account.active && !stage.isCast(account));
  if (known || random.chance(0.3)) house.ask(random.pick(able));
  if (random.chance(0.15)) house.ask(random.pick(able), stage.reservedRoles);
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
  const at = afterwards(stage.calendar.beginning, 120 * 86_400);
  for (const organism of organisms) {
    if (organism.code === member.organism || !member.administers?.includes(organism.code)) continue;
    const grant = { at, by: national, reason: NAMED };
    chronicle.delegate(account(member.email), role('administrateur-local'), organism, grant);
  }
}
