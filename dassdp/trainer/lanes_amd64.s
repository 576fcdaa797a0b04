#include "textflag.h"
#include "go_asm.h"

// Y15 holds 1 in every lane throughout.
#define ONES \
	VPCMPEQD Y15, Y15, Y15 \
	VPSRLD   $25, Y15, Y15 \
	VPSLLD   $23, Y15, Y15

// Eight neurons a step on; 0x1E compares by >, 0x1D by >=, both false for NaN.
#define STEP(compare) \
	VMOVUPS   (R8)(AX*1), Y0       \
	VMULPS    (R9)(AX*1), Y0, Y0   \
	VMOVUPS   (R10)(AX*1), Y1      \
	VMULPS    (R11)(AX*1), Y1, Y1  \
	VADDPS    Y1, Y0, Y0           \
	VADDPS    (R12)(AX*1), Y0, Y0  \
	VMOVUPS   Y0, (R13)(AX*1)      \
	VCMPPS    $compare, (SI)(AX*1), Y0, Y2 \
	VANDPS    Y15, Y2, Y3          \
	VMOVUPS   Y3, (BX)(AX*1)       \
	VMOVUPS   (DX)(AX*1), Y4       \
	VBLENDVPS Y2, Y4, Y0, Y0       \
	VMOVUPS   Y0, (R8)(AX*1)

// func stepLanes(s *lanes, n int, atLeast bool)
TEXT ·stepLanes(SB), NOSPLIT, $0-17
	MOVQ s+0(FP), DI
	MOVQ n+8(FP), CX
	MOVQ lanes_post(DI), R8
	MOVQ lanes_decay(DI), R9
	MOVQ lanes_x(DI), R10
	MOVQ lanes_gain(DI), R11
	MOVQ lanes_bias(DI), R12
	MOVQ lanes_v(DI), R13
	MOVQ lanes_theta(DI), SI
	MOVQ lanes_y(DI), BX
	MOVQ lanes_reset(DI), DX
	ONES
	XORQ AX, AX
	SHLQ $2, CX
	CMPB atLeast+16(FP), $0
	JNE  atLeast

above:
	STEP(0x1E)
	ADDQ $32, AX
	CMPQ AX, CX
	JLT  above
	VZEROUPPER
	RET

atLeast:
	STEP(0x1D)
	ADDQ $32, AX
	CMPQ AX, CX
	JLT  atLeast
	VZEROUPPER
	RET

// func backLanes(s *lanes, n int, half, k float32, add bool)
TEXT ·backLanes(SB), NOSPLIT, $0-25
	MOVQ s+0(FP), DI
	MOVQ n+8(FP), CX
	VBROADCASTSS half+16(FP), Y13
	VBROADCASTSS k+20(FP), Y14
	MOVQ lanes_carry(DI), R8
	MOVQ lanes_decay(DI), R9
	MOVQ lanes_gx(DI), R10
	MOVQ lanes_gain(DI), R11
	MOVQ lanes_gy(DI), R12
	MOVQ lanes_v(DI), R13
	MOVQ lanes_theta(DI), SI
	MOVQ lanes_y(DI), BX
	MOVBQZX add+24(FP), DX
	ONES
	XORQ AX, AX
	SHLQ $2, CX

back:
	// the surrogate: half/(1 + (k·(v − θ))²)
	VMOVUPS (R13)(AX*1), Y0
	VSUBPS  (SI)(AX*1), Y0, Y0
	VMULPS  Y14, Y0, Y0
	VMULPS  Y0, Y0, Y0
	VADDPS  Y0, Y15, Y0
	VDIVPS  Y0, Y13, Y0
	// gy·s + carry·(1 − y)
	VMULPS  (R12)(AX*1), Y0, Y0
	VSUBPS  (BX)(AX*1), Y15, Y1
	VMULPS  (R8)(AX*1), Y1, Y1
	VADDPS  Y1, Y0, Y0
	VMULPS  (R9)(AX*1), Y0, Y1
	VMOVUPS Y1, (R8)(AX*1)
	VMULPS  (R11)(AX*1), Y0, Y0
	TESTQ   DX, DX
	JEQ     store
	VADDPS  (R10)(AX*1), Y0, Y0

store:
	VMOVUPS Y0, (R10)(AX*1)
	ADDQ    $32, AX
	CMPQ    AX, CX
	JLT     back
	VZEROUPPER
	RET

// func addLanes(dst, src *float32, n int)
TEXT ·addLanes(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ n+16(FP), CX
	XORQ AX, AX
	SHLQ $2, CX

sum:
	VMOVUPS (DI)(AX*1), Y0
	VADDPS  (SI)(AX*1), Y0, Y0
	VMOVUPS Y0, (DI)(AX*1)
	ADDQ    $32, AX
	CMPQ    AX, CX
	JLT     sum
	VZEROUPPER
	RET

// func classLanes(class *uint8, v *float32, n, T, stride int, last bool) int
//
// Eight neurons go through the steps, backwards for the first spike, so that the
// one that is looked at last stays. Y0 their classes, Y1 the step, Y13 from a step
// to the next, Y11 the step at the beginning, Y12 T; R9 and R10 the same of
// addresses; R12 counts the neurons that fired.
TEXT ·classLanes(SB), NOSPLIT, $0-56
	MOVQ class+0(FP), DI
	MOVQ v+8(FP), SI
	MOVQ n+16(FP), CX
	MOVQ T+24(FP), DX
	MOVQ stride+32(FP), R10
	VMOVQ DX, X12
	VPBROADCASTD X12, Y12
	VPCMPEQD Y13, Y13, Y13 // −1
	VPADDD Y13, Y12, Y11   // T − 1
	MOVQ DX, R9
	DECQ R9
	IMULQ R10, R9          // the last step
	NEGQ R10
	CMPB last+40(FP), $0
	JEQ  ready
	XORQ R9, R9
	NEGQ R10
	VPXOR Y11, Y11, Y11
	VPABSD Y13, Y13        // 1

ready:
	VPXOR Y14, Y14, Y14
	MOVQ CX, R12

neurons:
	VMOVDQA Y12, Y0
	VMOVDQA Y11, Y1
	LEAQ (SI)(R9*1), R8
	MOVQ DX, BX

steps:
	VPCMPEQD (R8), Y14, Y2
	VBLENDVPS Y2, Y0, Y1, Y0
	VPADDD Y13, Y1, Y1
	ADDQ R10, R8
	DECQ BX
	JNE  steps

	VPCMPEQD Y12, Y0, Y3
	VMOVMSKPS Y3, AX
	POPCNTL AX, AX
	SUBQ AX, R12
	VEXTRACTI128 $1, Y0, X4
	VPACKUSDW X4, X0, X5
	VPACKUSWB X5, X5, X5
	VMOVQ X5, (DI)
	ADDQ $8, DI
	ADDQ $32, SI
	SUBQ $8, CX
	JNE  neurons
	VZEROUPPER
	MOVQ R12, ret+48(FP)
	RET
