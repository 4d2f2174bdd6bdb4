import type { NotTaken } from '../services/factor-checks.ts';
import { inMinutes } from './attempts.ts';

/** What is said of a code that was not taken: never whether it is wrong, or was used before. */
export function codeNotTaken(code: NotTaken): string {
  if (code.kind === 'limited') {
    const otherwise = code.has.passkey ? ', ou utilisez une clé d’accès' : '';
    return `Trop de codes ont été refusés\u00a0: celui-ci n’a pas été lu. Réessayez dans ${inMinutes(code.retryAfter)}${otherwise}.`;
  }
  return [refused(code), ...(WARNINGS[code.left] ?? [])].join(' ');
}

function refused({ typed, has }: NotTaken): string {
  if (!has.authenticator)
    return `Ce code de secours n’est pas le bon, ou a déjà servi. Essayez-en un autre${has.passkey ? ', ou utilisez une clé d’accès' : ''}.`;
  if (typed === 'recovery_code')
    return 'Ce code de secours n’est pas le bon, ou a déjà servi. Essayez-en un autre, ou le code de votre application d’authentification.';
  if (typed === 'neither')
    return 'Ce code n’est pas le bon\u00a0: celui de votre application d’authentification a six chiffres, un code de secours douze signes.';
  return 'Ce code n’est pas le bon, ou a déjà servi. Attendez le suivant, et vérifiez que l’heure de votre téléphone est réglée automatiquement\u00a0; un code de secours convient aussi.';
}

/** By how many more are looked at. */
const WARNINGS: Readonly<Record<number, readonly string[]>> = {
  1: ['Encore un essai, puis quinze minutes d’attente.'],
  0: ['C’était le dernier essai\u00a0: les suivants ne seront pas lus avant quinze minutes.'],
};
