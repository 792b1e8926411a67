/** The console's scripts. Every page works without them; with them it is alive. */

import { followComposer } from './composer.js';
import { followKeys } from './keys.js';
import { followEvents } from './live.js';
import { localizeTimes } from './times.js';
import { followTry } from './try.js';
import { followWorkshop } from './workshop.js';

localizeTimes(document);
setInterval(() => localizeTimes(document), 30_000);
followKeys();
followComposer();
followEvents();
followTry();
followWorkshop();
