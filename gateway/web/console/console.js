/** The console's scripts. Every page works without them; with them it is alive. */

import { followComposer } from './composer.js';
import { followKeys } from './keys.js';
import { followEvents } from './live.js';
import { localizeTimes } from './times.js';

localizeTimes(document);
setInterval(() => localizeTimes(document), 30_000);
followKeys();
followComposer();
followEvents();
