/** Rows of a list, ticked all at once. */

export function followTicks() {
  const all = document.getElementById('tick-all');
  if (!(all instanceof HTMLInputElement)) return;
  const rows = () => /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll('input[form="bulk"]'));
  all.addEventListener('change', () => {
    for (const row of rows()) row.checked = all.checked;
  });
  document.addEventListener('change', (event) => {
    if (!(event.target instanceof HTMLInputElement) || event.target.getAttribute('form') !== 'bulk') return;
    const ticked = [...rows()].filter((row) => row.checked).length;
    all.checked = ticked > 0 && ticked === rows().length;
    all.indeterminate = ticked > 0 && !all.checked;
  });
}
