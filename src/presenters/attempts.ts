import type { Limited } from '../security/attempts.ts';
import { plural } from './format.ts';

export const inMinutes = (seconds: number): string => plural(Math.ceil(seconds / 60), 'minute', 'minutes');

/** What is said past the limit of wrong passwords: the same whether or not the address has an account. */
export function limitedSentence({ scope, retryAfter }: Pick<Limited, 'scope' | 'retryAfter'>): string {
  // Nothing says that the account of who reads this was tried: their password is not at fault.
  if (scope === 'address')
    return 'Trop de tentatives ont échoué depuis votre réseau. Votre compte et votre mot de passe ne sont pas en cause\u00a0: réessayez dans une minute.';
  return `Trop de tentatives ont échoué. Réessayez dans ${inMinutes(retryAfter)}, ou choisissez un nouveau mot de passe.`;
}
