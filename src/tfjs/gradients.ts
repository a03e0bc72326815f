/**
 * The gradients of kernels. tfjs has one of each kernel for all backends: these leave those to its own on which lanewise isn't
 * registered. Each is computed by a kernel of its own. Where it is to be differentiated in turn, tfjs's own is used, whose
 * operations have gradients.
 */

import {
  type Attributes,
  engine,
  getBackend,
  getGradient,
  type GradConfig,
  registerGradient,
  type Tensor,
  unregisterGradient,
  zerosLike,
} from "@tensorflow/tfjs-core";
import type { Differentiable } from "./kernels.js";
import type { BackendName } from "./memory.js";
import { isRegistered, register, unregister } from "./registry.js";

type Tensors = Readonly<Record<string, Tensor>>;
type Gradients = Readonly<Record<string, () => Tensor>>;

interface Registered {
  readonly config: GradConfig;
  readonly original: GradConfig | undefined;
  readonly backends: Set<BackendName>;
}

const registered = new Map<string, Registered>();

/** The name of the kernel that computes a gradient. */
function gradientName(name: string, input: string): string {
  return `Lanewise${name}Grad/${input}`;
}

/** Registers a kernel's gradient for a backend, unless that is done. */
export function registerGradientOf(name: string, kernel: Differentiable, backend: BackendName): void {
  for (const [input, gradient] of Object.entries(kernel.gradients!)) {
    register(gradientName(name, input), gradient, backend);
  }
  const entry = registered.get(name);
  const current = getGradient(name);
  if (entry !== undefined && current === entry.config) {
    entry.backends.add(backend);
    return;
  }
  const config = gradientConfig(name, kernel, current);
  replace(name, config);
  if (kernel.isPiecewiseLinear) replace(gradientName(name, "x"), secondGradient(gradientName(name, "x")));
  registered.set(name, { config, original: current, backends: new Set([backend]) });
}

/** Puts tfjs's own gradient back once no backend needs this one. */
export function unregisterGradientOf(name: string, kernel: Differentiable, backend: BackendName): void {
  const inputs = Object.keys(kernel.gradients!);
  for (const input of inputs) unregister(gradientName(name, input), backend);
  const entry = registered.get(name);
  if (entry === undefined) return;
  entry.backends.delete(backend);
  if (entry.backends.size > 0) return;
  if (getGradient(name) === entry.config) replace(name, entry.original);
  for (const input of inputs) replace(gradientName(name, input), undefined);
  registered.delete(name);
}

/** In debug mode, to register a gradient twice would print a warning. */
function replace(name: string, config: GradConfig | undefined): void {
  if (getGradient(name) !== undefined) unregisterGradient(name);
  if (config !== undefined) registerGradient(config);
}

function gradientConfig(name: string, kernel: Differentiable, original: GradConfig | undefined): GradConfig {
  const { inputs, saves } = kernel;
  const gradients = kernel.gradients!;
  return {
    kernelName: name,
    inputsToSave: saves === "inputs" ? [...inputs] : [],
    get outputsToSave() {
      // tfjs reads it when the kernel has run. On other backends its own gradient may need the output.
      return saves === "output" || !isOurs(name, kernel) ? [...(original?.outputsToSave ?? [saves === "output"])] : [];
    },
    gradFunc(dy, saved, attributes) {
      const named = nameSaved(kernel, saved);
      const all: Tensors = { ...named, dy };
      const hasPlan = Object.values(gradients).every((gradient) => {
        const shapes = gradient.inputs.map((input) => all[input].shape);
        return gradient.plan(shapes, attributes) !== undefined;
      });
      const isLast = kernel.isPiecewiseLinear || original === undefined || !engine().isTapeOn();
      if (isLast && hasPlan && isOurs(name, kernel)) {
        return lazily(Object.keys(gradients), (input) => {
          return engine().runKernel(gradientName(name, input), pick(gradients[input].inputs, all), attributes);
        });
      }
      if (original === undefined) throw new Error(`Cannot compute gradient: gradient function not found for ${name}.`);
      return ofTensorflow(name, kernel, original, all, attributes);
    },
  };
}

/** Whether lanewise computes the gradient on the backend that runs. */
function isOurs(name: string, kernel: Differentiable): boolean {
  return Object.keys(kernel.gradients!).every((input) => isRegistered(gradientName(name, input), getBackend()));
}

/** The saved tensors by the names that the gradient's kernels have for them; an output that was saved beside inputs is y. */
function nameSaved({ inputs, saves }: Differentiable, saved: readonly Tensor[]): Tensors {
  const names = saves === "inputs" ? [...inputs, "y"] : ["y"];
  return Object.fromEntries(saved.map((tensor, i) => [names[i], tensor]));
}

/** A gradient for each name, made when tfjs asks for it. */
function lazily(names: readonly string[], make: (name: string) => Tensor): Gradients {
  return Object.fromEntries(names.map((name) => [name, () => make(name)]));
}

function pick(names: readonly string[], tensors: Tensors): Tensors {
  return Object.fromEntries(names.map((name) => [name, tensors[name]]));
}

/** tfjs's own gradient. Where it takes an output that wasn't saved, that is computed again. */
function ofTensorflow(
  name: string,
  { inputs }: Differentiable,
  original: GradConfig,
  { dy, ...named }: Tensors,
  attributes: Attributes,
): Gradients {
  const saved = (original.inputsToSave ?? []).map((input) => named[input]);
  if (original.outputsToSave?.[0]) {
    saved.push(named.y ?? engine().runKernel(name, pick(inputs, named), attributes));
  }
  return original.gradFunc(dy, saved, attributes);
}

/** The gradient of the kernel that computes the gradient of a function of straight pieces. */
function secondGradient(kernelName: string): GradConfig {
  return {
    kernelName,
    inputsToSave: ["x"],
    gradFunc: (ddy, [x], attributes) => ({
      x: () => zerosLike(x),
      dy: () => engine().runKernel(kernelName, { x, dy: ddy }, attributes),
    }),
  };
}
