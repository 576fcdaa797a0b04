// Package exporters tests the importer against the frameworks themselves.
// make.py runs the real exporters of snnTorch, SpikingJelly, Norse and sinabs
// (requirements.txt pins them) on small networks and keeps in testdata each .nir
// file with what the framework gave on random input; the tests import the
// files under the documented presets (docs/presets.md) and want the same spikes.
//
// Invariant: no tolerance for spikes. A case whose spikes differ has a cause in
// the preset, the importer or the exporter, and that cause is written down.
package exporters
