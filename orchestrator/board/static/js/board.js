/** What every page runs. */

import * as clock from "./clock.js";
import * as keys from "./keys.js";
import * as live from "./live.js";
import * as preferences from "./preferences.js";

preferences.start();
clock.start();
keys.start();
live.start();
