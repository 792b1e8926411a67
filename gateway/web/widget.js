/**
 * The one script a site embeds:
 *
 *     <script src="https://desk.example/widget.js" data-tenant="demo-catering" async></script>
 *
 * It finds its own address and offers `window.frontdesk(command, …arguments)`; everything else is
 * loaded from beside it, the chat itself when it is wanted. Commands given before it has loaded
 * are kept by this line, which a page may have above it:
 *
 *     window.frontdesk ??= (...args) => new Promise((done) => (frontdesk.queue ??= []).push([args, done]));
 *
 * Attributes: `data-tenant`; `data-language` (`en`, `es`, `ru`, `uk`; otherwise the visitor's own
 * where the tenant speaks it); `data-corner` (`left`, `right`); `data-button="none"` for a site
 * with a button of its own. Without `data-tenant` the chat waits for the command `boot` or for an
 * element `<frontdesk-chat tenant="…">`.
 */
(() => {
  const script = document.currentScript;
  const global = /** @type {any} */ (window);
  // An element with this id is found under the name, too.
  const stub = typeof global.frontdesk === 'function' ? global.frontdesk : {};
  if (!(script instanceof HTMLScriptElement) || stub.ready) return;

  const base = new URL('.', script.src).href;
  // The button's parts, all at once: each would otherwise be found only when the one before has come.
  const load = (/** @type {string} */ name) => import(new URL(`assets/widget/${name}.js`, base).href);
  for (const name of ['launcher', 'element', 'settings', 'language', 'color', 'storage']) load(name).catch(() => {});
  /** @type {Promise<typeof import('./widget/commands.js')>} */
  const module = load('commands');
  const commands = module
    .then(({ Commands }) => new Commands(base))
    .catch((error) => {
      console.warn('frontdesk: the chat is not available', error);
      return null;
    });

  /**
   * @param {string} name
   * @param {any[]} args
   */
  const frontdesk = async (name, ...args) => (await commands)?.run(name, args);
  /** @param {any[]} args */
  const open = (...args) => frontdesk('open', ...args);
  Object.assign(frontdesk, { open, close: () => frontdesk('close'), toggle: () => frontdesk('toggle') });
  global.frontdesk = frontdesk;
  if (script.dataset.tenant) void frontdesk('boot', { ...script.dataset });
  for (const entry of stub.queue ?? []) {
    const [args, done] = Array.isArray(entry[0]) ? entry : [entry];
    void frontdesk(.../** @type {[string]} */ (args)).then(done);
  }
  /** Fulfilled with `true` once the button is on the page, with `false` where there is no chat. */
  Object.assign(frontdesk, { ready: commands.then((them) => them?.run('ready', []) ?? false) });
})();
