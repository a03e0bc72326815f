/**
 * The node tests of ONNX's Attention by name, as onnx/backend/test/case/node/attention.py of onnx/onnx has them up to opset 25, with their
 * shapes and attributes: https://github.com/onnx/onnx/blob/main/onnx/backend/test/case/node/attention.py. Each has a second one,
 * "…_expanded", of the same inputs and results, by the function's body.
 */

/** The attributes and inputs of a test. */
export interface Attention {
  /** The lengths of the axes, of which queries are of as many heads as `heads` says first, keys and values as it says then. */
  readonly batch: number;
  readonly heads: readonly [queries: number, keys: number];
  readonly queries: number;
  /** The keys, less those of the cache, `past`. */
  readonly keys: number;
  readonly past: number;
  /** The numbers of a query and a key, and of a value. */
  readonly size: number;
  readonly valueSize: number;
  /** Whether queries, keys and values are [batch, sequence, heads · size], not [batch, heads, sequence, size]. */
  readonly is3d: boolean;
  /** Whether the numbers are those of half precision. */
  readonly isHalf: boolean;
  readonly scale: number | undefined;
  readonly softcap: number | undefined;
  readonly isCausal: boolean;
  /** The shape of attn_mask of floats, which may have fewer keys than there are: the others are masked; and the keys where it is -Infinity. */
  readonly bias: readonly number[] | undefined;
  readonly biasMasksFrom: number;
  /** The shape of attn_mask of booleans, and its elements, where they are no random ones. */
  readonly mask: readonly number[] | undefined;
  readonly bytes: readonly number[] | undefined;
  /** nonpad_kv_seqlen: how many keys of each batch there are, the others are padding. */
  readonly valid: readonly number[] | undefined;
  /** local_window_size: how many keys a query sees, itself the last. */
  readonly window: number | undefined;
  /** qk_matmul_output_mode, where that output is asked for. */
  readonly mode: 0 | 1 | 2 | 3 | undefined;
}

const DEFAULTS: Attention = {
  ...{ batch: 2, heads: [3, 3], queries: 4, keys: 6, past: 0, size: 8, valueSize: 8, is3d: false, isHalf: false },
  ...{ scale: undefined, softcap: undefined, isCausal: false, bias: undefined, biasMasksFrom: Infinity },
  ...{ mask: undefined, bytes: undefined, valid: undefined, window: undefined, mode: undefined },
};

const gqa = { heads: [9, 3] } as const;
const diff = { valueSize: 10 };
const causal = { isCausal: true };
const scaled = { scale: 1e-2 };
const half = { isHalf: true };
const mask2d = { bias: [4, 6] };
const cached = { past: 12, bias: [4, 18] };
const cached3d = { past: 12, bias: [2, 1, 4, 18] };
const cached4d = { past: 12, bias: [2, 3, 4, 18] };
const small = { batch: 1, heads: [2, 2], queries: 2, keys: 2 } as const;
const negInf = { batch: 1, heads: [1, 1], softcap: 0.5, bias: [4, 6], biasMasksFrom: 4 } as const;
const decode = { heads: [4, 2], queries: 1, keys: 8, valid: [8, 5], isCausal: true } as const;
const emptyRow = { ...small, mask: [2, 2], bytes: [0, 0, 1, 1] };

/** With Q, K and V of four axes and of three there are these, of which the latter have a larger softcap. */
const both = (softcap: number): Record<string, Partial<Attention>> => ({
  "": {},
  _gqa: gqa,
  _diff_heads_sizes: diff,
  _scaled: scaled,
  _gqa_scaled: { ...gqa, ...scaled },
  _diff_heads_sizes_scaled: { ...diff, ...scaled },
  _causal: causal,
  _gqa_causal: { ...gqa, ...causal },
  _diff_heads_sizes_causal: { ...diff, ...causal },
  _attn_mask: mask2d,
  _gqa_attn_mask: { ...gqa, ...mask2d },
  _diff_heads_sizes_attn_mask: { ...diff, ...mask2d },
  _softcap: { softcap },
  _gqa_softcap: { ...gqa, softcap },
  _diff_heads_sizes_softcap: { ...diff, softcap },
  _with_past_and_present: cached,
  _gqa_with_past_and_present: { ...gqa, ...cached },
  _diff_heads_with_past_and_present: { ...diff, ...cached },
  _with_past_and_present_qk_matmul: { ...cached, mode: 0 },
  _with_past_and_present_qk_matmul_bias: { ...cached, mode: 2 },
});

const of4d: Record<string, Partial<Attention>> = {
  ...both(2),
  _fp16: half,
  _attn_mask_3d: { bias: [2, 1, 4, 6] },
  _attn_mask_3d_causal: { bias: [2, 1, 4, 6], ...causal },
  _attn_mask_4d: { bias: [2, 3, 4, 6] },
  _attn_mask_4d_causal: { bias: [2, 3, 4, 6], ...causal },
  _attn_mask_bool: { mask: [4, 6] },
  _attn_mask_bool_4d: { mask: [2, 3, 4, 6] },
  _gqa_with_past_and_present_fp16: { ...gqa, ...cached, ...half },
  _diff_heads_with_past_and_present_mask3d: { ...diff, ...cached3d },
  _diff_heads_with_past_and_present_mask4d: { ...diff, ...cached4d },
  _with_qk_matmul: { mode: 0 },
  _with_qk_matmul_bias: { ...mask2d, mode: 2 },
  _with_qk_matmul_softcap: { ...mask2d, softcap: 2, mode: 1 },
  _with_qk_matmul_softmax: { ...mask2d, mode: 3 },
  _with_past_and_present_qk_matmul_bias_3d_mask: { ...cached3d, mode: 2 },
  _with_past_and_present_qk_matmul_bias_4d_mask: { ...cached4d, mode: 2 },
  _with_past_and_present_qk_matmul_bias_3d_mask_causal: { ...cached3d, ...causal, mode: 2 },
  _with_past_and_present_qk_matmul_bias_4d_mask_causal: { ...cached4d, ...causal, mode: 2 },
  _diff_heads_mask4d_padded_kv: { ...diff, bias: [2, 3, 4, 4], valid: [3, 4] },
  _softcap_neginf_mask: negInf,
  _softcap_neginf_mask_poison: negInf,
  _gqa_causal_nonpad_decode: decode,
  _gqa_causal_nonpad_decode_fp16: { ...decode, ...half },
  _causal_nonpad_continued_prefill: { ...small, keys: 4, valid: [4], ...causal },
  _causal_with_past_and_present: { keys: 4, past: 3, ...causal },
  _causal_nonpad_negative_offset_structural_empty: { ...small, queries: 4, keys: 4, valid: [2], ...causal },
  _causal_nonpad_attn_mask_composition: {
    ...{ heads: [2, 2], queries: 3, valid: [4, 5], ...causal, mask: [2, 1, 3, 6] },
    bytes: [1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0, 1, 1, 0],
  },
  _causal_nonpad_batch_prefill: { batch: 3, heads: [2, 2], queries: 2, valid: [4, 5, 6], ...causal },
};

const of3d: Record<string, Partial<Attention>> = {
  ...both(3),
  _with_past_and_present_qk_matmul_softcap: { ...cached, softcap: 2, mode: 1 },
  _with_past_and_present_qk_matmul_softmax: { ...cached, mode: 3 },
  _transpose_verification: { batch: 1, queries: 2, keys: 2, size: 4, valueSize: 4 },
  _local_window: { window: 3 },
};

const ofBoth: Record<string, Partial<Attention>> = {
  causal_boolmask_nan_robustness: { ...small, mask: [2, 2], bytes: [1, 0, 0, 0], ...causal },
  "23_boolmask_fullymasked_row_nan_robustness": emptyRow,
  "23_fullymasked_qk_matmul_output_mode3_zero": { ...emptyRow, mode: 3 },
  "24_fullymasked_qk_matmul_output_mode3_zero": { ...emptyRow, mode: 3 },
  "24_qk_matmul_output_mode3_softmax_precision": { ...emptyRow, ...half, mode: 3 },
  local_window: { window: 3 },
  local_window_default: {},
  local_window_causal: { window: 3, ...causal },
  local_window_with_past: { window: 3, keys: 2, past: 8 },
  // Its attn_mask is [batch, queries, keys], without heads.
  local_window_ext_cache_3d_mask: { keys: 8, window: 3, valid: [6, 7], bias: [2, 1, 4, 8] },
};

/** The tests, each with its name there. */
export const attentions: readonly (readonly [name: string, attention: Attention])[] = [
  ...Object.entries(of4d).map(([name, given]) => [`4d${name}`, given] as const),
  ...Object.entries(of3d).map(([name, given]) => [`3d${name}`, { ...given, is3d: true }] as const),
  ...Object.entries(ofBoth),
].map(([name, given]) => [`test_attention_${name}`, { ...DEFAULTS, ...given }]);

/** Why an output isn't what attentionSoftmax gives, by qk_matmul_output_mode: that of mode 3 is, and Y is its product with V. */
export const UNSAID: Readonly<Record<0 | 1 | 2, string>> = {
  0: "the scores that it takes, scaled: a product of matrices, which lanewise has none of",
  1: "the capped scores, which it keeps to itself: softcap · tanh(scale · x / softcap), by tanh and the caller's loops",
  2: "the scores with their bias and -Infinity where they are masked, which it keeps to itself",
};
