// A ready-made text fills the field it is for: each becomes a button. Without script they can be read and typed.
for (const text of document.querySelectorAll('[data-ready-made]')) {
  prepare(/** @type {HTMLElement} */ (text));
}

/** @param {HTMLElement} text */
function prepare(text) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'btn btn-quiet btn-small';
  button.textContent = text.textContent;
  button.addEventListener('click', () => {
    const field = /** @type {HTMLTextAreaElement | null} */ (
      button.closest('form')?.querySelector(`[name="${text.dataset.readyMade}"]`)
    );
    if (!field) return;
    field.value = button.textContent ?? '';
    field.focus();
  });
  text.replaceWith(button);
}
