// The two lists of habilitations, moved at once instead of by a round trip; one list of boxes on a narrow screen.
// What the form sends is the same: a hidden field for each role that the person holds. What was ticked before this ran
// (a slow network, a page come back to) stays ticked.

/**
 * @typedef {object} Item
 * @property {HTMLLIElement} row
 * @property {HTMLInputElement | null} box null: locked, it stays where it is
 * @property {string} id
 * @property {number} order
 * @property {boolean} assigned
 * @property {boolean} held whether the person holds it already
 * @property {string} words what the search looks in
 *
 * @typedef {object} Side
 * @property {HTMLElement} frame
 * @property {HTMLElement} list
 * @property {HTMLElement} count
 * @property {HTMLElement} none
 * @property {HTMLInputElement} search
 * @property {string} field name of its boxes
 */

/** @param {string} text */
const normalise = (text) =>
  text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Pd}\p{Default_Ignorable_Code_Point}'`\u00b4\u02b9-\u02bd\u2018-\u201b\u2032]/gu, '')
    .toLowerCase();

/**
 * @template {Element} T
 * @param {Element} root
 * @param {string} selector
 * @param {new () => T} kind
 * @returns {T}
 */
function find(root, selector, kind) {
  const element = root.querySelector(selector);
  if (!(element instanceof kind)) throw new Error(`Missing ${selector}`);
  return element;
}

/**
 * @param {HTMLElement} root
 * @param {'available' | 'assigned'} key
 * @returns {Side}
 */
function sideOf(root, key) {
  const frame = find(root, `[data-side="${key}"]`, HTMLElement);
  const search = find(frame, '[data-search]', HTMLElement);
  search.hidden = false;
  return {
    frame,
    list: find(frame, '[data-items]', HTMLElement),
    count: find(frame, '[data-count]', HTMLElement),
    none: find(frame, '[data-none]', HTMLElement),
    search: find(search, 'input', HTMLInputElement),
    field: frame.dataset.field ?? '',
  };
}

/**
 * @param {HTMLElement} root
 * @returns {Item[]}
 */
function itemsOf(root) {
  /** @type {NodeListOf<HTMLLIElement>} */
  const rows = root.querySelectorAll('[data-items] li');
  return [...rows]
    .map((row) => {
      const box = row.querySelector('input[type=checkbox]');
      return {
        row,
        box: box instanceof HTMLInputElement ? box : null,
        id: row.dataset.id ?? '',
        order: Number(row.dataset.order),
        assigned: row.querySelector('input[type=hidden]') !== null,
        held: row.dataset.held !== undefined,
        words: normalise(row.textContent ?? ''),
      };
    })
    .sort((a, b) => a.order - b.order);
}

/**
 * What saving would do to a role, as the server would say it (presenters/account-lists.ts).
 * @param {Item} item
 * @param {boolean} takes whether the account takes rights
 */
function moveOf({ row, held, assigned }, takes) {
  if (held === assigned) return null;
  if (held) return 'removed';
  if (!takes) return 'kept_inactive';
  return row.dataset.reserved === undefined ? 'granted' : 'requested';
}

/**
 * Keeps « À l'enregistrement » and the marks of the lines up to date.
 * @param {HTMLElement} root
 * @param {Item[]} items
 */
function recapper(root, items) {
  const recap = root.querySelector('[data-recap]');
  if (!(recap instanceof HTMLElement)) return () => {};
  const unchanged = find(recap, '[data-unchanged]', HTMLElement);
  const lines = [...recap.querySelectorAll('li')];
  const takes = recap.dataset.takes !== undefined;
  return () => {
    const moves = new Map(items.map((item) => [item, moveOf(item, takes)]));
    unchanged.hidden = [...moves.values()].some((move) => move !== null);
    for (const line of lines) {
      const moved = items.filter((item) => moves.get(item) === line.dataset.move);
      const words = moved.length >= 2 ? line.dataset.many : line.dataset.one;
      line.hidden = moved.length === 0;
      line.textContent = `${moved.length} ${words}\u00a0: ${moved.map(({ row }) => row.dataset.label).join(', ')}`;
    }
    for (const [{ row }, move] of moves) {
      const mark = row.querySelector('[data-marked]');
      if (!(mark instanceof HTMLElement)) continue;
      mark.hidden = !move;
      mark.textContent = lines.find((line) => line.dataset.move === move)?.dataset.mark ?? '';
      if (move) row.dataset.moved = move;
      else delete row.dataset.moved;
    }
  };
}

/** @param {HTMLElement} root */
function enhance(root) {
  const name = root.dataset.name ?? '';
  const available = sideOf(root, 'available');
  const assigned = sideOf(root, 'assigned');
  const status = find(root, '[data-status]', HTMLElement);
  const items = itemsOf(root);
  const tellMoves = recapper(root, items);
  const narrow = matchMedia('(max-width: 699.98px)');
  const title = available.frame.querySelector('legend')?.firstChild;
  const twoLists = title?.textContent ?? '';
  let isSingle = false;

  /** @param {Item} item */
  const sideFor = (item) => (item.assigned && !narrow.matches ? assigned : available);

  /** @param {Item} item */
  const sendIfAssigned = (item) => {
    item.row.querySelector('input[type=hidden]')?.remove();
    if (!item.assigned) return;
    const sent = document.createElement('input');
    Object.assign(sent, { type: 'hidden', name, value: item.id });
    item.row.prepend(sent);
  };

  const filter = () => {
    for (const side of [available, assigned]) {
      const words = normalise(side.search.value).split(/\s+/).filter(Boolean);
      const here = items.filter((item) => sideFor(item) === side);
      for (const item of here) item.row.hidden = !words.every((word) => item.words.includes(word));
      const seen = here.filter((item) => !item.row.hidden).length;
      side.count.textContent = words.length > 0 ? `(${seen} sur ${here.length})` : `(${here.length})`;
      side.none.hidden = here.length > 0;
    }
    if (narrow.matches) {
      available.count.textContent = `(${items.filter((item) => item.assigned).length} sur ${items.length})`;
    }
  };

  /**
   * In one list a tick is the habilitation itself; in two it says what to move.
   * @param {Item} item
   * @param {boolean} wasSingle
   */
  const settleTick = ({ box, assigned: held }, wasSingle) => {
    if (!box) return;
    box.name = isSingle ? '' : (held ? assigned : available).field;
    if (isSingle || wasSingle) box.checked = isSingle && held;
  };

  /** Puts each role in its list. */
  const place = () => {
    const wasSingle = isSingle;
    isSingle = narrow.matches;
    root.classList.toggle('is-single', isSingle);
    if (title)
      title.textContent = isSingle ? 'HABILITATIONS AFFECTÉES À LA PERSONNE\u00a0: à cocher ' : twoLists;
    for (const item of items) {
      if (isSingle && item.box?.checked) item.assigned = true;
      sideFor(item).list.append(item.row);
      sendIfAssigned(item);
      settleTick(item, wasSingle);
    }
    filter();
    tellMoves();
  };

  /**
   * Moves what is ticked in a list to the other one.
   * @param {boolean} add
   */
  const move = (add) => {
    const moved = items.filter((item) => item.assigned !== add && item.box?.checked);
    for (const item of moved) {
      item.assigned = add;
      if (item.box) item.box.checked = false;
    }
    place();
    const many = moved.length >= 2 ? 's' : '';
    status.textContent =
      moved.length === 0
        ? 'Cochez d’abord une habilitation.'
        : `${moved.length} habilitation${many} ${add ? 'ajoutée' : 'retirée'}${many}.`;
  };

  for (const [value, add] of /** @type {const} */ ([
    ['ajouter', true],
    ['retirer', false],
  ])) {
    const button = find(root, `button[value="${value}"]`, HTMLButtonElement);
    button.type = 'button';
    button.addEventListener('click', () => move(add));
  }
  for (const side of [available, assigned]) {
    side.search.addEventListener('input', filter);
    // Enter in a search or on a box would send the whole form.
    side.frame.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      if (event.target === side.search || narrow.matches) return;
      const index = items.findIndex((item) => item.box === event.target);
      const item = items[index];
      if (!item?.box) return;
      item.box.checked = true;
      const next = items
        .slice(index + 1)
        .find((other) => sideFor(other) === side && other.box && !other.box.checked && !other.row.hidden);
      move(side === available);
      (next?.box ?? side.search).focus();
    });
  }
  root.addEventListener('change', (event) => {
    const item = items.find(({ box }) => box === event.target);
    if (!narrow.matches || !item?.box) return;
    item.assigned = item.box.checked;
    sendIfAssigned(item);
    filter();
    tellMoves();
  });
  narrow.addEventListener('change', place);
  place();
}

for (const root of document.querySelectorAll('[data-dual-list]')) {
  if (root instanceof HTMLElement) enhance(root);
}
