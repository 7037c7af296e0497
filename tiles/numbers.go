package tiles

import "math/bits"

// numbers gives the values of a layer their numbers in it, from 0, as they come. It is a hash table that forgets all at once and
// grows with what a tile holds, not with what there is to draw. The zero value is empty.
type numbers struct {
	slots []slot // a power of two; less than half of them are of this turn
	shift int    // to the place in slots from the upper end of a hash
	used  uint32
	turn  uint32
}

// slot is a value and its number; an old turn's are empty.
type slot struct{ turn, id, number uint32 }

func (n *numbers) reset() {
	n.used = 0
	if n.turn++; n.turn == 0 {
		clear(n.slots)
		n.turn = 1
	}
}

// of is the number of a value, and whether the value is new.
func (n *numbers) of(id uint32) (number uint32, isNew bool) {
	if 2*int(n.used) >= len(n.slots) {
		n.grow()
	}
	s := n.find(id)
	if s.turn == n.turn {
		return s.number, false
	}
	*s = slot{n.turn, id, n.used}
	n.used++
	return s.number, true
}

// find is the slot of a value, or the empty one that is to be its.
func (n *numbers) find(id uint32) *slot {
	const golden = 0x9e3779b1 // 2³² divided by the golden ratio: ids that follow each other are thrown far apart
	for i := int(id * golden >> n.shift); ; i++ {
		s := &n.slots[i&(len(n.slots)-1)]
		if s.turn != n.turn || s.id == id {
			return s
		}
	}
}

func (n *numbers) grow() {
	old := n.slots
	n.slots = make([]slot, max(64, 2*len(old)))
	n.shift = 32 - bits.Len(uint(len(n.slots)-1))
	n.turn = max(n.turn, 1)
	for _, s := range old {
		if s.turn == n.turn {
			*n.find(s.id) = s
		}
	}
}
