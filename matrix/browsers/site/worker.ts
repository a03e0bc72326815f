import { found } from "./found.js";

postMessage(found());
