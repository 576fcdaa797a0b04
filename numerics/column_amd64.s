#include "textflag.h"
#include "go_asm.h"

// Even elements of eight, which are the low halves of four.
DATA even<>+0(SB)/8, $0x0000000200000000
DATA even<>+8(SB)/8, $0x0000000600000004
DATA even<>+16(SB)/8, $0x0000000200000000
DATA even<>+24(SB)/8, $0x0000000600000004
GLOBL even<>(SB), RODATA|NOPTR, $32

// func updateVectors(k *kernel, n int) uint64
//
// The loop of membranes on four neurons at a time, in 64-bit lanes. Registers:
// Y10 the membrane, Y11 the product and then the sum, Y12 a drive or the
// threshold, Y13 the level that a spike exceeds, Y14 masks, Y15 zero.
TEXT ·updateVectors(SB), NOSPLIT, $0-24
	MOVQ k+0(FP), DI
	MOVQ n+8(FP), R13
	MOVQ kernel_v(DI), R8
	MOVQ kernel_acc(DI), R9
	MOVQ kernel_decay(DI), R10
	MOVQ kernel_bias(DI), R11
	MOVQ kernel_threshold(DI), R12
	VMOVQ kernel_frac(DI), X0
	VMOVQ kernel_decayBits(DI), X1
	VPBROADCASTQ kernel_round(DI), Y2
	VPBROADCASTQ kernel_lower(DI), Y3
	VPBROADCASTQ kernel_back(DI), Y4
	VPBROADCASTQ kernel_lo(DI), Y5
	VPBROADCASTQ kernel_hi(DI), Y6
	VPBROADCASTQ kernel_strict(DI), Y7
	VPBROADCASTQ kernel_delayed(DI), Y8
	VMOVDQU even<>(SB), Y9
	VPXOR Y15, Y15, Y15
	XORQ AX, AX
	XORQ CX, CX
	JMP test

loop:
	// leak: (p + half + (p < 0 ? lower : 0)) >> DecayBits; 2^62 on top makes the
	// shift of a negative number one of a positive.
	VPMOVSXDQ (R8)(CX*4), Y10
	VPMOVSXDQ (R10)(CX*4), Y11
	VPMULDQ Y11, Y10, Y11
	VPCMPGTQ Y11, Y15, Y12
	VPAND Y3, Y12, Y12
	VPADDQ Y2, Y11, Y11
	VPADDQ Y12, Y11, Y11
	VPSRLQ X1, Y11, Y11
	VPSUBQ Y4, Y11, Y11

	// drive
	VPMOVSXDQ (R9)(CX*4), Y12
	VPSLLQ X0, Y12, Y12
	VPADDQ Y12, Y11, Y11
	VPMOVSXDQ (R11)(CX*4), Y12
	VPADDQ Y12, Y11, Y11

	// what a delayed reset subtracts
	VPMOVSXDQ (R12)(CX*4), Y12
	VPSUBQ Y7, Y12, Y13
	VPCMPGTQ Y13, Y10, Y14
	VPAND Y8, Y14, Y14
	VPAND Y12, Y14, Y14
	VPSUBQ Y14, Y11, Y11

	// saturation
	VPCMPGTQ Y11, Y5, Y14
	VBLENDVPD Y14, Y5, Y11, Y11
	VPCMPGTQ Y6, Y11, Y14
	VBLENDVPD Y14, Y6, Y11, Y11

	// spikes
	VPCMPGTQ Y13, Y11, Y14
	VMOVMSKPD Y14, DX
	SHLQ CX, DX
	ORQ DX, AX

	VPERMD Y11, Y9, Y11
	VMOVDQU X11, (R8)(CX*4)
	ADDQ $4, CX

test:
	CMPQ CX, R13
	JLT loop
	VZEROUPPER
	MOVQ AX, ret+16(FP)
	RET
