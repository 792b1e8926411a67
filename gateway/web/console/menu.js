/** The further sections on a phone, in browsers without popovers: Safari before 17, for one. */

export function followMenu() {
  const button = document.querySelector('.more');
  const menu = document.getElementById('more');
  if (!(button instanceof HTMLElement) || !menu || typeof menu.showPopover === 'function') return;
  const show = (/** @type {boolean} */ isOpen) => {
    menu.toggleAttribute('data-open', isOpen);
    button.setAttribute('aria-expanded', String(isOpen));
  };
  show(false);
  button.setAttribute('aria-controls', menu.id);
  document.addEventListener('click', ({ target }) => {
    if (!(target instanceof Node)) return;
    if (button.contains(target)) show(!menu.hasAttribute('data-open'));
    else if (!menu.contains(target)) show(false);
  });
  document.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape' || !menu.hasAttribute('data-open')) return;
    show(false);
    button.focus();
  });
}
