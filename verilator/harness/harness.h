// The part of the harness that knows no design: protocol, host-bus transfers
// and the event buffer. It is compiled once for each set of flags; model.cpp is
// compiled with each design and implements Machine.
#ifndef SNNC_HARNESS_H
#define SNNC_HARNESS_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace snnc {

// Kinds of event records; event.go has the same numbers.
enum : uint8_t { kTickStart = 1, kTickEnd = 2, kPush = 3, kDelivery = 4 };

// An event as it goes over the pipe, little-endian, 20 bytes without padding.
struct Event {
    uint64_t cycle;  // of the sample: START of its tick 0 is 0, idle cycles between runs do not count
    uint32_t bits;   // spike bits, membrane, or 0
    uint16_t addr;   // word or neuron index of a push, address of a delivery
    uint16_t tick;
    uint16_t index;  // core of a push, node of a delivery
    uint8_t kind;
    uint8_t flags;   // bit 0: seen outside every tick
};

// Machine is the design under its clock. The inputs are held through the cycle;
// the outputs are those of the cycle, sampled just before its closing edge.
class Machine {
public:
    uint8_t rst = 0, valid = 0, write = 0;
    uint32_t addr = 0, wdata = 0;
    uint8_t ready = 0;
    uint32_t rdata = 0;

    bool streaming = true;       // record events
    std::vector<uint8_t> events; // encoded records not yet sent

    virtual ~Machine() = default;
    virtual void cycle() = 0;
    virtual void idle(uint32_t cycles) = 0;
    // Dump waves of sample number `sample` (from 0) in cycles [from, to].
    // Returns what is wrong, or an empty string.
    virtual std::string waves(const std::string& path, uint32_t sample, uint64_t from, uint64_t to) = 0;
    virtual void finish() = 0;

    void record(uint8_t kind, uint64_t cycle, uint16_t tick, uint16_t index, uint16_t addr, uint32_t bits,
                uint8_t flags);
};

// Shape is what the handshake tells about the build.
struct Shape {
    uint32_t cores, nodes, word_bits;
    uint32_t events;  // 1: built with trace ports
    uint32_t waves;   // 1: built with wave dumping
};

// serve executes requests from stdin until its end and returns the exit status.
// The descriptor is where the answers go; stdout belongs to $display.
int serve(Machine& machine, const Shape& shape, int answers);

// private_stdout keeps the pipe for answers and points stdout at stderr, so
// that $display and $error of a design cannot corrupt the protocol.
int private_stdout();

}  // namespace snnc
#endif
