#include "textflag.h"

// func addEightLanes(dst *float64, rows *[8]*float64, n int)
TEXT ·addEightLanes(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DI
	MOVQ rows+8(FP), SI
	MOVQ n+16(FP), CX
	MOVQ 0(SI), R8
	MOVQ 8(SI), R9
	MOVQ 16(SI), R10
	MOVQ 24(SI), R11
	MOVQ 32(SI), R12
	MOVQ 40(SI), R13
	MOVQ 48(SI), BX
	MOVQ 56(SI), DX
	XORQ AX, AX
	SHLQ $3, CX

loop:
	VMOVUPD (R8)(AX*1), Y0
	VADDPD  (R9)(AX*1), Y0, Y0
	VMOVUPD (R10)(AX*1), Y1
	VADDPD  (R11)(AX*1), Y1, Y1
	VMOVUPD (R12)(AX*1), Y2
	VADDPD  (R13)(AX*1), Y2, Y2
	VMOVUPD (BX)(AX*1), Y3
	VADDPD  (DX)(AX*1), Y3, Y3
	VADDPD  Y1, Y0, Y0
	VADDPD  Y3, Y2, Y2
	VADDPD  Y2, Y0, Y0
	VADDPD  (DI)(AX*1), Y0, Y0
	VMOVUPD Y0, (DI)(AX*1)
	ADDQ    $32, AX
	CMPQ    AX, CX
	JLT     loop
	VZEROUPPER
	RET

// func gatedLanes(dst, table *float64, gate float64, class *uint8, n int)
//
// The 16 entries are multiplied once, Z1 and Z2, and permuted by the classes.
TEXT ·gatedLanes(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ table+8(FP), SI
	VBROADCASTSD gate+16(FP), Z0
	MOVQ class+24(FP), DX
	MOVQ n+32(FP), CX
	VMULPD (SI), Z0, Z1
	VMULPD 64(SI), Z0, Z2

eight:
	VPMOVZXBQ (DX), Z3
	VPERMI2PD Z2, Z1, Z3
	VMOVUPD Z3, (DI)
	ADDQ $64, DI
	ADDQ $8, DX
	SUBQ $8, CX
	JNE  eight
	VZEROUPPER
	RET
