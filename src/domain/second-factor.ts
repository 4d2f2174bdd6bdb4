import type { Actor } from './actor.ts';
import { DAY, MINUTE } from './duration.ts';

/** Of whom a second factor is asked (SECOND_FACTOR), and for how many days it may wait. */
export interface FactorRule {
  of: 'off' | 'administrators' | 'everyone';
  graceDays: number;
}

/** Where nothing says of whom, nobody has to have one; whoever has one is asked for it. */
export const NO_FACTOR_RULE: FactorRule = { of: 'off', graceDays: 14 };

/** What stands beside a password: a code of an application, a passkey. */
export type FactorKind = 'authenticator' | 'passkey';

/** How somebody showed who they are. A session knows how it was signed in. */
export type Proof = 'password' | 'code' | 'recovery_code' | 'passkey';

/** What is told to a person of how they sign in (R89). */
export type SecurityChange =
  | 'authenticator_added'
  | 'authenticator_replaced'
  | 'authenticator_removed'
  | 'passkey_added'
  | 'passkey_removed'
  | 'passkey_renamed'
  | 'recovery_codes_renewed'
  | 'recovery_code_used'
  | 'password_changed'
  | 'sessions_closed'
  | 'new_device'
  /** Too many codes, or passwords, in a few minutes. */
  | 'codes_refused'
  | 'passwords_refused';

/** Passkeys that an account may have. */
export const MOST_PASSKEYS = 10;

/** True where one of these names is read as the same, whatever the capitals (R89): « Retirer » has to say which. */
export const isNameTaken = (name: string, names: readonly string[]): boolean =>
  names.some((each) => each.toLowerCase() === name.toLowerCase());

/** The name, or the same with the first number that makes it another one. */
export function freeName(name: string, names: readonly string[]): string {
  let free = name;
  for (let rank = 2; isNameTaken(free, names); rank += 1) free = `${name} ${rank}`;
  return free;
}

/** Codes that are given together, each of which serves once. */
export const RECOVERY_CODES = 10;

/** Milliseconds that a proof of identity is worth for what asks for a recent one. */
const IDENTITY_LIFETIME = 5 * MINUTE;
/** Milliseconds that whoever has given their password has for the second step. */
export const SECOND_STEP_LIFETIME = 10 * MINUTE;

type Bearer = Pick<Actor, 'administers' | 'national' | 'factor'>;

/** True of who must have a second factor (R89). An auditor reads the whole country: as an administrator does. */
const mustHaveFactor = (rule: FactorRule, actor: Pick<Bearer, 'administers' | 'national'>): boolean =>
  rule.of === 'everyone' ||
  (rule.of === 'administrators' && (actor.national !== null || actor.administers.length > 0));

/** What is asked of somebody who has none: by that instant at the latest; or before anything else. */
export type FactorDuty = { kind: 'none' } | { kind: 'grace'; until: Date } | { kind: 'wall' };

export function factorDuty(rule: FactorRule, actor: Bearer, now: Date): FactorDuty {
  const { has = false, askedAt = null } = actor.factor ?? {};
  if (has || !mustHaveFactor(rule, actor)) return { kind: 'none' };
  // Who has not been told yet is told by their next sign-in.
  const until = new Date((askedAt ?? now).getTime() + rule.graceDays * DAY);
  return now < until ? { kind: 'grace', until } : { kind: 'wall' };
}

/** Whether somebody shows who they are recently enough, both instants in milliseconds. */
export const isRecent = (provedAt: number | undefined, now: number): boolean =>
  provedAt !== undefined && now - provedAt < IDENTITY_LIFETIME;

/** Why a factor is not removed: it is the last one, of somebody who must have one (R89). */
export const isLastFactor = (rule: FactorRule, actor: Bearer, factors: number): boolean =>
  factors <= 1 && mustHaveFactor(rule, actor);

/** Recovery codes are typed from paper: neither O, I, 0 nor 1. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const LENGTH = 12;

/** A recovery code, of as many random bytes: 60 bits. */
export const recoveryCode = (bytes: Uint8Array): string =>
  [...bytes.subarray(0, LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');

/** « ABCD EFGH JKLM »: as it is shown. */
export const inGroups = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1 ');

export interface TypedCode {
  kind: 'code' | 'recovery_code';
  code: string;
}

/** What was typed as a code; null for what is neither. */
export function typedCode(text: string): TypedCode | null {
  const code = text.replace(/[\s.-]/g, '').toUpperCase();
  if (/^\d{6}$/.test(code)) return { kind: 'code', code };
  return code.length === LENGTH && [...code].every((sign) => ALPHABET.includes(sign))
    ? { kind: 'recovery_code', code }
    : null;
}
