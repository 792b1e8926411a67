/** The console's scripts. Every page works without them; with them it is alive. */

import { localizeTimes } from './times.js';
import { followKeys } from './keys.js';

localizeTimes(document);
setInterval(() => localizeTimes(document), 30_000);
followKeys();
