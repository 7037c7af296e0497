package exchange

import (
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
	kzstd "github.com/klauspost/compress/zstd"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// maxWindow bounds the memory that unpacking a zstd file takes.
const maxWindow = 64 << 20

// unpack makes a stream of what is packed in r.
func (p packing) unpack(r io.Reader) (io.Reader, error) {
	var in io.Reader
	var err error
	switch p {
	case asGzip:
		in, err = gzip.NewReader(r)
	case zstd:
		var d *kzstd.Decoder
		d, err = kzstd.NewReader(r, kzstd.WithDecoderConcurrency(1), kzstd.WithDecoderMaxWindow(maxWindow), kzstd.WithDecoderLowmem(true))
		in = d
	default:
		return r, nil
	}
	u := &unpacker{r: in, packing: p}
	if err != nil {
		return nil, u.fault(err)
	}
	return u, nil
}

// unpacker says of a damaged file where the good text ends.
type unpacker struct {
	r       io.Reader
	packing packing
	n       int64
}

func (u *unpacker) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	u.n += int64(n)
	if err != nil && err != io.EOF {
		err = u.fault(err)
	}
	return n, err
}

func (u *unpacker) fault(err error) error {
	if f := (*fault.Error)(nil); errors.As(err, &f) {
		return f
	}
	return &fault.Error{Kind: fault.Invalid, Rule: "broken-packing", Args: fault.Args{"packing": string(u.packing), "byte": u.n}, Cause: err}
}

// packer packs blocks of output, each as a member (gzip) or frame (zstd) of its own: so workers pack side by side, and the output can be
// resumed behind any block.
type packer struct {
	gzip *gzip.Writer
	zstd *kzstd.Encoder
	buf  appender
}

type appender []byte

func (a *appender) Write(p []byte) (int, error) {
	*a = append(*a, p...)
	return len(p), nil
}

func newPacker(p packing) (*packer, error) {
	switch p {
	case asGzip:
		return &packer{gzip: gzip.NewWriter(io.Discard)}, nil
	case zstd:
		e, err := kzstd.NewWriter(nil, kzstd.WithEncoderConcurrency(1), kzstd.WithEncoderCRC(true))
		return &packer{zstd: e}, err
	}
	return &packer{}, nil
}

// pack packs text; the result may share memory with the packer until its next call.
func (p *packer) pack(text []byte) ([]byte, error) {
	switch {
	case len(text) == 0 || p.gzip == nil && p.zstd == nil:
		return text, nil
	case p.zstd != nil:
		p.buf = p.zstd.EncodeAll(text, p.buf[:0])
		return p.buf, nil
	}
	p.buf = p.buf[:0]
	p.gzip.Reset(&p.buf)
	_, err := p.gzip.Write(text)
	return p.buf, errors.Join(err, p.gzip.Close())
}
