// A design with a serial line at its pins: bytes of stdin go to its receiver
// bit by bit, what it sends goes to stdout. serial_shape.h, written by the
// build, names the ports.
//
//   --latency N   cycles that a byte is under way beside the line, each way
//   --quiet N     cycles without a byte after which the clock stands still until one comes
//
// At the end of stdin one line of figures goes to stderr.
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "serial_shape.h"

namespace {

// Bytes that a thread has read from stdin.
class Input {
public:
    void run() {
        uint8_t buf[4096];
        for (;;) {
            const ssize_t n = ::read(0, buf, sizeof buf);
            std::lock_guard<std::mutex> lock(mutex_);
            if (n <= 0) {
                ended_ = true;
                waiting_.store(true);
                came_.notify_one();
                return;
            }
            bytes_.insert(bytes_.end(), buf, buf + n);
            waiting_.store(true);
            came_.notify_one();
        }
    }
    bool waiting() const { return waiting_.load(std::memory_order_relaxed); }
    // take moves what is there; false at the end of the stream.
    bool take(std::vector<uint8_t>* to) {
        std::lock_guard<std::mutex> lock(mutex_);
        to->insert(to->end(), bytes_.begin(), bytes_.end());
        bytes_.clear();
        waiting_.store(ended_);
        return !ended_;
    }
    void wait() {
        std::unique_lock<std::mutex> lock(mutex_);
        came_.wait(lock, [this] { return ended_ || !bytes_.empty(); });
    }

private:
    std::mutex mutex_;
    std::condition_variable came_;
    std::vector<uint8_t> bytes_;
    bool ended_ = false;
    std::atomic<bool> waiting_{false};
};

// Read in a thread that never ends while stdin is open; so it is never destroyed.
Input& input = *new Input;

struct Late {
    uint64_t due;
    uint8_t byte;
};

class Line {
public:
    explicit Line(VerilatedContext* context) : top_(context) {}

    uint64_t latency = 0;
    uint64_t quiet = (1u << 20) + (1u << 18); // longer than a request waits for an idle machine

    void reset() {
        top_.SNNC_RX = 1;
#ifdef SNNC_RESET
        top_.SNNC_RESET = 1;
        for (int i = 0; i < 4; ++i) clock();
        top_.SNNC_RESET = 0;
#endif
        for (int i = 0; i < 16; ++i) clock();
    }

    // run until the end of stdin and of what it caused.
    void run() {
        std::vector<uint8_t> got;
        bool open = true;
        while (open || now_ - active_ < quiet) {
            if (input.waiting() && open) {
                got.clear();
                open = input.take(&got);
                for (uint8_t b : got) in_.push_back({now_ + latency, b});
                active_ = now_;
            }
            if (open && in_.empty() && late_.empty() && now_ - active_ >= quiet) {
                flush();
                input.wait();
                continue;
            }
            cycle();
        }
        flush();
        top_.final();
        std::fprintf(stderr, "serial: cycles=%llu first=%llu last=%llu in=%llu out=%llu framing=%llu\n", ull(now_), ull(first_),
                     ull(last_), ull(bytes_in_), ull(bytes_out_), ull(framing_));
    }

private:
    static unsigned long long ull(uint64_t v) { return v; }

    void clock() {
        top_.SNNC_CLOCK = 0;
        top_.eval();
        top_.SNNC_CLOCK = 1;
        top_.eval();
    }

    void cycle() {
        send();
        top_.SNNC_CLOCK = 0;
        top_.eval();
        const bool tx = top_.SNNC_TX & 1;
        top_.SNNC_CLOCK = 1;
        top_.eval();
        receive(tx);
        if (!late_.empty() && late_.front().due <= now_) {
            out_.push_back(late_.front().byte);
            late_.pop_front();
        }
        if (!out_.empty() && (out_.size() >= 512 || now_ - heard_ > 12 * SNNC_DIVISOR)) flush();
        ++now_;
    }

    // send moves the pin that the design receives from.
    void send() {
        if (send_left_ > 0) {
            if (--send_left_ % SNNC_DIVISOR == 0) {
                bits_ >>= 1;
                top_.SNNC_RX = send_left_ == 0 ? 1 : bits_ & 1;
            }
            active_ = now_;
        }
        if (send_left_ == 0 && !in_.empty() && in_.front().due <= now_) {
            bits_ = 1u << 9 | uint32_t{in_.front().byte} << 1;
            in_.pop_front();
            send_left_ = 10 * SNNC_DIVISOR;
            top_.SNNC_RX = 0;
            active_ = now_;
            if (bytes_in_++ == 0) first_ = now_;
        }
    }

    // receive samples the pin that the design sends to in the middle of each bit.
    void receive(bool tx) {
        if (receive_left_ == 0) {
            if (!tx) receive_left_ = 10 * SNNC_DIVISOR;
        } else if (--receive_left_ % SNNC_DIVISOR == SNNC_DIVISOR / 2) {
            shift_ = shift_ >> 1 | (tx ? 1u << 9 : 0);
            if (receive_left_ < SNNC_DIVISOR) { // the stop bit
                receive_left_ = 0;
                if (tx) {
                    late_.push_back({now_ + latency, static_cast<uint8_t>(shift_ >> 1)});
                    ++bytes_out_;
                } else {
                    ++framing_;
                }
                heard_ = active_ = last_ = now_;
            }
        }
        if (receive_left_ != 0) active_ = now_;
    }

    void flush() {
        const uint8_t* p = out_.data();
        size_t n = out_.size();
        while (n > 0) {
            const ssize_t put = ::write(SNNC_ANSWERS, p, n);
            if (put <= 0) std::_Exit(0); // nobody listens any more
            p += put;
            n -= static_cast<size_t>(put);
        }
        out_.clear();
    }

    SNNC_MODEL top_;
    uint64_t now_ = 0, active_ = 0, heard_ = 0, first_ = 0, last_ = 0;
    uint64_t bytes_in_ = 0, bytes_out_ = 0, framing_ = 0;
    std::deque<Late> in_, late_;
    std::vector<uint8_t> out_;
    uint32_t bits_ = 0, shift_ = 0;
    uint32_t send_left_ = 0, receive_left_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    // stdout belongs to $display; the bytes go to a descriptor of their own.
    if (dup2(1, SNNC_ANSWERS) < 0 || dup2(2, 1) < 0) return 1;
    VerilatedContext context;
    context.randReset(SNNC_NOISE ? 2 : 0);
    context.randSeed(1);
    context.commandArgs(argc, argv);
    Line line(&context);
    for (int i = 1; i + 1 < argc; i += 2) {
        const uint64_t v = std::strtoull(argv[i + 1], nullptr, 10);
        if (!std::strcmp(argv[i], "--latency")) line.latency = v;
        else if (!std::strcmp(argv[i], "--quiet")) line.quiet = v;
        else return 2;
    }
    line.reset();
    std::thread([] { input.run(); }).detach();
    line.run();
    std::fflush(stderr);
    std::_Exit(0);
}
