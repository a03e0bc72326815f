import { probe } from "../../../probe.js";

export const runtime = "nodejs";
export const dynamic = "force-dynamic";

export const GET = () => Response.json(probe());
