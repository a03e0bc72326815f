// The same functions as plain loops in C++, as the machine's own limit: built by ../native.ts with every vector
// instruction of this machine, and with arithmetic that may be reordered, so that the compiler calls libmvec.
//
// Reads lines "function elements calls" and answers each with the nanoseconds that all calls took together.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

using Loop = void (*)(const float* __restrict x, float* __restrict y, size_t n);

static void expLoop(const float* __restrict x, float* __restrict y, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] = std::exp(x[i]);
}

static void sigmoidLoop(const float* __restrict x, float* __restrict y, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] = 1 / (1 + std::exp(-x[i]));
}

static void tanhLoop(const float* __restrict x, float* __restrict y, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] = std::tanh(x[i]);
}

static void softmaxLoop(const float* __restrict x, float* __restrict y, size_t n) {
  float max = x[0];
  for (size_t i = 1; i < n; i++) max = std::max(max, x[i]);
  float sum = 0;
  for (size_t i = 0; i < n; i++) {
    y[i] = std::exp(x[i] - max);
    sum += y[i];
  }
  for (size_t i = 0; i < n; i++) y[i] /= sum;
}

static void reluLoop(const float* __restrict x, float* __restrict y, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] = x[i] > 0 ? x[i] : 0;
}

int main() {
  const std::unordered_map<std::string, Loop> loops = {
      {"exp", expLoop}, {"sigmoid", sigmoidLoop}, {"tanh", tanhLoop}, {"softmax", softmaxLoop}, {"relu", reluLoop}};
  std::vector<float> x, y;
  std::mt19937 random(1);
  std::normal_distribution<float> normal(0, 3);
  char name[32];
  size_t n, calls;
  while (std::scanf("%31s %zu %zu", name, &n, &calls) == 3) {
    const Loop loop = loops.at(name);
    while (x.size() < n) x.push_back(normal(random));
    y.resize(x.size());
    const auto begin = std::chrono::steady_clock::now();
    for (size_t i = 0; i < calls; i++) loop(x.data(), y.data(), n);
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
    std::printf("%.0f\n", took.count());
    std::fflush(stdout);
  }
}
