// Passkeys. Their forms are shown where the browser knows them; it is asked for one, whose answer goes with the form.

/** @type {typeof import('@simplewebauthn/browser')} */
const webauthn = Reflect.get(globalThis, 'SimpleWebAuthnBrowser');

// Browsers wait for ever for what they offer in a field: it is asked anew at three quarters of what a challenge lasts.
const RENEWED_MS = 0.75 * 5 * 60_000;

// The ceremony under way: another one takes its place.
let turn = 0;
let renewal = 0;

/**
 * What the browser needs to begin; null where the page itself has to be opened again: one is signed out, or has to
 * show who one is.
 * @param {HTMLFormElement} form
 */
async function optionsOf(form) {
  const answer = await fetch(form.dataset.options ?? '', { credentials: 'same-origin' });
  if (answer.redirected || answer.status === 404) return null;
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

/**
 * @param {HTMLFormElement} form
 * @param {object} answer
 */
function send(form, answer) {
  const field = form.elements.namedItem('reponse');
  if (!(field instanceof HTMLInputElement)) return;
  field.value = JSON.stringify(answer);
  HTMLFormElement.prototype.submit.call(form);
}

/**
 * Passkeys among what the browser offers in the first field.
 * @param {HTMLFormElement} form
 */
async function offer(form) {
  turn += 1;
  const mine = turn;
  clearTimeout(renewal);
  try {
    if (!(await webauthn.browserSupportsWebAuthnAutofill())) return;
    const options = await optionsOf(form);
    if (options === null || mine !== turn) return;
    renewal = window.setTimeout(() => void offer(form), RENEWED_MS);
    send(form, await webauthn.startAuthentication({ optionsJSON: options, useBrowserAutofill: true }));
  } catch {
    // Nobody asked for anything: the button tells, where it cannot be done.
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {unknown} error
 */
function tell(form, error) {
  const status = form.querySelector('[data-failed]');
  const name = error instanceof Error ? error.name : '';
  // The person changed their mind, or let it wait.
  if (!(status instanceof HTMLElement) || name === 'NotAllowedError' || name === 'AbortError') return;
  const { failed = '', known = failed } = status.dataset;
  status.textContent = name === 'InvalidStateError' ? known : failed;
}

/** @param {HTMLFormElement} form */
async function ask(form) {
  turn += 1;
  const mine = turn;
  clearTimeout(renewal);
  form.querySelector('[data-failed]')?.replaceChildren();
  try {
    const options = await optionsOf(form);
    if (options === null) return location.assign(form.dataset.page ?? '');
    const made = form.dataset.passkey === 'create';
    const ceremony = made ? webauthn.startRegistration : webauthn.startAuthentication;
    send(form, await ceremony({ optionsJSON: options }));
  } catch (error) {
    if (mine !== turn) return;
    tell(form, error);
    if (form.dataset.offered !== undefined) void offer(form);
  }
}

/** @param {HTMLFormElement} form */
function begin(form) {
  form.hidden = false;
  for (const other of document.querySelectorAll('[data-without-passkeys]'))
    if (other instanceof HTMLElement) other.hidden = true;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void ask(form);
  });
  if (form.dataset.offered !== undefined) void offer(form);
}

/**
 * Tells the browser which passkeys still serve, so that it offers no other.
 * @param {string} accepted
 */
async function signal(accepted) {
  try {
    await webauthn.sendSignal({ signalName: 'allAcceptedCredentials', ...JSON.parse(accepted) });
  } catch {
    // A browser that does not know of it.
  }
}

if (webauthn.browserSupportsWebAuthn()) {
  for (const form of document.querySelectorAll('form[data-passkey]'))
    if (form instanceof HTMLFormElement) begin(form);
  const accepted = document.querySelector('[data-accepted]');
  if (accepted instanceof HTMLElement) void signal(accepted.dataset.accepted ?? '');
}
