// Says how many rows are ticked, and lets one tick the page. « Tout » is the whole result, not the page.

/** @param {HTMLFormElement} form */
function follow(form) {
  const total = Number(form.dataset.total);
  const said = form.querySelector('[data-count]');
  const tickPage = form.querySelector('[data-tick-page]');
  const untick = form.querySelector('[data-untick]');
  if (!(said instanceof HTMLElement)) return;
  const silent = said.textContent ?? '';
  const { one = 'ligne', many = 'lignes' } = form.dataset;

  /** @param {string} role */
  const boxes = (role) =>
    [...form.elements].filter(
      /** @returns {element is HTMLInputElement} */
      (element) => element instanceof HTMLInputElement && element.dataset.select === role,
    );
  const number = new Intl.NumberFormat('fr-FR');

  /** @param {number} count */
  const counted = (count) => `${number.format(count)} ${count >= 2 ? many : one}`;

  /**
   * @param {boolean} whole
   * @param {number} ticked
   */
  const sentence = (whole, ticked) => {
    if (whole)
      return `Tout le résultat\u00a0: ${counted(total)}. Pour en laisser, décochez «\u00a0Tout\u00a0», puis cochez des lignes.`;
    return ticked > 0 ? `Sélection\u00a0: ${counted(ticked)}` : silent;
  };

  const refresh = () => {
    const whole = boxes('all').some((box) => box.checked);
    const rows = boxes('row');
    for (const row of rows) {
      // « Tout » ticks what is seen of it; without it, those that were ticked one by one are so still.
      if (whole && !row.disabled) row.dataset.ticked = String(row.checked);
      if (whole !== row.disabled) row.checked = whole || row.dataset.ticked === 'true';
      row.disabled = whole;
      row.closest('tr')?.classList.toggle('is-selected', whole || row.checked);
    }
    const ticked = rows.filter((box) => box.checked).length;
    said.textContent = sentence(whole, ticked);
    if (tickPage instanceof HTMLElement) tickPage.hidden = whole || ticked === rows.length;
    if (untick instanceof HTMLElement) untick.hidden = !whole && ticked === 0;
  };

  /** @param {boolean} checked */
  const tickRows = (checked) => {
    for (const box of boxes('row')) {
      box.checked = checked;
      box.dataset.ticked = String(checked);
    }
    if (!checked) for (const box of boxes('all')) box.checked = false;
    refresh();
  };

  document.addEventListener('change', (event) => {
    if (event.target instanceof HTMLInputElement && event.target.form === form) refresh();
  });
  tickPage?.addEventListener('click', () => tickRows(true));
  untick?.addEventListener('click', () => tickRows(false));
  // Coming back to the page, the browser has kept the boxes.
  addEventListener('pageshow', refresh);
  refresh();
}

for (const form of document.querySelectorAll('form[data-selection]')) {
  if (form instanceof HTMLFormElement) follow(form);
}
