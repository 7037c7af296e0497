package pgserver

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"
)

// patience is how often a wait for another process looks again.
const patience = 20 * time.Millisecond

// errHeld says that somebody else holds a lock.
var errHeld = errors.New("the lock is held by another process")

// lock is a flock(2) on a file, held until release or the end of the process.
type lock struct{ f *os.File }

// tryLock takes a lock at once or returns errHeld. how is syscall.LOCK_SH or LOCK_EX.
func tryLock(path string, how int) (*lock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	l := &lock{f}
	if err := l.turn(how); err != nil {
		f.Close()
		return nil, err
	}
	return l, nil
}

// waitLock takes a lock, waiting for its holders until ctx ends.
func waitLock(ctx context.Context, path string, how int) (*lock, error) {
	for {
		l, err := tryLock(path, how)
		if !errors.Is(err, errHeld) {
			return l, err
		}
		if err := pause(ctx, patience); err != nil {
			return nil, err
		}
	}
}

// turn makes a lock shared or exclusive, or returns errHeld; then the lock may be lost.
func (l *lock) turn(how int) error {
	for {
		err := syscall.Flock(int(l.f.Fd()), how|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EWOULDBLOCK):
			return errHeld
		}
		return err
	}
}

// release gives the lock up, unless a child inherited it. A nil lock is released already.
func (l *lock) release() {
	if l != nil {
		l.f.Close()
	}
}

// pause waits for d or the end of ctx.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
