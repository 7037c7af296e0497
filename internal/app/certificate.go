package app

import (
	"crypto/tls"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// certificate is the certificate of the server, read from its files again when they change: a renewal needs no restart.
type certificate struct {
	cert, key string // files, PEM
	log       *slog.Logger

	mu   sync.Mutex
	now  *tls.Certificate
	made [2]time.Time // when the files were written that now is of
}

// encryption is how connections are encrypted; nil where no certificate is configured. faults tls-pair, tls-files.
func (g *Globals) encryption(log *slog.Logger) (*tls.Config, error) {
	if g.TLSCert == "" && g.TLSKey == "" {
		return nil, nil
	}
	if g.TLSCert == "" || g.TLSKey == "" {
		return nil, fault.New(fault.Usage, "tls-pair", nil)
	}
	c := &certificate{cert: g.TLSCert, key: g.TLSKey, log: log}
	if err := c.read(c.written()); err != nil {
		return nil, &fault.Error{Kind: fault.Usage, Rule: "tls-files", Args: fault.Args{"cert": g.TLSCert, "key": g.TLSKey, "problem": err.Error()}, Cause: err}
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get}, nil
}

// written tells when the files were written last.
func (c *certificate) written() (at [2]time.Time) {
	for i, name := range []string{c.cert, c.key} {
		if info, err := os.Stat(name); err == nil {
			at[i] = info.ModTime()
		}
	}
	return at
}

// read takes the files, and keeps what it has where they do not fit together.
func (c *certificate) read(written [2]time.Time) error {
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return err
	}
	c.now, c.made = &pair, written
	return nil
}

// get gives the certificate to a client that comes. Files that are half renewed are passed over until they fit.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at := c.written(); at != c.made {
		if err := c.read(at); err != nil {
			c.log.Warn("the new certificate cannot be used; the one before stays", "error", err)
			c.made = at // said once
		}
	}
	return c.now, nil
}
