import { transaction } from '../database/transaction.ts';
import { ANONYMOUS } from '../domain/audit-event.ts';
import { isOutsideMailDomain } from '../domain/mail-domain.ts';
import type { OpenOrganism } from '../domain/organism-choice.ts';
import { credentialRepository, type Recoverable } from '../repositories/credentials.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { enqueueMessage, type Message } from '../repositories/outbox.ts';
import { requestRepository } from '../repositories/requests.ts';
import { tokenRepository } from '../repositories/tokens.ts';
import { type UnconfirmedRequest, unconfirmedRepository } from '../repositories/unconfirmed-requests.ts';
import { hourlyLimits } from '../security/limits.ts';
import { hashToken } from '../security/links.ts';
import type { ServiceContext } from './context.ts';
import { tellDeciders } from './request-notices.ts';

/** Forms taken an hour: each sends a message to an address that anyone may type. */
const FORMS_AN_HOUR = { email: 10, address: 100 };

/** « S'inscrire », once valid. */
export interface Registration {
  lastName: string;
  firstName: string;
  email: string;
  functionTitle: string;
  phone: string;
  reason: string;
  organism: OpenOrganism;
}

/** What following the link of the message comes to. */
export type Confirmation =
  | { kind: 'confirmed' }
  /** Unknown, used or expired link. */
  | { kind: 'ended' }
  /** The organism was closed meanwhile: nobody joins it. */
  | { kind: 'closed'; organismName: string }
  /** An account was made for this address meanwhile; one that is deactivated. */
  | { kind: 'account' | 'inactive' }
  /** Another request for this address waits already, since then. */
  | { kind: 'pending'; since: Date };

/** Asking for a first account, without being signed in (F1). */
export function registrationService({ db, clock }: ServiceContext) {
  const limits = hourlyLimits(db, 'registration', FORMS_AN_HOUR);

  return {
    /**
     * Takes a form, and sends a message to its address. Known or not, an address costs the same statements, so that
     * the answer takes the same time: the row of a known one gets no link, and is purged with the unconfirmed.
     * `address` is the one of the network.
     */
    async submit(
      form: Registration,
      address: string,
    ): Promise<{ kind: 'taken' } | { kind: 'limited'; retryAfter: number }> {
      const retryAfter = await limits.take({ email: form.email, address });
      if (retryAfter !== null) return { kind: 'limited', retryAfter };
      const { organism, ...person } = form;
      await transaction({ db, clock, actor: ANONYMOUS }, async (unit) => {
        const known = await credentialRepository(unit.db).findRecoverable(form.email);
        const requestId = await requestRepository(unit.db).addForAccount({
          ...person,
          organismId: organism.id,
          outsideMailDomain: isOutsideMailDomain(form.email, organism.mailDomain),
          createdAt: unit.now,
        });
        await enqueueMessage(
          unit,
          known
            ? messageToKnown(form.email, known)
            : {
                template: 'request-confirmation',
                to: form.email,
                values: { organismName: organism.name },
                requestId,
              },
        );
        // Of no organism yet: its administrators see nothing before the address is confirmed, their trail included.
        unit.record({
          action: 'request.submitted',
          details: { kind: 'account', email: form.email },
          organismId: null,
          subjectAccountId: known?.accountId,
          requestId,
        });
      });
      return { kind: 'taken' };
    },

    /** The request behind a link that still holds, to be shown before it is confirmed; undefined otherwise. */
    find(token: string): Promise<UnconfirmedRequest | undefined> {
      return unconfirmedRepository(db).findByLink(hashToken(token), clock.now());
    },

    /** Uses the link up: from now on those who can decide see the request, and are told (F1). */
    async confirm(token: string): Promise<Confirmation> {
      const hash = hashToken(token);
      return transaction({ db, clock, actor: ANONYMOUS }, async (unit): Promise<Confirmation> => {
        const unconfirmed = unconfirmedRepository(unit.db);
        const request = await unconfirmed.findByLink(hash, unit.now);
        if (!request) return { kind: 'ended' };
        if (await organismRepository(unit.db).isClosed(request.organismId)) {
          return { kind: 'closed', organismName: request.organismName };
        }
        const known = await unconfirmed.lockAddress(request.email);
        if (known.account !== null) return { kind: known.account };
        if (known.pendingSince !== null) return { kind: 'pending', since: known.pendingSince };
        const used = await tokenRepository(unit.db).use('request_confirmation', hash, unit.now);
        if (!used) return { kind: 'ended' };
        await unconfirmed.submit(request.id, unit.now);
        unit.record({
          action: 'request.confirmed',
          details: {},
          organismId: request.organismId,
          requestId: request.id,
        });
        await tellDeciders(unit, {
          ...request,
          kind: 'account',
          role: null,
          accountId: null,
          requestedBy: null,
        });
        return { kind: 'confirmed' };
      });
    },
  };
}

/** What the owner of an address that has an account is told, and nobody else. */
function messageToKnown(to: string, known: Recoverable): Message {
  const { accountId, active, organismName, closedByUcanss } = known;
  return active
    ? { template: 'account-known', to, accountId, values: {} }
    : { template: 'account-inactive', to, accountId, values: { organismName, byUcanss: closedByUcanss } };
}
