import { mailDomain, mailName, phonePrefix } from '../people/contact.ts';
import { EXECUTIVE_FUNCTIONS, FUNCTIONS } from '../people/functions.ts';
import { LAST_NAMES, MEN, WOMEN } from '../people/names.ts';
import { type Random, spread } from '../people/random.ts';
import { CAST } from './cast.ts';

export interface Organism {
  id: number;
  code: string;
  name: string;
  region: string;
  mail_domain: string | null;
}

/** A person before the account: who, where, doing what. */
export interface Person {
  email: string;
  civility: 'M.' | 'Mme';
  lastName: string;
  firstName: string;
  functionTitle: string;
  phone: string;
  organism: Organism;
  executive: boolean;
}

export type Identity = Pick<Person, 'civility' | 'lastName' | 'firstName'> & { functionTitle?: string };

export interface People {
  /** Someone of that organism whom nobody else resembles; `known` says what is already decided. */
  invent(organism: Organism, known?: { executive?: boolean; identity?: Identity }): Person;
  phone(organism: Organism): string;
}

// Slots to draw from, so that frequent names come often.
const LAST_NAME_SLOTS = spread(LAST_NAMES, 2_000, 20);
const FIRST_NAME_SLOTS = { 'M.': spread(MEN, 500, 10), Mme: spread(WOMEN, 500, 10) };
const FUNCTION_SLOTS = spread(FUNCTIONS, 300, 8);

/** Invents people: no two bear the same e-mail, and none the name of a member of the cast. */
export function createPeople(random: Random): People {
  const taken = new Set(CAST.map((member) => member.email));
  const castNames = new Set(CAST.map((member) => member.lastName));

  function identity(): Identity {
    const civility = random.chance(0.68) ? 'Mme' : 'M.';
    const firstName = random.pick(FIRST_NAME_SLOTS[civility]);
    const lastName = random.pick(LAST_NAME_SLOTS);
    const second = random.pick(LAST_NAME_SLOTS);
    const compound = random.chance(0.04) && second !== lastName;
    return { civility, firstName, lastName: compound ? `${lastName}-${second}` : lastName };
  }

  function email(firstName: string, lastName: string, domain: string): string {
    const name = `${mailName(firstName)}.${mailName(lastName)}`;
    for (let rank = 1; ; rank += 1) {
      const candidate = `${name}${rank === 1 ? '' : rank}@${domain}`;
      if (taken.has(candidate)) continue;
      taken.add(candidate);
      return candidate;
    }
  }

  function phone(organism: Organism): string {
    if (random.chance(0.06)) return '';
    const prefix = random.chance(0.15) ? '06 39 98' : phonePrefix(organism.region);
    const pair = () => String(random.below(100)).padStart(2, '0');
    return `${prefix} ${pair()} ${pair()}`;
  }

  return {
    invent(organism, { executive = false, identity: known } = {}) {
      let someone = known ?? identity();
      while (castNames.has(someone.lastName)) someone = identity();
      const [man, woman] = random.pick(executive ? EXECUTIVE_FUNCTIONS : FUNCTION_SLOTS);
      return {
        ...someone,
        functionTitle: someone.functionTitle ?? (someone.civility === 'Mme' ? woman : man),
        email: email(someone.firstName, someone.lastName, mailDomain(organism)),
        phone: phone(organism),
        organism,
        executive,
      };
    },
    phone,
  };
}
