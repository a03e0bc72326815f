/** Starts jasmine for tfjs's own specs, which are imported after this and before `run` is called. Arguments: backend, and "lanewise" or "tfjs". */

import { setTestEnvs } from "@tensorflow/tfjs-core/dist/jasmine_util";
import jasmineCore from "jasmine-core";
import { kernelNames, registerKernels } from "lanewise/tfjs";
import type { SpecsFound } from "../found.js";
import { report } from "./tensorflow.js";

interface SpecResult {
  readonly fullName: string;
  readonly status: string;
  readonly failedExpectations: readonly { readonly message: string }[];
}

const [backend, kernels] = process.argv.slice(2);
const environment = jasmineCore.boot().getEnv();
// Specs register themselves when they are imported, for the environments that there are by then.
setTestEnvs([{ name: backend, backendName: backend, isDataSync: true }]);

export async function run(): Promise<void> {
  if (kernels === "lanewise") registerKernels(backend as "cpu", { kernels: kernelNames });
  let passed = 0;
  const failed: Record<string, string> = {};
  environment.addReporter({
    specDone({ fullName, status, failedExpectations }: SpecResult) {
      if (status === "passed") passed++;
      if (status === "failed") failed[fullName] = failedExpectations.map(({ message }) => message).join("; ");
    },
  });
  // Some specs depend on those before them.
  environment.configure({ random: false });
  await environment.execute();
  report({ passed, failed } satisfies SpecsFound);
}
