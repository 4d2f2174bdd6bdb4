// « Recherche » from anywhere: Ctrl+K goes to its field (« / » too, where it was switched on in « Mes informations »), and what
// is found shows as one types, taken from the page of the search itself: under the field of the header, or in place.

const SLASH = 'portail-barre-oblique';
/** Milliseconds without a key before one looks. */
const PAUSE = 150;
/** Lines of each kind under the field of the header; the page has the others. */
const FEW = 4;

/**
 * What the page of the search finds; null where it answers anything else.
 * @param {URL} url
 * @param {AbortSignal} signal
 */
async function fetchFound(url, signal) {
  try {
    const answer = await fetch(url, { headers: { Accept: 'text/html' }, credentials: 'same-origin', signal });
    if (answer.status !== 200 || answer.redirected) return null;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const found = page.querySelector('[data-found]');
    return found && document.importNode(found, true);
  } catch {
    return null;
  }
}

/**
 * The first lines of each kind, under the field.
 * @param {Element} found
 * @param {string} all the address of the page that has them all
 */
function shorten(found, all) {
  for (const list of found.querySelectorAll('ul'))
    for (const item of [...list.children].slice(FEW)) item.remove();
  for (const part of found.querySelectorAll('section > p, .empty-text, .empty .btn')) part.remove();
  const last = document.createElement('p');
  const link = document.createElement('a');
  link.href = all;
  link.textContent = 'Voir tout ce qui correspond';
  last.append(link);
  found.append(last);
}

/** @param {HTMLFormElement} form */
function searchAsOneTypes(form) {
  const field = form.querySelector('input');
  const inPlace = form.closest('main') ? document.querySelector('main [data-found]') : null;
  if (field === null) return;
  const status = document.createElement('p');
  status.className = 'visually-hidden';
  status.setAttribute('role', 'status');
  const panel = document.createElement('div');
  panel.className = 'top-found';
  panel.hidden = true;
  form.append(status, panel);
  for (const key of form.querySelectorAll('kbd')) key.hidden = false;
  let shown = inPlace;
  let looking = new AbortController();
  let pause = 0;

  const close = () => {
    panel.hidden = true;
    panel.replaceChildren();
  };

  async function look() {
    looking.abort();
    looking = new AbortController();
    const { signal } = looking;
    const url = new URL(form.action);
    url.searchParams.set('q', field?.value ?? '');
    const found = await fetchFound(url, signal);
    if (signal.aborted) return;
    const told = found?.querySelector('[role="status"]') ?? null;
    // It is said once, below.
    told?.removeAttribute('role');
    if (shown) {
      if (found === null) return;
      shown.replaceWith(found);
      shown = found;
      history.replaceState(null, '', url);
    } else if (found === null || told === null) {
      close();
    } else {
      shorten(found, url.href);
      panel.replaceChildren(...found.childNodes);
      panel.hidden = false;
    }
    status.textContent = told?.textContent?.trim() ?? '';
  }

  field.addEventListener('input', () => {
    clearTimeout(pause);
    pause = window.setTimeout(look, PAUSE);
  });
  form.addEventListener('keydown', (event) => walk(event, field, shown ?? panel, close));
  form.addEventListener('focusout', ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && form.contains(relatedTarget))) close();
  });
}

/**
 * Down and up go through what was found, Escape back to the field.
 * @param {KeyboardEvent} event
 * @param {HTMLInputElement} field
 * @param {Element} among
 * @param {() => void} close
 */
function walk(event, field, among, close) {
  /** @type {(Element | null)[]} */
  const stops = [field, ...among.querySelectorAll('a')];
  const at = stops.indexOf(document.activeElement);
  if (event.key === 'Escape' && among.childElementCount > 0 && !field.closest('main')) {
    event.preventDefault();
    field.focus();
    close();
  }
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const next = stops[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (next instanceof HTMLElement) {
    event.preventDefault();
    next.focus();
  }
}

/** @param {EventTarget | null} target */
const isTypedIn = (target) =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));

/** @param {KeyboardEvent} event */
function isCalled({ key, ctrlKey, metaKey, altKey, shiftKey, target }) {
  if (key.toLowerCase() === 'k') return (ctrlKey || metaKey) && !altKey && !shiftKey;
  return (
    key === '/' &&
    !ctrlKey &&
    !metaKey &&
    !altKey &&
    !isTypedIn(target) &&
    localStorage.getItem(SLASH) === 'oui'
  );
}

function goToField() {
  const fields = [...document.querySelectorAll('[data-search] input')];
  const field = fields.find((each) => each.checkVisibility());
  const link = document.querySelector('.top-search-link');
  if (field instanceof HTMLInputElement) {
    field.focus();
    field.select();
  } else if (link instanceof HTMLAnchorElement) {
    location.assign(link.href);
  }
}

for (const form of document.querySelectorAll('form[data-search]'))
  if (form instanceof HTMLFormElement) searchAsOneTypes(form);

document.addEventListener('keydown', (event) => {
  // A dialog keeps the keyboard to itself.
  if (event.defaultPrevented || document.querySelector('dialog[open]') || !isCalled(event)) return;
  event.preventDefault();
  goToField();
});

// « Mes informations »: the choice is of this browser, and asks for its script.
const choice = document.querySelector('[data-slash]');
const box = choice?.querySelector('input');
if (choice instanceof HTMLElement && box) {
  choice.hidden = false;
  box.checked = localStorage.getItem(SLASH) === 'oui';
  box.addEventListener('change', () => localStorage.setItem(SLASH, box.checked ? 'oui' : 'non'));
}
