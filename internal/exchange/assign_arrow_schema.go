package exchange

import (
	"encoding/binary"
	"errors"
	"io"
)

// maxSchema bounds the bytes of an Arrow schema.
const maxSchema = 16 << 20

var errSchema = errors.New("the schema claims more than it holds")

// checkArrowSchema refuses a stream whose schema claims lists that its bytes cannot hold: the decoder would take memory for all that is claimed.
// It gives the stream back whole.
func checkArrowSchema(in io.Reader) (io.Reader, error) {
	in, head, err := peeked(in, 8)
	if err != nil || len(head) < 8 {
		return in, errors.Join(err, io.ErrUnexpectedEOF)
	}
	at, size := 4, binary.LittleEndian.Uint32(head)
	if size == 1<<32-1 { // since 0.15 a message begins with this
		at, size = 8, binary.LittleEndian.Uint32(head[4:])
	}
	if size > maxSchema {
		return in, errSchema
	}
	in, head, err = peeked(in, at+int(size))
	if err != nil || len(head) < at+int(size) {
		return in, errors.Join(err, io.ErrUnexpectedEOF)
	}
	b := flatbuffer(head[at:])
	return in, guarded(func() error { // what points outside of the bytes
		schema := b.follow(b.member(b.follow(0), 2))
		fields := len(b)
		return errors.Join(b.checkList(b.member(schema, 2)), b.checkFields(b.member(schema, 1), &fields))
	})
}

// flatbuffer is a message in the form of FlatBuffers (https://flatbuffers.dev/internals/). Places are from its beginning; 0 is nowhere.
type flatbuffer []byte

func (b flatbuffer) number(at int) int { return int(binary.LittleEndian.Uint32(b[at:])) }
func (b flatbuffer) follow(at int) int { return at + b.number(at) }

// member is the place of the n-th member of a table.
func (b flatbuffer) member(table, n int) int {
	members := table - int(int32(b.number(table)))
	if 4+2*n >= int(binary.LittleEndian.Uint16(b[members:])) {
		return 0
	}
	if offset := int(binary.LittleEndian.Uint16(b[members+4+2*n:])); offset > 0 {
		return table + offset
	}
	return 0
}

// checkList refuses a list of tables that is longer than the message.
func (b flatbuffer) checkList(at int) error {
	if at == 0 {
		return nil
	}
	if list := b.follow(at); b.number(list) > (len(b)-list-4)/4 {
		return errSchema
	}
	return nil
}

// checkFields checks a list of fields and what lies in them; left is how many may still be met, as several lists may hold the same one.
func (b flatbuffer) checkFields(at int, left *int) error {
	if err := b.checkList(at); at == 0 || err != nil {
		return err
	}
	list := b.follow(at)
	for i := range b.number(list) {
		if *left--; *left < 0 {
			return errSchema
		}
		field := b.follow(list + 4 + 4*i)
		if err := errors.Join(b.checkList(b.member(field, 6)), b.checkFields(b.member(field, 5), left)); err != nil {
			return err
		}
	}
	return nil
}
