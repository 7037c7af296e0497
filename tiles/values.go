package tiles

import (
	"encoding/binary"
	"hash/maphash"
	"slices"
	"strconv"
)

// value is one attribute: a text, a whole number, or a text that is the digits of a number. The empty text is left out of a tile.
type value struct {
	text string
	num  uint64
	kind byte
}

func text(s string) value   { return value{text: s, kind: 't'} }
func num(n int) value       { return value{num: uint64(n), kind: 'n'} }
func digits(n uint64) value { return value{num: n, kind: 'd'} } // 0: the empty text

// valueTable keeps the values of a set of tiles, each once and encoded as a layer holds it, so that a tile copies bytes and compares
// numbers. A value's id is where it begins in data.
type valueTable struct {
	data    []byte   // a byte that is no value, then the values
	slots   []uint32 // a hash table of ids, a power of two; 0: empty; nil once sealed
	n       int
	seed    maphash.Seed
	message []byte
}

func newValueTable() *valueTable {
	return &valueTable{data: []byte{0}, slots: make([]uint32, 64), seed: maphash.MakeSeed()}
}

// add takes over the attributes of a feature, in the order of its layer's keys, and appends their ids: 0 for the empty text.
func (t *valueTable) add(dst []uint32, attrs ...value) []uint32 {
	for _, v := range attrs {
		if v.text == "" && (v.kind == 't' || v.kind == 'd' && v.num == 0) {
			dst = append(dst, 0)
			continue
		}
		switch v.kind {
		case 't':
			t.message = field(t.message[:0], 1, v.text)
		case 'n':
			t.message = binary.AppendUvarint(append(t.message[:0], 4<<3), v.num)
		case 'd':
			var buffer [20]byte
			t.message = field(t.message[:0], 1, strconv.AppendUint(buffer[:0], v.num, 10))
		}
		id := uint32(len(t.data))
		t.data = field(t.data, 4, t.message)
		slot := t.find(t.at(id))
		if *slot != 0 {
			t.data = t.data[:id]
		} else {
			*slot = id
			if t.n++; 2*t.n > len(t.slots) {
				t.grow()
			}
			slot = t.find(t.at(id))
		}
		dst = append(dst, *slot)
	}
	return dst
}

// find is the slot of a value, or the empty one that is to be its.
func (t *valueTable) find(v []byte) *uint32 {
	for i := maphash.Bytes(t.seed, v); ; i++ {
		slot := &t.slots[i&uint64(len(t.slots)-1)]
		if *slot == 0 || string(t.at(*slot)) == string(v) {
			return slot
		}
	}
}

func (t *valueTable) grow() {
	old := t.slots
	t.slots = make([]uint32, 2*len(old))
	for _, id := range old {
		if id != 0 {
			*t.find(t.at(id)) = id
		}
	}
}

// at is a value as a layer holds it.
func (t *valueTable) at(id uint32) []byte {
	size, head := binary.Uvarint(t.data[id+1:])
	return t.data[id : id+1+uint32(head)+uint32(size)]
}

// reset forgets all values.
func (t *valueTable) reset() {
	clear(t.slots)
	t.data, t.n = t.data[:1], 0
}

// seal ends the adding, and gives back the memory that it took.
func (t *valueTable) seal() { t.data, t.slots, t.message = slices.Clone(t.data), nil, nil }

// rows are the attributes of features: of each so many ids.
type rows struct {
	width int
	ids   []uint32
}

func newRows(width, n int) rows { return rows{width, make([]uint32, 0, n*width)} }

func (r rows) at(i int32) []uint32 { return r.ids[int(i)*r.width:][:r.width] }
