/** What every page runs. */

import * as clock from "./clock.js";
import * as keys from "./keys.js";
import * as live from "./live.js";
import { adopt } from "./patch.js";
import * as preferences from "./preferences.js";

preferences.start();
clock.start();
keys.start();
adopt(document.body);
// By then the page's own scripts listen too: none of them misses what the stream tells first.
document.addEventListener("DOMContentLoaded", live.start);
