import {
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { decodeAttestationObject } from '@simplewebauthn/server/helpers';
import { transaction } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { isNameTaken, MOST_PASSKEYS } from '../domain/second-factor.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { factorRepository } from '../repositories/factors.ts';
import { passkeyRepository } from '../repositories/passkeys.ts';
import { actingForOneself } from '../security/acting.ts';
import type { ServiceContext } from './context.ts';
import { firstCodes, tellAdded, tellPerson } from './own-factors.ts';
import { orNull, passkeySite } from './passkey-site.ts';
import type { Stale } from './passkeys.ts';
import type { OwnSession } from './session-ends.ts';

type AddedPasskey =
  | { kind: 'added'; codes: string[] | null }
  | { kind: 'refused' | 'full' | 'taken' }
  | Stale;

/** One's own passkeys (R89): « Ma sécurité ». */
export function ownPasskeyService(context: ServiceContext) {
  const { db, clock } = context;
  const site = passkeySite(context);

  return {
    /** What a browser needs to make a passkey. */
    async options({ id, email, firstName, lastName }: Actor, holder: string) {
      const handle = await passkeyRepository(db).findHandle(id);
      const excludeCredentials = await passkeyRepository(db).descriptorsOf(id);
      return generateRegistrationOptions({
        rpName: 'Espace Organismes',
        rpID: site.rpID,
        userName: email,
        excludeCredentials,
        userDisplayName: `${firstName} ${lastName}`,
        userID: new Uint8Array(Buffer.from(handle ?? site.newHandle(id), 'base64url')),
        challenge: site.challenge({ purpose: 'enrolment', holder, accountId: id }),
        attestationType: 'none',
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      });
    },

    /** What tells a browser which passkeys still serve; null for who never had any. */
    async accepted(accountId: number) {
      const userID = await passkeyRepository(db).findHandle(accountId);
      if (userID === undefined) return null;
      const keys = await passkeyRepository(db).descriptorsOf(accountId);
      return { rpID: site.rpID, userID, allAcceptedCredentialIDs: keys.map(({ id }) => id) };
    },

    /** Adds a passkey (R89). */
    async add(
      actor: Actor,
      { nom: name, reponse }: { nom: string; reponse: RegistrationResponseJSON },
      { holder, own }: { holder: string; own: OwnSession },
    ): Promise<AddedPasskey> {
      const asked = { purpose: 'enrolment', holder, accountId: actor.id } as const;
      const challenge = await site.answered(asked, reponse.response.clientDataJSON);
      if (challenge === null) return { kind: 'stale' };
      const made = await orNull(() => registered(reponse, { challenge, site }));
      if (made === null) return { kind: 'refused' };
      return transaction(actingForOneself({ db, clock }, actor), async (unit) => {
        await accountRepository(unit.db).lockOne(actor.id, null);
        const [factors, keys] = [factorRepository(unit.db), passkeyRepository(unit.db)];
        const names = (await factors.passkeysOf(actor.id)).map((key) => key.name);
        if (names.length >= MOST_PASSKEYS) return { kind: 'full' };
        if (isNameTaken(name, names)) return { kind: 'taken' };
        const first = (await factors.count(actor.id)) === 0;
        await keys.keepHandle(actor.id, site.newHandle(actor.id));
        if (!(await keys.add(actor.id, { ...made, name, at: unit.now }))) return { kind: 'refused' };
        await tellAdded(unit, actor, { kind: 'passkey', first, name, own });
        return { kind: 'added', codes: await firstCodes(unit, actor.id) };
      });
    },

    /** Calls a passkey otherwise (R89); `taken`: as another of theirs; `gone`: it is none of theirs any more. */
    rename: (actor: Actor, id: number, name: string): Promise<'renamed' | 'same' | 'taken' | 'gone'> =>
      transaction(actingForOneself({ db, clock }, actor), async (unit) => {
        await accountRepository(unit.db).lockOne(actor.id, null);
        const keys = await factorRepository(unit.db).passkeysOf(actor.id);
        const former = keys.find((key) => key.id === id)?.name;
        if (former === undefined) return 'gone';
        if (former === name) return 'same';
        const others = keys.filter((key) => key.id !== id).map((key) => key.name);
        if (isNameTaken(name, others)) return 'taken';
        await passkeyRepository(unit.db).rename(id, name);
        const details = { kind: 'passkey', name, former } as const;
        unit.record({ action: 'factor.renamed', details, subjectAccountId: actor.id });
        await tellPerson(unit, actor, 'passkey_renamed', { detail: `${former} → ${name}` });
        return 'renamed';
      }),
  };
}

/** The passkey that was made for this site; null for any other. @throws for what cannot be read */
async function registered(
  answer: RegistrationResponseJSON,
  { challenge, site }: { challenge: string; site: { origin: string; rpID: string } },
) {
  const object = Buffer.from(answer.response.attestationObject, 'base64url');
  const attestation = decodeAttestationObject(new Uint8Array(object));
  // A certificate was not asked for: to check one would be to ask other sites about it.
  const isPlain = ['none', 'packed'].includes(attestation.get('fmt'));
  if (!isPlain || attestation.get('attStmt').get('x5c') !== undefined) return null;
  const { registrationInfo } = await verifyRegistrationResponse({
    response: answer,
    expectedChallenge: challenge,
    expectedOrigin: site.origin,
    expectedRPID: site.rpID,
    requireUserVerification: true,
  });
  if (registrationInfo === undefined) return null;
  const { credential, credentialBackedUp: synced } = registrationInfo;
  const { id: credentialId, publicKey, counter: signCount } = credential;
  if (credentialId !== answer.id) return null;
  return { credentialId, publicKey, signCount, synced, transports: answer.response.transports ?? [] };
}
