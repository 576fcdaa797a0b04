// The part of the harness that is compiled with a design: its clock, its ports
// and, where it has them, its trace ports. model_shape.h is written by the build.
#include "harness.h"

#include "model_shape.h"
#if SNNC_WAVES
#include "verilated_vcd_c.h"
#endif

namespace {

// Verilator gives a port of up to 64 bits an integer and a wider one an array
// of 32-bit words; these overloads make them one thing. The lint of a design
// may find a vector of one bit to be CData: all integers come here.
template <class T>
inline uint32_t port_word(const T& v, size_t i) {
    return i < 2 ? static_cast<uint32_t>(static_cast<uint64_t>(v) >> (32 * i)) : 0;
}
template <std::size_t N>
inline uint32_t port_word(const VlWide<N>& v, size_t i) {
    return i < N ? v[i] : 0;
}

// Bits [at, at + WIDTH) of a port.
template <unsigned WIDTH, class T>
inline uint32_t port_field(const T& v, size_t index) {
    const size_t at = index * WIDTH;
    uint64_t w = port_word(v, at / 32);
    if (at % 32 + WIDTH > 32) w |= static_cast<uint64_t>(port_word(v, at / 32 + 1)) << 32;
    return static_cast<uint32_t>(w >> (at % 32)) & static_cast<uint32_t>((uint64_t{1} << WIDTH) - 1);
}

// each calls f for every bit set in the first n bits of a port.
template <class T, class F>
inline void each(const T& v, unsigned n, F f) {
    for (unsigned i = 0; i * 32 < n; ++i)
        for (uint32_t w = port_word(v, i); w != 0; w &= w - 1) f(i * 32 + __builtin_ctz(w));
}

class Model final : public snnc::Machine {
public:
    explicit Model(VerilatedContext* context) : top_(context) {
#if SNNC_WAVES
        top_.trace(&vcd_, 99);
#endif
    }

    void cycle() override {
        top_.i_rst = rst;
        top_.i_valid = valid;
        top_.i_write = write;
        top_.i_addr = addr;
        top_.i_wdata = wdata;
        top_.i_clk = 0;
        top_.eval();
        ready = top_.o_ready;
        rdata = top_.o_rdata;
#ifdef SNNC_TRACE
        if (!rst) observe();
#endif
#if SNNC_WAVES
        dump(kCycleTime * now_ + kCycleTime / 2);
#endif
        top_.i_clk = 1;
        top_.eval();
#if SNNC_WAVES
        dump(kCycleTime * (now_ + 1));
#endif
    }

    void idle(uint32_t cycles) override {
        for (uint32_t i = 0; i < cycles; ++i) cycle();
    }

    std::string waves(const std::string& path, uint32_t sample, uint64_t from, uint64_t to) override {
#if SNNC_WAVES
        wave_sample_ = sample;
        wave_from_ = from;
        wave_to_ = to;
        vcd_.set_time_unit("100ps");
        vcd_.set_time_resolution("100ps");
        vcd_.open(path.c_str());
        if (!vcd_.isOpen()) return "cannot write waves to " + path;
        return "";
#else
        (void)path, (void)sample, (void)from, (void)to;
        return "this build has no waves";
#endif
    }

    void finish() override {
#if SNNC_WAVES
        vcd_.close();
#endif
        top_.final();
    }

private:
#ifdef SNNC_TRACE
    // observe records what happens in this cycle. docs/machine.md section 6
    // counts a sample's cycles from START of tick 0 while the controller runs.
    void observe() {
        const uint16_t tick = top_.o_trace_tick;
        if (top_.o_trace_start) {
            if (tick == 0) {
                cycle_ = 0;
                ++samples_;
            }
            in_tick_ = true;
            if (streaming) record(snnc::kTickStart, cycle_, tick, 0, 0, 0, 0);
        }
        if (streaming) {
            const uint8_t flags = in_tick_ ? 0 : 1;
            each(top_.o_trace_spike_valid, SNNC_CORES, [&](unsigned i) {
                record(snnc::kPush, cycle_, tick, i, port_field<16>(top_.o_trace_spike_word, i),
                       port_field<SNNC_WORD_BITS>(top_.o_trace_spike_bits, i), flags);
            });
            each(top_.o_trace_net_valid, SNNC_NODES, [&](unsigned i) {
                record(snnc::kDelivery, cycle_, tick, i, port_field<16>(top_.o_trace_net_addr, i),
                       port_field<SNNC_WORD_BITS>(top_.o_trace_net_bits, i), flags);
            });
            if (top_.o_trace_tick_end) record(snnc::kTickEnd, cycle_, tick, 0, 0, 0, flags);
        }
        now_ = cycle_;
        active_ = in_tick_;
        if (in_tick_) ++cycle_;
        if (top_.o_trace_tick_end) in_tick_ = false;
    }
    uint64_t cycle_ = 0;
    uint64_t now_ = 0;     // the cycle observed last
    uint32_t samples_ = 0; // begun so far
    bool in_tick_ = false;
    bool active_ = false;  // the cycle observed last was one of a tick
#endif

#if SNNC_WAVES
    // A cycle is 1 ns of 10 units, as in the simulator's VCD, so that a viewer
    // shows both on one axis: cycle c begins with its rising edge at c ns, its
    // host bus inputs change half a nanosecond later. Idle cycles between two
    // runs have no time.
    static const uint64_t kCycleTime = 10;
    void dump(uint64_t time) {
        if (!vcd_.isOpen() || !active_ || samples_ != wave_sample_ + 1) return;
        if (time < kCycleTime * wave_from_ || time > kCycleTime * wave_to_ + kCycleTime / 2) return;
        vcd_.dump(time);
    }
    uint32_t wave_sample_ = 0;
    uint64_t wave_from_ = 0, wave_to_ = 0;
    VerilatedVcdC vcd_;
#endif

    Vsnnc_top top_;
};

}  // namespace

int main(int argc, char** argv) {
    const int answers = snnc::private_stdout();
    if (answers < 0) return 1;
    VerilatedContext context;
    // Registers without a reset and memories without an image start at random
    // values, the same in every run: what reads them unwritten shows.
    context.randReset(2);
    context.randSeed(1);
    context.traceEverOn(SNNC_WAVES != 0);
    context.commandArgs(argc, argv);
    Model model(&context);
    snnc::Shape shape = {SNNC_CORES, SNNC_NODES, SNNC_WORD_BITS, 0, SNNC_WAVES};
#ifdef SNNC_TRACE
    shape.events = 1;
#endif
    return snnc::serve(model, shape, answers);
}
