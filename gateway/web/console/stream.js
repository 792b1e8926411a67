/**
 * The stream of events. A browser opens six connections at once to a server over HTTP/1.1, and a stream
 * keeps its one as long as it lasts: so the tabs that are looked at have one, and of the hidden ones a
 * single one, which tells the others how many people wait. A tab that is looked at again opens its own and
 * hears what it missed.
 */

const HIDDEN_ONE = 'frontdesk-hidden-stream';
const COUNTS = 'frontdesk-waiting';

/**
 * @typedef {object} Listeners
 * @property {Record<string, (data: string) => void>} events by their kind
 * @property {(count: string) => void} onWaiting people who wait, told by any tab
 * @property {(isAgain: boolean) => void} onOpen and whether there was one before
 * @property {() => void} onLost
 */

/**
 * Follows the stream while the page lasts.
 *
 * @param {string} url
 * @param {Listeners} listeners
 */
export function followStream(url, { events, onWaiting, onOpen, onLost }) {
  const tabs = new BroadcastChannel(COUNTS);
  /** @type {EventSource | null} */
  let source = null;
  let isAgain = false;
  let turn = new AbortController();

  const open = () => {
    if (source) return;
    source = new EventSource(url);
    source.addEventListener('open', () => {
      onOpen(isAgain);
      isAgain = true;
    });
    source.addEventListener('error', onLost);
    for (const [kind, listen] of Object.entries(events)) source.addEventListener(kind, (event) => listen(event.data));
    source.addEventListener('queue', ({ data }) => {
      onWaiting(data);
      tabs.postMessage(data);
    });
  };
  const close = () => {
    source?.close();
    source = null;
  };
  const waitForTurn = () => {
    const { signal } = turn;
    const holdUntilSeen = () => {
      open();
      return new Promise((done) => signal.addEventListener('abort', done, { once: true }));
    };
    // Without locks (a site without TLS) no hidden tab has a stream.
    navigator.locks?.request(HIDDEN_ONE, { signal }, holdUntilSeen).catch(() => undefined);
  };
  const follow = () => {
    turn.abort();
    turn = new AbortController();
    if (document.visibilityState === 'visible') {
      open();
    } else {
      close();
      waitForTurn();
    }
  };
  tabs.addEventListener('message', ({ data }) => {
    if (!source) onWaiting(data);
  });
  document.addEventListener('visibilitychange', follow);
  addEventListener('pageshow', ({ persisted }) => persisted && follow());
  addEventListener('pagehide', () => {
    turn.abort();
    close();
  });
  follow();
}
