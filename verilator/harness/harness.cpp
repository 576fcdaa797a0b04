// Protocol: every frame is u32 length, then so many bytes, little-endian.
//
// A request frame is a sequence of operations, each u8 code and its fields:
//
//   1 write   u32 addr, u32 span, u32 count, count × u32 data
//   2 read    u32 addr, u32 span, u32 count           (gives count words)
//   3 poll    u32 addr, u32 mask, u32 want, u32 limit (gives one word; ends the request when limit reads did not match)
//   4 events  u32 on
//   5 waves   u32 sample, u64 from, u64 to, u32 length, path
//   6 idle    u32 cycles
//
// The address of word i is addr + i, or addr + i mod span where span is not 0.
// Answer frames begin with a type byte:
//
//   H   once, at the start: u32 protocol, Shape
//   E   event records
//   R   end of a request: the words read
//   P   end of a request by a failed poll: u32 operation, u32 last value
//   X   end of the process: text of what is wrong with the request
#include "harness.h"

#include <unistd.h>

#include <cstring>

namespace snnc {

static const uint32_t kProtocol = 1;
static const size_t kEventFrame = 20 * 2048;
// Cycles without a transfer between two reads of a poll: a waiting host costs
// the simulation little and a run is overslept by less than this.
static const uint32_t kPollGap = 8;
// A transfer that is not accepted in so many cycles never will be.
static const uint32_t kTransferLimit = 1 << 16;

static_assert(sizeof(Event) == 24, "Event is encoded as its first 20 bytes");

void Machine::record(uint8_t kind, uint64_t cycle, uint16_t tick, uint16_t index, uint16_t addr, uint32_t bits,
                     uint8_t flags) {
    const Event e = {cycle, bits, addr, tick, index, kind, flags};
    const uint8_t* p = reinterpret_cast<const uint8_t*>(&e);
    events.insert(events.end(), p, p + 20);
}

int private_stdout() {
    const int fd = dup(1);
    if (fd < 0 || dup2(2, 1) < 0) return -1;
    return fd;
}

namespace {

bool read_all(int fd, void* to, size_t n) {
    char* p = static_cast<char*>(to);
    while (n > 0) {
        const ssize_t got = ::read(fd, p, n);
        if (got <= 0) return false;
        p += got;
        n -= static_cast<size_t>(got);
    }
    return true;
}

bool write_all(int fd, const void* from, size_t n) {
    const char* p = static_cast<const char*>(from);
    while (n > 0) {
        const ssize_t put = ::write(fd, p, n);
        if (put <= 0) return false;
        p += put;
        n -= static_cast<size_t>(put);
    }
    return true;
}

class Server {
public:
    Server(Machine& m, int answers) : m_(m), out_(answers) {}

    bool frame(char type, const void* data, size_t n) {
        const uint32_t len = static_cast<uint32_t>(n + 1);
        uint8_t head[5];
        std::memcpy(head, &len, 4);
        head[4] = static_cast<uint8_t>(type);
        return write_all(out_, head, 5) && (n == 0 || write_all(out_, data, n));
    }

    bool flush_events() {
        if (m_.events.empty()) return true;
        const bool ok = frame('E', m_.events.data(), m_.events.size());
        m_.events.clear();
        return ok;
    }

    bool complain(const std::string& text) {
        flush_events();
        frame('X', text.data(), text.size());
        return false;
    }

    // One request; false ends the process.
    bool request(const std::vector<uint8_t>& body);

private:
    // transfer returns false when the bus never became ready.
    bool transfer(bool write, uint32_t addr, uint32_t data, uint32_t* got) {
        m_.valid = 1;
        m_.write = write;
        m_.addr = addr;
        m_.wdata = data;
        for (uint32_t i = 0; i < kTransferLimit; ++i) {
            m_.cycle();
            if (m_.ready) {
                if (got) *got = m_.rdata;
                m_.valid = 0;
                if (m_.events.size() >= kEventFrame) return flush_events();
                return true;
            }
        }
        m_.valid = 0;
        return complain("the host bus did not answer address " + std::to_string(addr) + " in " +
                        std::to_string(kTransferLimit) + " cycles");
    }

    template <class T>
    bool take(T* v) {
        if (left_ < sizeof(T)) return false;
        std::memcpy(v, at_, sizeof(T));
        at_ += sizeof(T);
        left_ -= sizeof(T);
        return true;
    }

    Machine& m_;
    const int out_;
    const uint8_t* at_ = nullptr;
    size_t left_ = 0;
    std::vector<uint32_t> words_;
};

bool Server::request(const std::vector<uint8_t>& body) {
    at_ = body.data();
    left_ = body.size();
    words_.clear();
    for (uint32_t op = 0; left_ > 0; ++op) {
        const uint8_t code = *at_;
        ++at_;
        --left_;
        uint32_t a = 0, b = 0, c = 0, d = 0;
        const auto where = [&](uint32_t i) { return a + (b ? i % b : i); };
        switch (code) {
        case 1:
            if (!take(&a) || !take(&b) || !take(&c)) return complain("short write operation");
            for (uint32_t i = 0; i < c; ++i) {
                if (!take(&d)) return complain("short write data");
                if (!transfer(true, where(i), d, nullptr)) return false;
            }
            break;
        case 2:
            if (!take(&a) || !take(&b) || !take(&c)) return complain("short read operation");
            for (uint32_t i = 0; i < c; ++i) {
                if (!transfer(false, where(i), 0, &d)) return false;
                words_.push_back(d);
            }
            break;
        case 3: {
            uint32_t limit = 0;
            if (!take(&a) || !take(&b) || !take(&c) || !take(&limit)) return complain("short poll operation");
            bool met = false;
            for (uint32_t i = 0; i < limit && !met; ++i) {
                if (i > 0) m_.idle(kPollGap);
                if (!transfer(false, a, 0, &d)) return false;
                met = (d & b) == c;
            }
            if (!met) {
                const uint32_t body2[2] = {op, d};
                return flush_events() && frame('P', body2, sizeof body2);
            }
            words_.push_back(d);
            break;
        }
        case 4:
            if (!take(&a)) return complain("short events operation");
            m_.streaming = a != 0;
            break;
        case 5: {
            uint64_t from = 0, to = 0;
            if (!take(&a) || !take(&from) || !take(&to) || !take(&c) || left_ < c)
                return complain("short waves operation");
            const std::string path(reinterpret_cast<const char*>(at_), c);
            at_ += c;
            left_ -= c;
            const std::string wrong = m_.waves(path, a, from, to);
            if (!wrong.empty()) return complain(wrong);
            break;
        }
        case 6:
            if (!take(&a)) return complain("short idle operation");
            m_.idle(a);
            break;
        default: return complain("unknown operation " + std::to_string(code));
        }
    }
    return flush_events() && frame('R', words_.data(), words_.size() * 4);
}

}  // namespace

int serve(Machine& machine, const Shape& shape, int answers) {
    Server server(machine, answers);
    // i_rst is synchronous and held a few cycles, as a board's reset is.
    machine.rst = 1;
    machine.idle(4);
    machine.rst = 0;
    machine.idle(1);
    machine.events.clear();

    uint8_t hello[4 + sizeof(Shape)];
    std::memcpy(hello, &kProtocol, 4);
    std::memcpy(hello + 4, &shape, sizeof shape);
    if (!server.frame('H', hello, sizeof hello)) return 1;
    uint32_t len = 0;
    std::vector<uint8_t> body;
    int status = 0;
    while (read_all(0, &len, 4)) {
        body.resize(len);
        if (!read_all(0, body.data(), len) || !server.request(body)) {
            status = 1;
            break;
        }
    }
    machine.finish();
    return status;
}

}  // namespace snnc
