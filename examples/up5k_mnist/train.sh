#!/bin/sh
# Trains up5k_mnist.json anew: 784-320-10, T = 8, 4-bit weights, 1,016,320 bits of them, so that they fit the four SPRAMs (1,048,576 bits) of an iCE40 UP5K.
# First with real weights, then on the compiler's 4-bit integers. Needs MNIST (SNNC_DATA). In the repository's root: make build && sh examples/up5k_mnist/train.sh
set -eu
out=${1:-build/up5k_mnist}
build/snnc train examples/up5k_mnist/untrained.json --data mnist -o "$out/float.json" --epochs 60 --lr 3e-3 --label-smoothing 0.03 --augment shift=1 \
  --checkpoint "$out/float.state" --resume --log "$out/float.log"
build/snnc train "$out/float.json" --data mnist -o "$out/up5k_mnist.json" --epochs 20 --lr 1.5e-3 --label-smoothing 0.03 --augment shift=1 --quantise 4 \
  --checkpoint "$out/4bit.state" --resume --log "$out/4bit.log"
build/snnc compare "$out/up5k_mnist.json" --data mnist --weight-bits 4 --samples 0
