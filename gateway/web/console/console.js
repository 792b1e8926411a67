/** The console's scripts. Every page works without them; with them it is alive. */

import { followComposer } from './composer.js';
import { followKeys } from './keys.js';
import { followEvents } from './live.js';
import { followMenu } from './menu.js';
import { localizeTimes } from './times.js';

localizeTimes(document);
setInterval(() => localizeTimes(document), 30_000);
followKeys();
followMenu();
followComposer();
followEvents();

// What few pages need keeps the others from being ready.
if (document.getElementById('try')) void import('./try.js').then(({ followTry }) => followTry());
if (document.getElementById('workshop')) void import('./workshop.js').then(({ followWorkshop }) => followWorkshop());
if (document.getElementById('trial')) void import('./trial.js').then(({ followTrial }) => followTrial());
if (document.getElementById('bulk')) void import('./lists.js').then(({ followTicks }) => followTicks());
