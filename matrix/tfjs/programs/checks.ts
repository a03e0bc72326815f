/** Checks of `lanewise/tfjs` beside tfjs's own specs. Argument: the backend. Reports what failed, by the names of the checks. */

import type { ChecksFound } from "../found.js";
import { ended } from "./checking.js";
import "./kernelChecks.js";
import "./registrationChecks.js";
import { report } from "./tensorflow.js";

report(ended satisfies ChecksFound);
