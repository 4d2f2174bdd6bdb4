// Small helps for forms. Everything works without them.

/**
 * The summary of errors takes the focus, so that it is read first and its links are one Tab away. Who is in a field
 * already, before this ran, stays there.
 */
function focusErrors() {
  const summary = document.querySelector('[data-error-summary]');
  if (summary instanceof HTMLElement && document.activeElement === document.body) summary.focus();
}

/**
 * What was just done is read first, and the next Tab goes on from there, where no row has the focus; where the page begins in
 * a field, it is read with it.
 */
function focusNotice() {
  const notice = document.querySelector('[data-told]');
  const first = document.querySelector('[autofocus]');
  if (!(notice instanceof HTMLElement)) return;
  if (first instanceof HTMLElement && document.querySelector('[data-error-summary]') === null) {
    notice.id ||= 'fait';
    first.setAttribute('aria-describedby', notice.id);
    first.focus();
  } else if (document.activeElement === document.body) notice.focus();
}

/**
 * « Afficher » beside a password: it can be read back before it is sent.
 * @param {Element} row
 */
function revealPassword(row) {
  const input = row.querySelector('input');
  const button = row.querySelector('button');
  if (!input || !button) return;
  button.hidden = false;
  /** @param {boolean} shown */
  const show = (shown) => {
    input.type = shown ? 'text' : 'password';
    button.setAttribute('aria-pressed', String(shown));
  };
  button.addEventListener('click', () => show(input.type === 'password'));
  // A password manager and the browser's memory only know a field of type password.
  input.form?.addEventListener('submit', () => show(false));
}

focusErrors();
focusNotice();
// The place in the page that a link led to: only the browser knows it, and a form forgets it.
for (const form of document.querySelectorAll('form[data-keeps-place]'))
  if (form instanceof HTMLFormElement) form.action += location.hash;
for (const row of document.querySelectorAll('[data-password]')) revealPassword(row);

// A form that changes something is sent once: a second click waits for the answer, but not for ever, since an
// answer may never come. What takes long is then said, and shown.
const RESEND_AFTER = 20_000;
const LONG = 500;
/** @type {WeakSet<HTMLFormElement>} */
let sent = new WeakSet();

/** @param {HTMLFormElement} form */
function showProgress(form) {
  const said = form.querySelector('[data-progress]');
  if (!(said instanceof HTMLElement) || !sent.has(form)) return;
  const bar = document.createElement('progress');
  bar.setAttribute('aria-hidden', 'true');
  said.replaceChildren(bar, said.dataset.progress ?? '');
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== 'post' || event.defaultPrevented) return;
  if (sent.has(form)) return event.preventDefault();
  sent.add(form);
  setTimeout(() => showProgress(form), LONG);
  setTimeout(() => sent.delete(form), RESEND_AFTER);
});
// The page that is come back to has kept what it knew.
addEventListener('pageshow', () => {
  sent = new WeakSet();
  for (const said of document.querySelectorAll('[data-progress]')) said.replaceChildren();
});

// What was opened in a row is closed by Escape, and the focus is where it was opened.
document.addEventListener('keydown', (event) => {
  const opened = event.target instanceof Element ? event.target.closest('details.row-details[open]') : null;
  if (event.key !== 'Escape' || !(opened instanceof HTMLDetailsElement)) return;
  opened.open = false;
  opened.querySelector('summary')?.focus();
});

// A form that says so warns before what was changed in it is left behind: in its fields, or before it was shown again.
for (const form of document.querySelectorAll('form[data-unsaved]')) {
  if (!(form instanceof HTMLFormElement)) continue;
  // Whatever the order: lines move from one list to the other and back.
  const typed = () =>
    [...new FormData(form)]
      .filter(([name]) => !['ajouter', 'retirer'].includes(name))
      .map(([name, value]) => `${name}=${value}`)
      .sort()
      .join('\n');
  let first = typed();
  // Once every script has arranged its part.
  addEventListener('load', () => {
    first = typed();
  });
  addEventListener('beforeunload', (event) => {
    if (sent.has(form) || (form.dataset.unsaved !== 'true' && typed() === first)) return;
    event.preventDefault();
  });
}

// A ready-made text fills the field that it names, in the page or in a dialog opened later: the server need not.
document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest('[data-fill]') : null;
  if (!(button instanceof HTMLButtonElement)) return;
  const field = button.form?.elements.namedItem(button.dataset.fill ?? '');
  if (!(field instanceof HTMLTextAreaElement)) return;
  event.preventDefault();
  field.value = button.textContent ?? '';
  field.focus();
});

// A page that is to be kept on paper.
for (const button of document.querySelectorAll('[data-print]')) {
  if (!(button instanceof HTMLButtonElement)) continue;
  button.hidden = false;
  button.addEventListener('click', () => print());
}
