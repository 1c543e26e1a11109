// An independent reader of our log, on Go's golang.org/x/mod/sumdb: it shares no code with ours.
//
//	peer verify DIR   checks DIR/checkpoint by DIR/vkeys, the tiles against the root, each entry against its tile
//	peer append N     appends N hashes to a tree in memory and prints the seconds it took
//	peer replay DIR   reads the whole log once: signatures, each entry as JSON, every tile, the root; the seconds
//
// Build with Debian's packages alone: GO111MODULE=off GOPATH=/usr/share/gocode go build
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// cosigner checks a cosignature/v1 line (type 0x04), which x/mod does not know.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }
func (c cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 72 {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(sig))
	return ed25519.Verify(c.key, append([]byte(head), msg...), sig[8:])
}

func verifier(vkey string) note.Verifier {
	parts := strings.SplitN(vkey, "+", 3)
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	check(err)
	if raw[0] != 4 {
		v, err := note.NewVerifier(vkey)
		check(err)
		return v
	}
	hash := sha256.Sum256(append([]byte(parts[0]+"\n"), raw...))
	return cosigner{parts[0], binary.BigEndian.Uint32(hash[:]), ed25519.PublicKey(raw[1:])}
}

// folder reads C2SP tiles for x/mod, which writes tile/8/L/N where C2SP has tile/L/N.
type folder string

func (f folder) Height() int                             { return 8 }
func (f folder) SaveTiles(tiles []tlog.Tile, _ [][]byte) {}
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, t := range tiles {
		data, err := os.ReadFile(filepath.Join(string(f), "tile"+strings.TrimPrefix(t.Path(), "tile/8")))
		if err != nil {
			return nil, err
		}
		out = append(out, data)
	}
	return out, nil
}

// head opens the checkpoint, which every key in vkeys must have signed.
func head(dir string) (origin string, size int64, root tlog.Hash) {
	keys, err := os.ReadFile(filepath.Join(dir, "vkeys"))
	check(err)
	var verifiers []note.Verifier
	for _, line := range strings.Fields(string(keys)) {
		verifiers = append(verifiers, verifier(line))
	}
	data, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	check(err)
	signed, err := note.Open(data, note.VerifierList(verifiers...))
	check(err)
	if len(signed.Sigs) != len(verifiers) {
		fail("%d of %d keys signed", len(signed.Sigs), len(verifiers))
	}
	lines := strings.Split(signed.Text, "\n")
	size, err = strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err = tlog.ParseHash(lines[2])
	check(err)
	return lines[0], size, root
}

func verify(dir string) {
	origin, size, root := head(dir)
	reader := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, folder(dir))
	for n := int64(0); n < size; n++ {
		want := tlog.RecordHash(entry(dir, n, size))
		got, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, n)})
		check(err)
		if got[0] != want {
			fail("entry %d differs from its tile", n)
		}
		proof, err := tlog.ProveRecord(size, n, reader)
		check(err)
		check(tlog.CheckRecord(proof, size, root, n, want))
	}
	for old := int64(1); old <= size; old += 1 + size/16 {
		tree, err := tlog.TreeHash(old, reader)
		check(err)
		proof, err := tlog.ProveTree(size, old, reader)
		check(err)
		check(tlog.CheckTree(proof, size, root, old, tree))
	}
	fmt.Printf("%s %d\n", origin, size)
}

// leaf is what every entry has.
type leaf struct {
	V    int    `json:"v"`
	Type string `json:"type"`
	C    string `json:"c"`
}

// replay goes over a log once, from its files to its root.
func replay(dir string) {
	begun := time.Now()
	_, size, root := head(dir)
	var level []tlog.Hash
	kinds := map[string]int{}
	for start := int64(0); start < size; start += 256 {
		for n := start; n < size && n < start+256; n++ {
			data := entry(dir, n, size)
			var l leaf
			check(json.Unmarshal(data, &l))
			if l.Type == "private" {
				if c, err := hex.DecodeString(l.C); err != nil || len(c) != 32 || l.V != 1 {
					fail("entry %d is no commitment", n)
				}
			}
			kinds[l.Type]++
			level = append(level, tlog.RecordHash(data))
		}
		delete(bundles, start/256)
	}
	// The hashes of each level, and of what is left over at its end, make the next one.
	var rest []tlog.Hash
	for l := 0; len(level) > 0; l++ {
		for start := 0; start < len(level); start += 256 {
			compare(dir, l, start/256, level[start:min(start+256, len(level))])
		}
		whole := len(level) / 256 * 256
		rest = append(peaks(level[whole:]), rest...)
		var above []tlog.Hash
		for start := 0; start < whole; start += 256 {
			above = append(above, peaks(level[start : start+256])[0])
		}
		level = above
	}
	got := rest[len(rest)-1]
	for i := len(rest) - 2; i >= 0; i-- {
		got = tlog.NodeHash(rest[i], got)
	}
	if got != root {
		fail("the entries do not lead to the root")
	}
	fmt.Printf("%.6f %v\n", time.Since(begun).Seconds(), kinds)
}

// peaks gives the roots of the complete subtrees of these hashes, the largest first.
func peaks(hashes []tlog.Hash) []tlog.Hash {
	var out []tlog.Hash
	for n, hash := range hashes {
		for bits := n; bits&1 == 1; bits >>= 1 {
			hash = tlog.NodeHash(out[len(out)-1], hash)
			out = out[:len(out)-1]
		}
		out = append(out, hash)
	}
	return out
}

// compare checks a tile on the disk against what the entries below it give.
func compare(dir string, level, number int, hashes []tlog.Hash) {
	t := tlog.Tile{H: 8, L: level, N: int64(number), W: len(hashes)}
	data, err := os.ReadFile(filepath.Join(dir, "tile"+strings.TrimPrefix(t.Path(), "tile/8")))
	check(err)
	for i, hash := range hashes {
		if !bytes.Equal(data[i*32:i*32+32], hash[:]) {
			fail("tile %d of level %d is false", number, level)
		}
	}
}

func min(a, b int) int {
	if a < b {
		return a
	}
	return b
}

var bundles = map[int64][][]byte{}

// entry gives entry n of the log from its bundle.
func entry(dir string, n, size int64) []byte {
	number := n / 256
	if bundles[number] == nil {
		t := tlog.Tile{H: 8, L: 0, N: number, W: 256}
		if size-number*256 < 256 {
			t.W = int(size - number*256)
		}
		path := "tile/entries" + strings.TrimPrefix(t.Path(), "tile/8/0")
		data, err := os.ReadFile(filepath.Join(dir, path))
		check(err)
		for len(data) > 0 {
			length := binary.BigEndian.Uint16(data)
			bundles[number] = append(bundles[number], data[2:2+length])
			data = data[2+length:]
		}
	}
	return bundles[number][n%256]
}

// memory is a tree's stored hashes, in x/mod's own order.
type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		out[i] = m[index]
	}
	return out, nil
}

func grow(count int64) {
	begun := time.Now()
	var stored memory
	for n := int64(0); n < count; n++ {
		hashes, err := tlog.StoredHashes(n, []byte(fmt.Sprintf("entry %d", n)), stored)
		check(err)
		stored = append(stored, hashes...)
	}
	root, err := tlog.TreeHash(count, stored)
	check(err)
	fmt.Printf("%.6f %s\n", time.Since(begun).Seconds(), root)
}

func fail(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	os.Exit(1)
}

func check(err error) {
	if err != nil {
		fail("%v", err)
	}
}

func main() {
	switch {
	case len(os.Args) == 3 && os.Args[1] == "verify":
		verify(os.Args[2])
	case len(os.Args) == 3 && os.Args[1] == "append":
		count, err := strconv.ParseInt(os.Args[2], 10, 64)
		check(err)
		grow(count)
	case len(os.Args) == 3 && os.Args[1] == "replay":
		replay(os.Args[2])
	default:
		fail("peer verify DIR | peer append N | peer replay DIR")
	}
}
