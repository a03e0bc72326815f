/** The page that measures. */

import "./style.css";
import { byId, element } from "../elements.js";
import { conditionsOf, placements } from "./environment.js";
import { type Host, startHost } from "./host.js";
import type { Job, Offer, Role } from "./protocol.js";
import { race } from "./race.js";
import { ResultTable } from "./results.js";
import { offerSettings, readSettings, type Settings } from "./settings.js";

/** A slice takes so many steps of the clock, and at least so many milliseconds. */
const CLOCK_STEPS = 50;
const MIN_SLICE = 2;

const run = byId<HTMLButtonElement>("run");
const status = byId("status");
const progress = byId<HTMLProgressElement>("progress");

/** What ends the running measurement. */
let stopping: AbortController | undefined;

const host = startHost();
try {
  start(await host.runner.offer());
} catch (error) {
  fail(error);
} finally {
  host.end();
}

function start({ backends, subjects, clockStep }: Offer): void {
  const wrong = offerSettings(subjects);
  const slice = Math.max(MIN_SLICE, CLOCK_STEPS * clockStep);
  const available = backends.filter(({ available }) => available).map(({ name }) => name);
  // From the plainest to the fastest.
  const roles: Role[] = ["plain JS", ...available.reverse()];
  const told = backends.map(({ name, available, reason }): [string, string] => [
    `Backend ${name}`,
    available ? "available" : `not available: ${reason}`,
  ]);
  const conditions = element("dd");
  byId("conditions").append(
    ...[...told, ...conditionsOf(clockStep, slice)].flatMap(([term, text]) => [
      element("dt", {}, term),
      element("dd", {}, text),
    ]),
    element("dt", {}, "Copying"),
    conditions,
  );
  const tellPlacement = () => (conditions.textContent = `${placements[readSettings().placement].text}.`);
  byId("settings").addEventListener("change", tellPlacement);
  tellPlacement();
  status.textContent = wrong.length > 0 ? `In the address: ${wrong.join("; ")}.` : "Ready.";
  run.disabled = false;
  byId("settings").addEventListener("submit", (event) => {
    event.preventDefault();
    if (stopping !== undefined) stopping.abort();
    else void measure(roles, readSettings(), slice).catch(fail);
  });
}

async function measure(roles: readonly Role[], settings: Settings, slice: number): Promise<void> {
  const jobs = settings.functions.flatMap((name) =>
    settings.sizes.map((size): Job => ({ name, size, placement: settings.placement })),
  );
  if (jobs.length === 0) {
    status.textContent = `Choose ${settings.sizes.length === 0 ? "a number of elements" : "a function"} first.`;
    return;
  }
  stopping = new AbortController();
  const { signal } = stopping;
  run.textContent = "Stop";
  progress.hidden = false;
  const tables = jobs.map(({ name, size }) => new ResultTable(name, size, roles));
  byId("results").replaceChildren(element("div", { class: "results" }, ...tables.map(({ table }) => table)));
  let hosts = new Map<Role, Host>();
  let done = 0;
  try {
    for (const [i, job] of jobs.entries()) {
      progress.value = i / jobs.length;
      status.textContent = `Measuring ${job.name}, ${i + 1} of ${jobs.length}.`;
      // New programs for each function: engines keep what they learned of the last one.
      if (i === 0 || job.name !== jobs[i - 1].name) {
        for (const host of hosts.values()) host.end();
        hosts = startHosts(roles);
      }
      const runners = new Map(Array.from(hosts, ([role, { runner }]) => [role, runner]));
      tables[i].isRunning = true;
      await race(runners, job, { time: settings.time, slice, signal }, (standings) => tables[i].show(standings));
      tables[i].isRunning = false;
      if (signal.aborted) break;
      done++;
    }
    status.textContent = `${signal.aborted ? "Stopped" : "Done"}: ${done} of ${jobs.length} measured.`;
  } finally {
    for (const host of hosts.values()) host.end();
    for (const table of tables) table.isRunning = false;
    stopping = undefined;
    run.textContent = "Start";
    progress.hidden = true;
  }
}

function startHosts(roles: readonly Role[]): Map<Role, Host> {
  return new Map(roles.map((role) => [role, startHost()]));
}

function fail(error: unknown): void {
  const failure = byId("failure");
  failure.hidden = false;
  failure.textContent = `Nothing can be measured here: ${(error as Error).message}.`;
  status.textContent = "";
}
