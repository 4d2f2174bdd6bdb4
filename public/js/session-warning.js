// Warns two minutes before the session's idle limit, and lets one stay. Pages of the same browser tell one another
// when the session goes on, since it is theirs together.

const WARNING_MS = 2 * 60_000;
const CHECK_MS = 5_000;

/**
 * What a form would send, to see whether it was filled in since.
 * @param {HTMLFormElement} form
 */
const contentOf = (form) => JSON.stringify([...new FormData(form)]);

/** Forms that have something to fill in, in the page or in a dialog over it; a list's buttons have nothing. */
const filledForms = () =>
  [...document.querySelectorAll('form')].filter(
    (form) =>
      form.method === 'post' &&
      form.closest('main, dialog') !== null &&
      form.querySelector('input:not([type=hidden], [type=checkbox]), select, textarea, [data-dual-list]') !==
        null,
  );

const atFirst = new WeakMap(filledForms().map((form) => [form, contentOf(form)]));

/** The form that was being filled: the one that changed, else the only one there is. */
function filledForm() {
  const forms = filledForms();
  const changed = forms.filter((form) => contentOf(form) !== atFirst.get(form));
  return changed.length > 0 ? changed.at(-1) : forms.length === 1 ? forms[0] : undefined;
}

/**
 * Leaves the form with the portal, which does nothing of it but to give it back once one has signed in.
 * @param {HTMLFormElement} form
 */
function leave(form) {
  const mark = Object.assign(document.createElement('input'), {
    type: 'hidden',
    name: '_garder',
    value: 'oui',
  });
  form.append(mark);
  for (const secret of form.querySelectorAll('[name=password], [name=confirmation]')) secret.remove();
  HTMLFormElement.prototype.submit.call(form);
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {number} idleMs
 */
function watch(dialog, idleMs) {
  const form = dialog.querySelector('form');
  const button = dialog.querySelector('button');
  const back = dialog.querySelector('[data-session-return]');
  const text = dialog.querySelector('[id="session-warning-text"]');
  const over = dialog.querySelector('[data-session-over]');
  const title = dialog.querySelector('h2');
  if (!form || !button || !(back instanceof HTMLAnchorElement)) return;
  if (!(text instanceof HTMLElement) || !(over instanceof HTMLElement) || !title) return;

  const channel = new BroadcastChannel('session');
  let deadline = Date.now() + idleMs;
  let ended = false;

  /** The session goes on from now, here or on another page. */
  const renew = () => {
    if (ended) return;
    deadline = Date.now() + idleMs;
    if (dialog.open) dialog.close();
  };

  const end = () => {
    ended = true;
    clearInterval(timer);
    title.textContent = over.dataset.sessionOver ?? '';
    text.hidden = true;
    over.hidden = false;
    button.hidden = true;
    back.hidden = false;
    back.href = location.href;
    dialog.setAttribute('aria-describedby', over.id);
    if (!dialog.open) dialog.showModal();
    back.focus();
  };

  // The clock is compared, not counted: a sleeping computer or a hidden page stops timers.
  const check = () => {
    const left = deadline - Date.now();
    if (ended) return;
    if (left <= 0) end();
    else if (left <= Math.min(WARNING_MS, idleMs / 2) && !dialog.open) dialog.showModal();
  };

  const extend = async () => {
    button.disabled = true;
    try {
      const body = new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (typeof value === 'string') body.append(name, value);
      const answer = await fetch(form.action, { method: 'POST', body, credentials: 'same-origin' });
      if (!answer.ok || answer.redirected) return end();
      renew();
      channel.postMessage('renewed');
    } catch {
      // No network: the warning stays open, and the button can be pressed again.
    } finally {
      button.disabled = false;
    }
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void extend();
  });
  back.addEventListener('click', (event) => {
    const filled = filledForm();
    if (!filled) return;
    event.preventDefault();
    leave(filled);
  });
  // Escape also means « I am here »; once the session is over there is nothing to go back to.
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    if (!ended) void extend();
  });
  channel.addEventListener('message', renew);
  document.addEventListener('visibilitychange', check);
  channel.postMessage('renewed');
  const timer = setInterval(check, CHECK_MS);
}

const dialog = document.getElementById('session-warning');
if (dialog instanceof HTMLDialogElement) {
  const minutes = Number(dialog.dataset.idleMinutes);
  if (minutes > 0) watch(dialog, minutes * 60_000);
}
