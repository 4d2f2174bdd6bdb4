import type { Changes } from './changes.ts';
import type { RequestKind } from './request.ts';
import type { Person, SecurityMessages } from './security-message.ts';

/** The recipient of a decision: the person who asked for themselves, where both are null. */
interface DecidedRequest extends Person {
  /** « Prénom NOM » of who asked for the recipient. */
  requester: string | null;
  /** « Prénom NOM » of whom the recipient asked for. */
  beneficiary: string | null;
}

/** A request that nobody decides. */
interface LapsingRequest extends DecidedRequest {
  /** For a first account: who asked has none yet. */
  kind: Exclude<RequestKind, 'address'>;
  /** « Rôle concerné », letter for letter (R18, R19). */
  roleLabel: string;
  organismName: string;
  submittedOn: string;
}

/** The organism that a message is about. */
interface AboutOrganism {
  organismName: string;
  /** Where its link leads to management: absent from what was queued before links said it (P13). */
  organismCode?: string;
}

/** A new address for somebody, that somebody else asked for. */
interface AskedAddress extends Person {
  organismName: string;
  newEmail: string;
  /** « Prénom NOM » of who asked, and why; '' for nothing said. */
  askedBy: string;
  reason: string;
  /** The change that its link is of. */
  changeId: number;
  /** 48 hours without an answer are an agreement (P11). */
  silenceAgrees: boolean;
}

/** What becomes of what an earlier message told, where its batch is undone (R83). */
export interface UndoneChange {
  outcome: (typeof UNDONE_CHANGES)[number];
  /** Of the role, or of what was asked for. */
  label: string;
}

const UNDONE_CHANGES = ['removed', 'restored', 'cancelled', 'asked_again', 'deactivated'] as const;

export const isUndoneChange = (outcome: string): outcome is UndoneChange['outcome'] =>
  UNDONE_CHANGES.some((each) => each === outcome);

/** What each message is told by the act that causes it. Days are 'YYYY-MM-DD' in Paris; `endsOn` is inclusive. */
export interface MessageValues extends SecurityMessages {
  /** « S'inscrire » with the address of an account: on screen the answer is the same as for any other (F1). */
  'account-known': Record<string, never>;
  /** The same with the address of a deactivated account: whom to ask, Ucanss alone where it closed it (P9). */
  'account-inactive': { organismName: string; byUcanss: boolean };
  /** A deactivated account is open again, with the rights that it has kept. */
  'account-reactivated': Person & {
    organismName: string;
    /** « Prénom NOM » of who did it; `reason` is '' for nothing said. */
    reactivatedBy: string;
    reason: string;
    rights: string[];
  };
  /** Confirms the access, with a link to choose a password (R25, R51). */
  activation: Person & {
    email: string;
    organismName: string;
    /** Accepted request, account made by an administrator, or a new link: asked for, or sent by an administrator. */
    cause: 'accepted' | 'created' | 'asked-again' | 'resent';
  };
  /** To the former organism's administrators: someone was attached elsewhere (R57-R64). */
  attached: Person & {
    email: string;
    formerOrganism: string;
    newOrganism: string;
    /** « Prénom NOM » of who did it. */
    attachedBy: string;
    attachedOn: string;
    /** True when a delegation for the former organism ended with it (P6). */
    delegationEnded: boolean;
  };
  /** What a batch had told somebody is undone: one message for all of it (R83). */
  'batch-undone': Person & {
    organismName: string;
    /** « Prénom NOM » of who undid it; `reason` is '' for nothing said. */
    undoneBy: string;
    reason: string;
    changes: UndoneChange[];
  };
  /** To the administrators of an organism: somebody of theirs is an executive no more (R81). */
  'office-ended': Person &
    AboutOrganism & {
      email: string;
      /** 'YYYY-MM-DD', the day of the act. */
      endedOn: string;
    };
  /** A delegation was given: one message to each of the two (R69). */
  'delegation-granted': Person &
    AboutOrganism & {
      /** Whom this message is for: the person named (`firstName`, `lastName`), or who named them. */
      to: 'holder' | 'giver';
      giver: Person;
      endsOn: string | null;
      reason: string;
    };
  /** To Ucanss: something that a local administrator seldom does, to be looked at. */
  'unusual-act': AboutOrganism & {
    cause: 'attachments' | 'creations' | 'young_delegation' | 'email_reverted' | 'factor_restored';
    /** « Prénom NOM » of who did it, and their address. */
    by: string;
    byEmail: string;
    /** « Prénom NOM » of whom it is about, where it is one person. */
    person: string | null;
    /** Of an address that was put back: what it was for a while, and what it is again. */
    address?: { from: string; to: string };
  };
  /** A delegation was taken away: one message to each of the two (« Retirer la délégation »). */
  'delegation-removed': Person & {
    /** Whom this message is for: who held it (`firstName`, `lastName`), or who took it away. */
    to: 'holder' | 'remover';
    organismName: string;
    remover: Person;
    reason: string;
  };
  /** To a new address: confirms that it is the person's (« address by confirmation from the new one »). */
  'email-change': Person & {
    organismName: string;
    newEmail: string;
    /** « Prénom NOM » of who asked; null where the person did. */
    askedBy: string | null;
    /** The request that its link is of. */
    changeId: number;
  };
  /** To a new address that somebody else asked for, and to the present one: each says its part (P11). */
  'email-mailbox': AskedAddress;
  'email-agreement': AskedAddress;
  /** To a person whose address somebody else had asked for: it is given up. */
  'email-change-stopped': Person & {
    organismName: string;
    newEmail: string;
    askedBy: string;
    reason: string;
  };
  /** To who asked for somebody else's address: what became of it. */
  'email-change-ended': Person & {
    organismName: string;
    newEmail: string;
    outcome: 'changed' | 'refused' | 'lapsed' | 'reverted';
    /** « Prénom NOM » of who refused for Ucanss; null where the person did. */
    by: string | null;
    reason: string;
    /** First name of the recipient. */
    asker: string;
  };
  /** To the former address: it is no longer the identifier. */
  'email-changed': Person & {
    organismName: string;
    newEmail: string;
    changedOn: string;
    /** The change that its link puts back; null where nothing can be: the account had never been used. */
    changeId?: number | null;
  };
  /** A delegation or a national role was given an end date, another one, or none (P8). */
  'end-date-changed': Person & {
    roleLabel: string;
    organismName: string;
    /** « Prénom NOM ». */
    changedBy: string;
    endsOn: string | null;
  };
  /** A national role was taken away (« Retirer le profil »). */
  'national-role-removed': Person & {
    roleLabel: string;
    organismName: string;
    /** « Prénom NOM ». */
    removedBy: string;
    reason: string;
  };
  /** To who administers the organism: what became of a departure that was planned (R76, P10). */
  departure: Person & {
    organismName: string;
    /** « Prénom NOM » of who planned it, for which day and why. */
    askedBy: string;
    on: string;
    reason: string;
    done: boolean;
    /** Where it was not: true for the last local administrator (P2). */
    last: boolean;
    /** Rights that ended, and requests that were refused with it. */
    rights: number;
    requests: number;
  };
  /** « Mot de passe oublié » (F2). */
  'password-reset': Person;
  /** A request for a role was accepted; `activation` answers an account request (R25). */
  'request-accepted': DecidedRequest &
    AboutOrganism & {
      roleLabel: string;
      /** « Prénom NOM ». */
      decidedBy: string;
      endsOn: string | null;
      reason: string;
      /** Of a correction of one's own record (R78). */
      changes?: Changes;
    };
  /** « S'inscrire »: confirms the address (F1). */
  'request-confirmation': { organismName: string };
  /** To who made a request, and whom it is for: nobody decided it, and it is closed (R80). */
  'request-lapsed': LapsingRequest;
  /** The same while there is time. */
  'request-lapsing': LapsingRequest & { closesOn: string };
  /** To each person who can decide: a request waits (R16, R17). */
  'request-received': Person &
    AboutOrganism & {
      kind: RequestKind;
      email: string;
      functionTitle: string;
      /** « Rôle concerné », letter for letter (R18, R19). */
      roleLabel: string;
      /** « Prénom NOM » of who asked for this person; null where the person did. */
      requester: string | null;
      reason: string;
      submittedOn: string;
      /** True for an address outside the organism's mail domain (F1). */
      outsideMailDomain: boolean;
      /** Of a change of address; messages queued before there were any have none. */
      newEmail?: string | null;
      /** Of a correction of one's own record (R78). */
      changes?: Changes;
      /** Of a reminder (R80): the day on which it is closed. */
      closesOn?: string;
      /** True of a reminder by who made it. */
      reminded?: boolean;
      /** The request that its link opens, and how many wait for the same people, this one with them; older ones have none. */
      requestId?: number;
      waiting?: number;
      /** True where nobody of the organism may decide it (P1). */
      nobodyHere?: boolean;
      /** True when Ucanss decides: the role is reserved to it, or nobody in the organism may. */
      forUcanss: boolean;
    };
  /** A request was refused, with why. */
  'request-refused': DecidedRequest & {
    /** « Rôle concerné », letter for letter (R18, R19). */
    roleLabel: string;
    organismName: string;
    /** « Prénom NOM ». */
    decidedBy: string;
    reason: string;
  };
  /** To Ucanss: one act asked for a reserved role for several people (P3, R45). */
  'requests-received': AboutOrganism & {
    count: number;
    /** How many wait for Ucanss, these with them; older messages do not say. */
    waiting?: number;
    roleLabel: string;
    /** « Prénom NOM ». */
    requestedBy: string;
    reason: string;
  };
  /** To a local administrator, for Ucanss: requests wait for them. */
  'requests-waiting': Person &
    AboutOrganism & {
      waiting: number;
      /** The day of the oldest, and how many days that is ago. */
      since: string;
      days: number;
    };
  /** A right ends within a week (P8). */
  'right-ending': Person & { roleLabel: string; organismName: string; endsOn: string };
  /** Someone was given a right without having asked for it. */
  'role-granted': Person & {
    /** How many roles `roleLabel` names: one where it is left out. */
    granted?: number;
    roleLabel: string;
    organismName: string;
    /** « Prénom NOM ». */
    grantedBy: string;
    endsOn: string | null;
    reason: string;
  };
}

export type MessageName = keyof MessageValues;
