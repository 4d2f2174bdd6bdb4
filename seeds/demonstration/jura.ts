import { settle } from './arrivals.ts';
import type { House } from './house.ts';
import type { Identity } from './people.ts';
import type { AccountRow, Role } from './rows.ts';
import type { Stage } from './stage.ts';

// Names that try the layout: the longest that may come, one without a space to break at, and the shortest.
const DEMANDING: readonly Identity[] = [
  {
    civility: 'Mme',
    firstName: 'Marie-Bénédicte',
    lastName: "DE LA TOUR-D'AUVERGNE",
    functionTitle:
      'Responsable du département des ressources humaines, de la qualité de vie au travail et de la responsabilité sociétale',
  },
  { civility: 'M.', firstName: 'Jean-Baptiste', lastName: 'VANDENBROUCKE-GRANDJEAN' },
  { civility: 'Mme', firstName: 'Léa', lastName: 'LY' },
];
const PEOPLE = 57;

/** Fills the home of most of the cast, CAF-391: exactly 57 people, 55 of them active, and requests of each sort. */
export function tellJura(stage: Stage, house: House): void {
  const { people, role } = stage;
  const { organism, members } = house;
  house.give(stage.account('tmantel@caf39.caf.fr'), role('energie-lecteur'), { asked: true, lasting: true });
  for (const identity of DEMANDING) house.equip(house.hire(people.invent(organism, { identity })), 3);
  house.equip(house.hire(people.invent(organism), { asked: true }), 2);
  const leaver = house.hire(people.invent(organism), { leaver: true });
  house.equip(leaver, 2, { leaver: true });
  house.dismiss(leaver);
  while (members.size < PEOPLE) settle(stage, house, { quietly: true });

  const asking = new Set<AccountRow>();
  const ask = (code: string, how: 'ask' | 'askInVain') => {
    const account = someoneWithout(role(code), stage, house, asking);
    asking.add(account);
    house[how](account, [role(code)]);
  };
  ask('energie-redacteur', 'ask');
  ask('liste-d-aptitude-candidat', 'ask');
  ask('sda-consultation', 'askInVain');
  const fred = { civility: 'M.', firstName: 'Fred', lastName: 'LECONFINE' } as const;
  house.knock({ ...people.invent(organism, { identity: fred }), email: 'fred.leconfine@caf39.caf.fr' });
  const outsider = { civility: 'Mme', firstName: 'Camille', lastName: 'PERRET' } as const;
  house.knock({ ...people.invent(organism, { identity: outsider }), email: 'camille.perret@extension.fr' });
}

/** An active agent outside the cast, who neither has the role nor asks for another. */
function someoneWithout(role: Role, stage: Stage, house: House, asking: ReadonlySet<AccountRow>): AccountRow {
  for (const [account, roles] of house.members) {
    const able = account.active && !account.is_executive && !stage.isCast(account);
    if (able && !roles.has(role) && !asking.has(account)) return account;
  }
  throw new Error(`Everyone in ${house.organism.code} has the role ${role.code} or asks for another.`);
}
