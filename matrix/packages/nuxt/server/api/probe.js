import { probe } from "#shared/probe.js";

export default defineEventHandler(() => probe());
