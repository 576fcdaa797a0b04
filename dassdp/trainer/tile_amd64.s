#include "textflag.h"
#include "go_asm.h"

// One row of a tile of 16 columns: both accumulators += (a + offset DX)·(Y8, Y9),
// a product and a sum that round each, as gonum's do.
#define ROW16(a, low, high) \
	VBROADCASTSS (a)(DX*1), Y10 \
	VMULPS       Y8, Y10, Y11   \
	VMULPS       Y9, Y10, Y12   \
	VADDPS       Y11, low, low  \
	VADDPS       Y12, high, high

// ROW16 on registers twice as wide.
#define ROW32(a, low, high) \
	VBROADCASTSS (a)(DX*1), Z10 \
	VMULPS       Z8, Z10, Z11   \
	VMULPS       Z9, Z10, Z12   \
	VADDPS       Z11, low, low  \
	VADDPS       Z12, high, high

#define ROW8(a, acc) \
	VBROADCASTSS (a)(DX*1), Y10 \
	VMULPS       Y8, Y10, Y11   \
	VADDPS       Y11, acc, acc

// func tile16(t *tile)
//
// Four rows of 16 columns. R8..R11 the rows of a, R12, R13, R15 and BX those of
// c, SI the row of b, DX the place in a's rows, Y0..Y7 the sums.
TEXT ·tile16(SB), NOSPLIT, $0-8
	MOVQ   t+0(FP), DI
	MOVQ   tile_a(DI), R8
	MOVQ   tile_a+8(DI), R9
	MOVQ   tile_a+16(DI), R10
	MOVQ   tile_a+24(DI), R11
	MOVQ   tile_c(DI), R12
	MOVQ   tile_c+8(DI), R13
	MOVQ   tile_c+16(DI), R15
	MOVQ   tile_c+24(DI), BX
	MOVQ   tile_b(DI), SI
	MOVQ   tile_step(DI), AX
	MOVQ   tile_next(DI), R14
	MOVQ   tile_k(DI), CX
	XORQ   DX, DX
	CMPB   tile_add(DI), $0
	JEQ    clear16
	VMOVUPS (R12), Y0
	VMOVUPS 32(R12), Y1
	VMOVUPS (R13), Y2
	VMOVUPS 32(R13), Y3
	VMOVUPS (R15), Y4
	VMOVUPS 32(R15), Y5
	VMOVUPS (BX), Y6
	VMOVUPS 32(BX), Y7
	JMP    loop16

clear16:
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3
	VXORPS Y4, Y4, Y4
	VXORPS Y5, Y5, Y5
	VXORPS Y6, Y6, Y6
	VXORPS Y7, Y7, Y7

loop16:
	VMOVUPS (SI), Y8
	VMOVUPS 32(SI), Y9
	ROW16(R8, Y0, Y1)
	ROW16(R9, Y2, Y3)
	ROW16(R10, Y4, Y5)
	ROW16(R11, Y6, Y7)
	ADDQ   AX, DX
	ADDQ   R14, SI
	DECQ   CX
	JNE    loop16

	VMOVUPS Y0, (R12)
	VMOVUPS Y1, 32(R12)
	VMOVUPS Y2, (R13)
	VMOVUPS Y3, 32(R13)
	VMOVUPS Y4, (R15)
	VMOVUPS Y5, 32(R15)
	VMOVUPS Y6, (BX)
	VMOVUPS Y7, 32(BX)
	VZEROUPPER
	RET

// func tile32(t *tile)
//
// tile16 on registers of 16 values.
TEXT ·tile32(SB), NOSPLIT, $0-8
	MOVQ   t+0(FP), DI
	MOVQ   tile_a(DI), R8
	MOVQ   tile_a+8(DI), R9
	MOVQ   tile_a+16(DI), R10
	MOVQ   tile_a+24(DI), R11
	MOVQ   tile_c(DI), R12
	MOVQ   tile_c+8(DI), R13
	MOVQ   tile_c+16(DI), R15
	MOVQ   tile_c+24(DI), BX
	MOVQ   tile_b(DI), SI
	MOVQ   tile_step(DI), AX
	MOVQ   tile_next(DI), R14
	MOVQ   tile_k(DI), CX
	XORQ   DX, DX
	CMPB   tile_add(DI), $0
	JEQ    clear32
	VMOVUPS (R12), Z0
	VMOVUPS 64(R12), Z1
	VMOVUPS (R13), Z2
	VMOVUPS 64(R13), Z3
	VMOVUPS (R15), Z4
	VMOVUPS 64(R15), Z5
	VMOVUPS (BX), Z6
	VMOVUPS 64(BX), Z7
	JMP    loop32

clear32:
	VPXORQ Z0, Z0, Z0
	VPXORQ Z1, Z1, Z1
	VPXORQ Z2, Z2, Z2
	VPXORQ Z3, Z3, Z3
	VPXORQ Z4, Z4, Z4
	VPXORQ Z5, Z5, Z5
	VPXORQ Z6, Z6, Z6
	VPXORQ Z7, Z7, Z7

loop32:
	VMOVUPS (SI), Z8
	VMOVUPS 64(SI), Z9
	ROW32(R8, Z0, Z1)
	ROW32(R9, Z2, Z3)
	ROW32(R10, Z4, Z5)
	ROW32(R11, Z6, Z7)
	ADDQ   AX, DX
	ADDQ   R14, SI
	DECQ   CX
	JNE    loop32

	VMOVUPS Z0, (R12)
	VMOVUPS Z1, 64(R12)
	VMOVUPS Z2, (R13)
	VMOVUPS Z3, 64(R13)
	VMOVUPS Z4, (R15)
	VMOVUPS Z5, 64(R15)
	VMOVUPS Z6, (BX)
	VMOVUPS Z7, 64(BX)
	VZEROUPPER
	RET

// func tile8(t *tile)
//
// Four rows of up to eight columns: those of t.mask. Y9 is the mask.
TEXT ·tile8(SB), NOSPLIT, $0-8
	MOVQ   t+0(FP), DI
	MOVQ   tile_a(DI), R8
	MOVQ   tile_a+8(DI), R9
	MOVQ   tile_a+16(DI), R10
	MOVQ   tile_a+24(DI), R11
	MOVQ   tile_c(DI), R12
	MOVQ   tile_c+8(DI), R13
	MOVQ   tile_c+16(DI), R15
	MOVQ   tile_c+24(DI), BX
	MOVQ   tile_b(DI), SI
	MOVQ   tile_step(DI), AX
	MOVQ   tile_next(DI), R14
	MOVQ   tile_k(DI), CX
	XORQ   DX, DX
	VMOVUPS tile_mask(DI), Y9
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3
	CMPB   tile_add(DI), $0
	JEQ    loop8
	VMASKMOVPS (R12), Y9, Y0
	VMASKMOVPS (R13), Y9, Y1
	VMASKMOVPS (R15), Y9, Y2
	VMASKMOVPS (BX), Y9, Y3

loop8:
	VMASKMOVPS (SI), Y9, Y8
	ROW8(R8, Y0)
	ROW8(R9, Y1)
	ROW8(R10, Y2)
	ROW8(R11, Y3)
	ADDQ   AX, DX
	ADDQ   R14, SI
	DECQ   CX
	JNE    loop8

	VMASKMOVPS Y0, Y9, (R12)
	VMASKMOVPS Y1, Y9, (R13)
	VMASKMOVPS Y2, Y9, (R15)
	VMASKMOVPS Y3, Y9, (BX)
	VZEROUPPER
	RET
