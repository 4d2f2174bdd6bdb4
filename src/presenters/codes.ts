import type { NotTaken } from '../services/factor-checks.ts';
import { inMinutes } from './attempts.ts';

const LAST_BUT_ONE = 'Encore un essai, puis quinze minutes d’attente.';
const LAST = 'C’était le dernier essai\u00a0: les suivants ne seront pas lus avant quinze minutes.';

/** What is said of a code that was not taken: never whether it is wrong, or was used before. */
export function codeNotTaken(code: NotTaken): string {
  if (code.kind === 'limited') {
    const otherwise = code.has.passkey ? ', ou utilisez une clé d’accès' : '';
    return `Trop de codes ont été refusés\u00a0: celui-ci n’a pas été lu. Réessayez dans ${inMinutes(code.retryAfter)}${otherwise}.`;
  }
  const { fault, advice } = refused(code);
  if (code.left === 0)
    return [fault, LAST, ...(code.has.passkey ? ['Une clé d’accès peut encore servir.'] : [])].join(' ');
  return [fault, ...advice, ...(code.left === 1 ? [LAST_BUT_ONE] : [])].join(' ');
}

function refused({ typed, has }: NotTaken): { fault: string; advice: string[] } {
  const wrongRecoveryCode = 'Ce code de secours n’est pas le bon, ou a déjà servi.';
  if (!has.authenticator)
    return {
      fault: wrongRecoveryCode,
      advice: [`Essayez-en un autre${has.passkey ? ', ou utilisez une clé d’accès' : ''}.`],
    };
  if (typed === 'recovery_code')
    return {
      fault: wrongRecoveryCode,
      advice: ['Essayez-en un autre, ou le code de votre application d’authentification.'],
    };
  if (typed === 'neither')
    return {
      fault:
        'Ce code n’est pas le bon\u00a0: celui de votre application d’authentification a six chiffres, un code de secours douze signes.',
      advice: [],
    };
  return {
    fault: 'Ce code n’est pas le bon, ou a déjà servi.',
    advice: [
      'Attendez le suivant, et vérifiez que l’heure de votre téléphone est réglée automatiquement\u00a0; un code de secours convient aussi.',
    ],
  };
}
