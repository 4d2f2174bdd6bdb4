// Says, while one types, whether the password would be accepted. The server judges, now as when the form is sent.

const PAUSE_MS = 400;

/**
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement} input
 * @param {HTMLElement} status
 */
function watch(form, input, status) {
  let timer = 0;
  let asked = 0;
  const sent = new AbortController();

  const judge = async () => {
    asked += 1;
    const turn = asked;
    const { strengthUrl = '', usage = '', lien = '' } = form.dataset;
    const csrf = new FormData(form).get('_csrf');
    const body = new URLSearchParams({ usage, lien, password: input.value });
    if (typeof csrf === 'string') body.set('_csrf', csrf);
    try {
      const answer = await fetch(strengthUrl, {
        method: 'POST',
        body,
        credentials: 'same-origin',
        signal: sent.signal,
      });
      const { message = '' } = answer.ok ? await answer.json() : {};
      // Only the last question counts.
      if (turn === asked) status.textContent = message;
    } catch {
      // No network, or the form is sent: its answer will tell.
    }
  };

  const follow = () => {
    clearTimeout(timer);
    asked += 1;
    if (input.value === '') status.textContent = '';
    else timer = window.setTimeout(judge, PAUSE_MS);
  };
  input.addEventListener('input', follow);
  // Typed before this ran.
  if (input.value !== '') follow();

  // Sending the form ends the session that this question would be asked with.
  form.addEventListener('submit', () => {
    clearTimeout(timer);
    sent.abort();
  });
}

const form = document.querySelector('form[data-strength-url]');
if (form instanceof HTMLFormElement) {
  const input = form.querySelector('input[name="password"]');
  const status = form.querySelector('[data-strength]');
  if (input instanceof HTMLInputElement && status instanceof HTMLElement) watch(form, input, status);
}
