/** Everything that lanewise computes: one table for all generators. */

import { elements } from "./elements.js";
import { losses, tokens } from "./losses.js";
import { rows } from "./rows.js";
import { samplers } from "./samplers.js";
import type { Subject } from "./subject.js";

export const subjects: readonly Subject[] = [...elements, ...rows, ...losses, ...tokens, ...samplers];
