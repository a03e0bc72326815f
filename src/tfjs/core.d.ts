/**
 * What `lanewise/tfjs` uses of @tensorflow/tfjs-core, which only its users and the test in matrix/tfjs/ install. The types are fewer and
 * stricter than the package's own: only what is read here.
 */
declare module "@tensorflow/tfjs-core" {
  /** A tensor as kernels see it. */
  export interface TensorInfo {
    readonly dataId: object;
    readonly shape: number[];
    readonly dtype: "float32" | "int32" | "bool" | "complex64" | "string";
  }

  export interface Tensor extends TensorInfo {
    readonly size: number;
  }

  export type Attributes = Readonly<Record<string, unknown>>;

  export interface KernelArguments {
    readonly inputs: Readonly<Record<string, TensorInfo>>;
    readonly backend: object;
    readonly attrs?: Attributes | undefined;
  }

  export type KernelFunction = (args: KernelArguments) => TensorInfo;

  export interface KernelConfig {
    readonly kernelName: string;
    readonly backendName: string;
    readonly kernelFunc: KernelFunction;
  }

  export interface GradConfig {
    readonly kernelName: string;
    readonly inputsToSave?: string[];
    readonly outputsToSave?: boolean[];
    readonly gradFunc: (
      dy: Tensor,
      saved: readonly Tensor[],
      attrs: Attributes,
    ) => Readonly<Record<string, () => Tensor>>;
  }

  export function getKernel(kernelName: string, backendName: string): KernelConfig | undefined;
  export function registerKernel(config: KernelConfig): void;
  export function unregisterKernel(kernelName: string, backendName: string): void;
  export function getGradient(kernelName: string): GradConfig | undefined;
  export function registerGradient(config: GradConfig): void;
  export function unregisterGradient(kernelName: string): void;
  export function findBackendFactory(name: string): (() => unknown) | null;
  /** The backend that computes now. */
  export function getBackend(): string;
  export function engine(): {
    /** Whether what is computed is recorded, to be differentiated. */
    isTapeOn(): boolean;
    runKernel(kernelName: string, inputs: Readonly<Record<string, Tensor>>, attrs?: Attributes): Tensor;
  };
  export function zerosLike(x: Tensor): Tensor;
}
