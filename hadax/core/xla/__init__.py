"""What works around XLA, and nothing else: the ledger.

`HADAX_PLAIN=1` in the environment does without every trick below, but for the last three, so that
anyone can ask whether one of them is to blame; `plain` reads it while functions are traced.

All were seen on jaxlib 0.10.2's compiler for CPUs. Gains are from docs/performance.md, before and
after, where workloads (a) to (d) are described. What learners alone need lies with them, in
hadax/learners, and asks the same switch.

lanes: a simulator's step with the batch on the last axis.
    Symptom: vmap puts the batch first, so that inner loops go over the three entries of a vector,
      and products of small matrices are calls of a library.
    Gain: hopper on positional 27.2 to 5.3 us a step; other physics 1.3 to 6.1 times faster.
    Plain: jax.vmap. It also takes over, with one warning, where a program cannot be written out.
lanes.materialize, by barrier.barrier: values written to memory within lanes.
    Symptom: elementwise operations are merged into the loops of all that use them, and computed
      again for each; XLA's own barriers are dropped before that.
    Gain: hopper on positional, 32 episodes side by side, 62.5 to 5.6 us a step.
    Plain: no barrier.
barrier.barrier_on_cpu, in learners.gradient: a gradient complete before any weight moves.
    Symptom: every layer is copied at every step, lest a layer below still need its weights.
    Gain: (b), eight steps of training, 2.1 to 1.8 CPU-s.
    Plain: no barrier.
barrier.optimization_barrier, in kernels.convolution: padded images written to memory.
    Symptom: every pixel's edge is looked for within the loop that uses it.
    Gain: not measured by itself.
    Plain: no barrier.
barrier.optimization_barrier, in kernels.products: products of bfloat16 left in their form.
    Symptom: rewritten into a form that CPUs have no bfloat16 for, with what surrounds them; then
      compiling fails.
    Gain: correctness; products of 64 rows in bfloat16 take 0.85 ms, 1.35 in float32.
    Plain: factors are rounded to bfloat16 and multiplied as float32.
the sum of outer products in kernels.products: the gradient of few rows to a narrow layer.
    Symptom: the product that is turned round is taken by XLA's own loops, entry by entry.
    Gain: 32 networks of 64 inputs and 3 outputs, 8 rows, 58 to 2 us; training of hopper's preset
      0.60 to 0.33 CPU-s.
    Plain: the product as JAX has it.
layout: a product's factors row by row, and transposed in memory.
    Symptom: XLA chooses an order of its own, and folds a transpose into the product, which the
      CPU's library then refuses: bfloat16 goes back to float32.
    Gain: the gradient of 512 x 512 weights in bfloat16 0.38 to 0.20 ms; training of (c) in float32
      0.95 to 0.88 CPU-s.
    Plain: the transpose as JAX has it.
rounding: to bfloat16 on the bits of a number.
    Symptom: XLA's conversion takes four times as long.
    Gain: 512 x 512 numbers 68 to 18 us.
    Plain: jax.lax.reduce_precision.
batch_of_one: no batch axis where it is one long.
    Symptom: under vmap even a single network's gradients are written transposed.
    Gain: an Adam step of width 512 1.06 to 0.30 ms.
    Plain: jax.vmap.
conditions: a loop's condition as one number under vmap.
    Symptom: a while loop whose condition has a batch axis selects over all it carries, every step.
    Gain: not measured by itself.
    Plain: jnp.any, of each element by itself.
traces: a simulator's trace kept for the whole search.
    Symptom: jit traces a function anew under shard_map.
    Gain: two to four seconds of a Brax search's start.
    Plain: traced wherever it is called.
kernels.convolution: one matrix product, or a sum of shifted images.
    Symptom: with kernels of each network's own, XLA's convolution is a grouped one, which is slow.
    Gain: Breakout's network 99 to 27 us, its gradient 1,800 to 75 us; grey images 2.5 to 0.8 ms.
    Plain: jax.lax.conv_general_dilated.
kernels.adam: Adam's corrections in two numbers a step.
    Symptom: both moments of every weight are divided by theirs.
    Gain: 0.23 to 0.22 ms a step.
    Plain: optax.adam.
learners.shared_first_layer: first layers that move in the span of the examples.
    Symptom: a step costs as much as the layer has weights; candidates share none of them.
    Gain: not measured by itself.
    Plain: the plain learner. Chosen when a learner is made, not while it is traced.
sequential: matrices decomposed one after another, for orthogonal initial weights.
    Symptom: a batched QR decomposition can wait for ever for its own threads, on two cores.
    Gain: correctness.
    Plain: stays on, since without it nothing comes back.
linear_algebra: one CPU device for searches whose plug-in learner factors matrices.
    Symptom: likewise, a batch of any decomposition, where each device waits on a thread of its own.
    Gain: correctness.
    Plain: stays on, since without it nothing comes back.
sequential: networks trained one after another where each is of another shape.
    Symptom: under vmap a branch chosen by a batched number is none: all are computed.
    Gain: as many times less training as there are shapes.
    Plain: stays on, since it works around vmap and no compiler.
"""
