/**
 * The one script a site embeds:
 *
 *     <script src="https://desk.example/widget.js" data-tenant="demo-catering" async></script>
 *
 * It finds its own address, loads the launcher from beside it and offers
 * `window.frontdesk`. Everything else is loaded when it is needed.
 *
 * Attributes: `data-tenant` (required), `data-language` (`en`, `es`, `ru`, `uk`; otherwise the
 * visitor's own where the tenant speaks it).
 */
(() => {
  const script = document.currentScript;
  const isSecondCopy = 'frontdesk' in window;
  if (!(script instanceof HTMLScriptElement) || isSecondCopy) return;

  const tenant = script.dataset.tenant;
  if (!tenant) {
    console.warn('frontdesk: the script tag has no data-tenant attribute');
    return;
  }

  const base = new URL('.', script.src).href;
  /** @type {Promise<{ start: typeof import('./widget/launcher.js').start }>} */
  const launcherModule = import(new URL('assets/widget/launcher.js', base).href);
  const launcher = launcherModule
    .then(({ start }) => start({ base, tenant, language: script.dataset.language ?? null }))
    .catch((error) => {
      console.warn('frontdesk: the chat is not available', error);
      return null;
    });

  Object.assign(window, {
    frontdesk: Object.freeze({
      /** Opens the chat. */
      open: async () => (await launcher)?.open(),
      /** Closes the chat. */
      close: async () => (await launcher)?.close(),
    }),
  });
})();
