// The samplers of llama.cpp, by the library that node-llama-cpp's package has in it, over the logits and the history of a file.
//
// Reads lines "filters calls" and answers with the nanoseconds that so many tokens took: each copies the logits to a list of candidates,
// as llama_sampler_sample does, has the chain filter them, and draws. What the library's header declares stands here, since the package
// has no header.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

struct llama_sampler;
struct llama_sampler_chain_params {
  bool no_perf;
};
struct llama_token_data {
  int32_t id;
  float logit;
  float p;
};
struct llama_token_data_array {
  llama_token_data* data;
  size_t size;
  int64_t selected;
  bool sorted;
};

extern "C" {
llama_sampler* llama_sampler_chain_init(llama_sampler_chain_params params);
void llama_sampler_chain_add(llama_sampler* chain, llama_sampler* sampler);
void llama_sampler_apply(llama_sampler* sampler, llama_token_data_array* candidates);
void llama_sampler_accept(llama_sampler* sampler, int32_t token);
void llama_sampler_free(llama_sampler* sampler);
llama_sampler* llama_sampler_init_dist(uint32_t seed);
llama_sampler* llama_sampler_init_temp(float t);
llama_sampler* llama_sampler_init_temp_ext(float t, float delta, float exponent);
llama_sampler* llama_sampler_init_top_k(int32_t k);
llama_sampler* llama_sampler_init_top_p(float p, size_t min_keep);
llama_sampler* llama_sampler_init_min_p(float p, size_t min_keep);
llama_sampler* llama_sampler_init_typical(float p, size_t min_keep);
llama_sampler* llama_sampler_init_top_n_sigma(float n);
llama_sampler* llama_sampler_init_xtc(float p, float t, size_t min_keep, uint32_t seed);
llama_sampler* llama_sampler_init_mirostat_v2(uint32_t seed, float tau, float eta);
llama_sampler* llama_sampler_init_penalties(int32_t last_n, float repeat, float frequency, float presence);
}

/** The chain of a name of bench/samplers.ts; null if llama.cpp has no such filter. */
static llama_sampler* chainOf(const std::string& name, int32_t history) {
  llama_sampler* chain = llama_sampler_chain_init({true});
  const auto add = [&](llama_sampler* sampler) { llama_sampler_chain_add(chain, sampler); };
  if (name == "temperature") add(llama_sampler_init_temp(0.7f));
  else if (name == "dynamicTemperature") add(llama_sampler_init_temp_ext(1, 0.5f, 1));
  else if (name == "topK") add(llama_sampler_init_top_k(40));
  else if (name == "topP") add(llama_sampler_init_top_p(0.95f, 1));
  else if (name == "minP") add(llama_sampler_init_min_p(0.05f, 1));
  else if (name == "typicalP") add(llama_sampler_init_typical(0.95f, 1));
  else if (name == "topNSigma") add(llama_sampler_init_top_n_sigma(1));
  else if (name == "xtc") add(llama_sampler_init_xtc(1, 0.1f, 1, 1));
  else if (name == "repetitionPenalty") add(llama_sampler_init_penalties(history, 1.1f, 0, 0));
  else if (name == "frequencyPenalty") add(llama_sampler_init_penalties(history, 1, 0.1f, 0));
  else if (name == "usual") {
    // As lanewise's chain: the temperature first.
    add(llama_sampler_init_temp(0.7f));
    add(llama_sampler_init_top_k(40));
    add(llama_sampler_init_top_p(0.95f, 1));
    add(llama_sampler_init_min_p(0.05f, 1));
  } else if (name == "mirostat") {
    // It draws itself.
    add(llama_sampler_init_mirostat_v2(1, 5, 0.1f));
    return chain;
  } else {
    llama_sampler_free(chain);
    return nullptr;
  }
  add(llama_sampler_init_dist(1));
  return chain;
}

template <class T>
static std::vector<T> read(const char* path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  std::vector<T> values(file.tellg() / sizeof(T));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(values.data()), values.size() * sizeof(T));
  return values;
}

int main(int, char** arguments) {
  const std::vector<float> logits = read<float>(arguments[1]);
  const std::vector<int32_t> history = read<int32_t>(arguments[2]);
  std::vector<llama_token_data> candidates(logits.size());
  std::string current;
  llama_sampler* chain = nullptr;
  char name[32];
  size_t calls;
  while (std::scanf("%31s %zu", name, &calls) == 2) {
    if (current != name) {
      if (chain != nullptr) llama_sampler_free(chain);
      chain = chainOf(name, static_cast<int32_t>(history.size()));
      current = name;
      if (chain != nullptr)
        for (const int32_t token : history) llama_sampler_accept(chain, token);
    }
    if (chain == nullptr) {
      std::printf("-1\n");
      std::fflush(stdout);
      continue;
    }
    int64_t token = 0;
    const auto begin = std::chrono::steady_clock::now();
    for (size_t i = 0; i < calls; i++) {
      for (size_t id = 0; id < logits.size(); id++) candidates[id] = {static_cast<int32_t>(id), logits[id], 0};
      llama_token_data_array array = {candidates.data(), candidates.size(), -1, false};
      llama_sampler_apply(chain, &array);
      token += array.data[array.selected].id;
    }
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
    std::printf("%.0f\n", token < 0 ? -1.0 : took.count());
    std::fflush(stdout);
  }
}
