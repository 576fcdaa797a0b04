// Package bench measures what the documents claim; `make bench` runs it and
// writes build/bench.json. Nothing in it is asserted: figures are read by people.
package bench
