// After a decision, the list comes back with a notice: the focus goes on to the row that followed the one decided,
// unless the person, quicker than this, put it somewhere.

const KEY = 'portail-lignes-suivantes';
// The list, however it was filtered: the form of its filters sends empty criteria that the way back leaves out.
const here = location.pathname;

/** @returns {HTMLFormElement[]} the acts of the rows, in the order of the list */
const acts = () => [...document.querySelectorAll('form')].filter((form) => form.closest('tbody tr') !== null);

/**
 * Keeps the rows to go on to: those after this one, then those before it, the nearest first.
 * @param {HTMLFormElement} form
 */
function remember(form) {
  const row = form.closest('tr');
  const others = acts();
  const index = others.indexOf(form);
  const next = others.slice(index + 1).filter((other) => other.closest('tr') !== row);
  const before = others.slice(0, index).filter((other) => other.closest('tr') !== row);
  const actions = [...next, ...before.reverse()].map(({ action }) => action);
  sessionStorage.setItem(KEY, JSON.stringify({ here, actions }));
}

function goOn() {
  const kept = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  const notice = document.querySelector('main > .notice[role]');
  if (kept === null || notice === null) return;
  const { here: list, actions } = JSON.parse(kept);
  if (list !== here) return;
  const there = new Map(acts().map((form) => [form.action, form]));
  const form = actions.map((/** @type {string} */ action) => there.get(action)).find(Boolean);
  const button = form?.querySelector('button');
  const focused = document.activeElement;
  if (!(button instanceof HTMLElement) || (focused !== document.body && focused !== notice)) return;
  // What was done is heard with it, and stays in sight.
  notice.id ||= 'decision';
  button.setAttribute('aria-describedby', notice.id);
  button.focus({ preventScroll: true });
}

// The link of a message leads to a row: its first act is at hand.
function comeTo() {
  const row = /^#demande-\d+$/.test(location.hash) ? document.getElementById(location.hash.slice(1)) : null;
  const button = row?.querySelector('form button');
  if (button instanceof HTMLElement && document.activeElement === document.body)
    button.focus({ preventScroll: true });
}

document.addEventListener('submit', ({ target }) => {
  if (target instanceof HTMLFormElement && target.closest('tbody tr')) remember(target);
});
goOn();
// Going to the row, the browser takes the focus away until the page has come.
if (document.readyState === 'complete') comeTo();
else addEventListener('load', comeTo);
