/** Errors that a person may meet: one middleware maps each to a status and a page. */
export abstract class DomainError extends Error {
  abstract readonly status: number;
  /** What its page is called, where the status alone would mislead. */
  readonly heading: string | undefined = undefined;
}

/** Unknown, or outside the actor's scope: the two cannot be told apart (P5). */
export class NotFound extends DomainError {
  readonly status = 404;
}

/** The actor's profile does not have this page or this act. */
export class Forbidden extends DomainError {
  readonly status = 403;
}

/** The act is refused by a rule; the message is a French sentence that says why and what to do. */
export class Refused extends DomainError {
  readonly status = 422;
}

/** Too many attempts; `retryAfter` in seconds. */
export class TooMany extends DomainError {
  readonly status = 429;
  readonly retryAfter: number;
  constructor(message: string, retryAfter: number) {
    super(message);
    this.retryAfter = retryAfter;
  }
}

/** A file that the portal has no room to make now; `retryAfter` in seconds. */
export class NoRoom extends TooMany {
  override readonly heading = 'Export à recommencer';
}

/** A file that takes too long to make; `retryAfter` in seconds. */
export class TooLong extends DomainError {
  readonly status = 503;
  readonly retryAfter = 60;
  override readonly heading = 'Export trop long';
  constructor() {
    super(
      'Cette liste est trop longue à préparer en ce moment. Restreignez-la avec la recherche ou les filtres, ou réessayez plus tard.',
    );
  }
}

/** Nobody takes the file: it is not written for ever. */
export class Unread extends Error {}

/** Something else changed the record meanwhile; the message says what and when. */
export class Conflict extends DomainError {
  readonly status = 409;
}

/** The key of this form has done something else: what is sent now was not asked for there (409). */
export class SentWithOther extends DomainError {
  readonly status = 409;
  override readonly heading = 'Formulaire déjà envoyé';
  constructor() {
    super(
      'Ce formulaire a déjà été envoyé une fois, avec d’autres réponses\u00a0: ce qu’elles demandaient a été fait, et ce que vous venez d’envoyer ne l’a pas été. Vérifiez ce qui a été enregistré, puis recommencez s’il le faut.',
    );
  }
}

/** This very form was done before: there is nothing to do again, one is led where it led. */
export class DoneBefore extends Error {}

/** Nothing can be served for now, for a reason that is not the database's absence; the message says which. */
export class Unavailable extends DomainError {
  readonly status = 503;
}

/** A file that is larger than any that is taken. */
export class TooLarge extends DomainError {
  readonly status = 413;
}

/** A body that is no form: the portal takes nothing else. */
export class NotAForm extends DomainError {
  readonly status = 415;
}

/** A form that was cut, or damaged, on its way. */
export class BrokenForm extends NotAForm {
  override readonly heading = 'Envoi interrompu';
  constructor() {
    super(
      'Ce formulaire est arrivé coupé, ou abîmé\u00a0: rien n’en a été gardé. Revenez à la page, remplissez-le de nouveau, puis recommencez.',
    );
  }
}

/** An unsafe request that does not come from a page of the portal. */
export class CrossSite extends DomainError {
  readonly status = 403;
}
