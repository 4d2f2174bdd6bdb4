// A row's act opens its confirmation in a dialog over the list, instead of leaving the page.
// <form method="get" action="(confirmation page)" data-dialog> → the page's [data-confirmation] in a <dialog>.
// Anything unexpected (another status, a sign-in page, no network) goes to the page itself.

/**
 * The address the form would go to.
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 */
function addressOf(form, submitter) {
  const url = new URL(form.action);
  const fields = new FormData(form, submitter);
  for (const [name, value] of fields) if (typeof value === 'string') url.searchParams.append(name, value);
  return url;
}

/**
 * The confirmation of a page, or null when the answer is not one.
 * @param {URL} url
 */
async function fetchConfirmation(url) {
  try {
    const answer = await fetch(url, { headers: { Accept: 'text/html' }, credentials: 'same-origin' });
    if (answer.status !== 200) return null;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const section = page.querySelector('[data-confirmation]');
    return section ? document.importNode(section, true) : null;
  } catch {
    return null;
  }
}

/**
 * Identifiers of the confirmation get a suffix: the list behind may have the same ones.
 * @param {Element} section
 */
function renameIds(section) {
  for (const element of [section, ...section.querySelectorAll('*')]) {
    for (const name of ['id', 'for', 'form', 'aria-labelledby', 'aria-describedby', 'aria-controls']) {
      const value = element.getAttribute(name);
      if (value) element.setAttribute(name, value.replace(/\S+/g, '$&-dialogue'));
    }
  }
}

/**
 * The page's <h1> becomes the dialog's <h2>: the list behind keeps the only <h1>.
 * @param {Element} section
 */
function lowerTitle(section) {
  const title = section.querySelector('h1');
  if (!title) return;
  const lower = document.createElement('h2');
  lower.id = title.id;
  lower.append(...title.childNodes);
  title.replaceWith(lower);
}

/**
 * @param {Element} section
 * @param {HTMLElement | null} opener gets the focus back
 */
function showDialog(section, opener) {
  renameIds(section);
  lowerTitle(section);
  const dialog = document.createElement('dialog');
  dialog.className = 'dialog';
  const title = section.getAttribute('aria-labelledby');
  if (title) dialog.setAttribute('aria-labelledby', title);
  section.removeAttribute('aria-labelledby');
  dialog.append(section);
  document.body.append(dialog);

  const cancel = section.querySelector('[data-cancel]');
  cancel?.addEventListener('click', (event) => {
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener('close', () => {
    dialog.remove();
    opener?.focus();
  });
  dialog.showModal();
  // First what there is to fill in; where there is nothing, the act that changes nothing.
  const first = section.querySelector('input:not([type=hidden]), select, textarea') ?? cancel;
  if (first instanceof HTMLElement) first.focus();
}

/** The form whose confirmation is on its way: a second click waits. */
const pending = new WeakSet();
/** How many were asked for: the last one alone is shown. */
let asked = 0;

document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.hasAttribute('data-dialog')) return;
  event.preventDefault();
  if (pending.has(form)) return;
  pending.add(form);
  asked += 1;
  const mine = asked;
  const url = addressOf(form, event.submitter);
  const section = await fetchConfirmation(url);
  pending.delete(form);
  // Another act was chosen meanwhile: a dialog of this one under its own, or over it, would be confirmed for the other.
  if (mine !== asked) return;
  if (section) showDialog(section, event.submitter);
  else location.assign(url);
});
