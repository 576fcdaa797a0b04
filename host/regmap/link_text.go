package regmap

// linkIntroduction and linkRules are what docs/link.md says in words.
const (
	linkIntroduction = `The serial line between a host and the machine's host bus (docs/registers.md): requests that write and read bursts of words, and
their replies. ` + "`rtl/lib/snnc_link.v`" + ` is the device, ` + "`host/link`" + ` the host. A virtual board (` + "`snnc serve`" + `) carries the same bytes over TCP or a
pseudo-terminal.

`
	linkRules = `## What the device does

It keeps the sequence number it expects, n, and executes frames in the order in which they arrive. d = (sequence number − n) mod 256 decides:

| d | write | read |
|---|---|---|
| 0 | executed; n counts up; ACK | executed; n counts up; DATA |
| 128 … 255 (before n) | ACK, not executed | executed again; DATA |
| 1 … 127 (after n) | GAP | GAP |

So a write is executed once however often it is sent. A read has no effect (no register pops), so that it may be executed again.
HELLO sets n to its own sequence number and counts as executed; before the first HELLO after a reset everything is answered LOST, so that a
device that was reset is never taken for the one that a host has loaded. A request with WAIT is held until the machine is idle; those behind
it stay in the buffer. After 2^PATIENCE cycles (2^20) of holding it is answered BUSY, and n stays. A dropped frame that was not empty is
answered BAD, once for all that are dropped while something else is executed.

The device holds frames in a ring of 2^b bytes, unstuffed, b from its reply to HELLO. A frame that does not fit is dropped.

## What the host does

It sends at most as many frames as the ring holds (their unstuffed bytes, at most 2^b − 1) and at most 127, without waiting for replies.
It takes replies in order of sequence numbers:

- A reply to a frame says that all before it have been executed. Writes before it are done.
- If a read before it has not been answered, its answer was lost: the reply is discarded, and the host goes back: it sends again everything from
  that read on.
- GAP and BAD, an answer that came broken, and a time-out, make it go back to the oldest frame without a reply. BUSY too; that is no fault but a machine that still runs.
- A read that is sent again may ask for fewer words, and for the rest under the same number: the device executes what it says.
- A write is not sent before every read before it has been answered: so what is executed again when the host goes back are reads that no write
  separates, and replies that are taken show the machine in the order in which they were asked for.

The line keeps the order of bytes, so a reply of an earlier try comes before those of a later one, and is one that fits or is discarded.

A session begins with END HELLO END; its address is a number that the host draws, so that an old reply is not taken for the new one. The host
repeats it until it is answered. Nothing else may be under way.

LOST ends the session with an error: what the machine held is gone, and only the program that loaded it can say what to load again.

## Why

- **Go back, no selective repeat:** the device needs one buffer and one number. At 3 Mbaud and on a line that loses next to nothing it
  costs nothing.
- **SLIP, no COBS:** SLIP needs no look-ahead, so the device sends words as it reads them, without a buffer. It costs 1 byte in 128 on random data,
  and at worst (all words 0xC0C0C0C0) half of the throughput.
- **A burst stays in 256 addresses:** eight bits count instead of 24.
- **No pop on read:** a read whose answer was lost must be repeatable. The oldest words of the event FIFO are read by their place and taken by a write.
`
)
