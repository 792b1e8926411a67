/** A test of a channel: asked after until its end is known. */

import { fetchPart } from './live.js';
import { localizeTimes } from './times.js';

const EVERY_MS = 2_000;
/** Nobody waits longer in front of a screen. */
const TIMES_MAX = 300;

export function followTrial() {
  let times = 0;
  const timer = setInterval(async () => {
    const shown = document.getElementById('trial');
    const source = shown?.dataset.poll;
    if (!shown || !source || times >= TIMES_MAX) {
      clearInterval(timer);
      return;
    }
    if (document.hidden) return;
    times += 1;
    try {
      const fresh = (await fetchPart(source)).getElementById('trial');
      if (fresh && fresh.innerHTML !== shown.innerHTML) shown.replaceWith(fresh);
      else if (fresh && !fresh.dataset.poll) delete shown.dataset.poll;
      localizeTimes(document);
    } catch {
      // The next time may succeed; the page says so itself when the connection is lost.
    }
  }, EVERY_MS);
}
