// The Verilated side of the speed comparison: one process, one thread, no
// pipes, no events and no tracing. It holds all stimuli in memory, plays them
// through the host bus and reports two times: of the cycles in which the
// controller runs ticks, and of all cycles, bus transfers included.
//
//   bench FILE      reads the stimuli, then from stdin a line a pass; answers
//                   "tick_cycles tick_seconds all_cycles all_seconds"
//
// The stimuli file is 32-bit little-endian words: samples, then for each the
// number of writes, (address, data) of each, ticks, cycles, number of events,
// (meta, data) of each. How long a sample takes is given, not polled for, so
// that the model evaluates no cycle for the host's sake while it runs; cycles
// and events are compared, so a wrong number is an error and not a speed.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

#include "Vsnnc_top.h"
#include "registers.h"  // written by the benchmark from host/regmap
#include "verilated.h"

namespace {

double now() {
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

VerilatedContext context;
Vsnnc_top* top;
uint64_t evaluated = 0;

inline void cycle() {
    top->i_clk = 0;
    top->eval();
    top->i_clk = 1;
    top->eval();
    ++evaluated;
}

// transfer holds a request until the cycle in which ready is high.
uint32_t transfer(bool write, uint32_t addr, uint32_t data) {
    top->i_valid = 1;
    top->i_write = write;
    top->i_addr = addr;
    top->i_wdata = data;
    for (int i = 0; i < 1 << 16; ++i) {
        top->i_clk = 0;
        top->eval();
        const bool ready = top->o_ready;
        const uint32_t got = top->o_rdata;
        top->i_clk = 1;
        top->eval();
        ++evaluated;
        if (ready) {
            top->i_valid = 0;
            return got;
        }
    }
    std::fprintf(stderr, "the host bus does not answer address %u\n", addr);
    std::exit(1);
}

uint32_t read(uint32_t addr) { return transfer(false, addr, 0); }

[[noreturn]] void differs(uint32_t sample, const char* what, uint64_t got, uint64_t want) {
    std::fprintf(stderr, "sample %u: %s is %llu; the simulator has %llu\n", sample, what,
                 static_cast<unsigned long long>(got), static_cast<unsigned long long>(want));
    std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {
    context.commandArgs(argc, argv);
    if (argc < 2) return 2;
    FILE* f = std::fopen(argv[1], "rb");
    if (!f) return 2;
    std::vector<uint32_t> stimuli;
    for (uint32_t w; std::fread(&w, 4, 1, f) == 1;) stimuli.push_back(w);
    std::fclose(f);

    top = new Vsnnc_top(&context);
    top->i_rst = 1;
    for (int i = 0; i < 4; ++i) cycle();
    top->i_rst = 0;
    cycle();
    std::puts("ready");
    std::fflush(stdout);

    for (char line[16]; std::fgets(line, sizeof line, stdin);) {
        const uint32_t* p = stimuli.data();
        const uint32_t samples = *p++;
        double ticking = 0;
        uint64_t tick_cycles = 0;
        const uint64_t before = evaluated;
        const double start = now();
        for (uint32_t s = 0; s < samples; ++s) {
            for (uint32_t n = *p++; n > 0; --n, p += 2) transfer(true, p[0], p[1]);
            transfer(true, REG_RUN_TICKS, *p++);
            transfer(true, REG_CTRL, CTRL_RUN | CTRL_NEW_SAMPLE);
            const uint32_t cycles = *p++;
            const double from = now();
            for (uint32_t i = 0; i < cycles; ++i) cycle();
            ticking += now() - from;
            tick_cycles += cycles;
            // The last cycle's registers settle in the next.
            cycle();
            if (read(REG_STATUS) & STATUS_RUNNING) differs(s, "STATUS.running", 1, 0);
            if (const uint32_t got = read(REG_CYCLES_LO); got != cycles) differs(s, "cycles", got, cycles);
            const uint32_t events = *p++;
            if (const uint32_t got = read(REG_EVENTS); got != events) differs(s, "number of events", got, events);
            for (uint32_t i = 0; i < events; ++i, p += 2) {
                if (const uint32_t got = read(EVENTS_BASE + 2 * i); got != p[0]) differs(s, "event", got, p[0]);
                if (const uint32_t got = read(EVENTS_BASE + 2 * i + 1); got != p[1]) differs(s, "event's word", got, p[1]);
            }
            transfer(true, REG_EVENT_POP, events);
        }
        const double all = now() - start;
        std::printf("%llu %.9f %llu %.9f\n", static_cast<unsigned long long>(tick_cycles), ticking,
                    static_cast<unsigned long long>(evaluated - before), all);
        std::fflush(stdout);
    }
    top->final();
    delete top;
    return 0;
}
